"""No suspect below ten on the day: said at the field, and refused by the database whoever writes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cases.commands
import clock
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.commands import ChildSeen, Completion
from cases.matching.keys import Described
from cases.models import (
    ChronologyEvent,
    Contact,
    ContactChild,
    EventKind,
    Person,
    age_on,
    born_about,
)
from tests import factories
from tests.cases.test_contacts import told
from tests.races import at_once

# On a machine that is busy with other things the days come slowly, and that is no fault of theirs.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))


@pytest.fixture
def officer(db: None, held_clock: datetime) -> User:
    return factories.user(Role.OFFICER)


def met(born: date | None, *, by: User) -> ContactChild:
    """A child, met an hour ago on 24 November 2026."""
    contact = cases.commands.record_contact(
        told(ChildSeen(Described("Example", "Robin", born))), by=by
    )
    return ContactChild.objects.select_related("person", "contact").get(contact=contact)


def complete(seen: ContactChild, *, by: User, **said: object) -> Contact:
    given = {"role": "suspect", "suspect_outcome": "Words of advice", "voice": "I ran"} | said
    return cases.commands.complete_contact(
        seen.contact,
        completions=[Completion(child=seen, **given)],
        handling="share",
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        by=by,
    )


def suspect(born: date, *, by: User) -> ContactChild:
    seen = met(born, by=by)
    complete(seen, by=by)
    return ContactChild.objects.select_related("person", "contact").get(pk=seen.pk)


# --- ages -------------------------------------------------------------------------------------


@patient
@given(born=DAYS, day=DAYS)
def test_an_age_moves_by_one_on_the_birthday_and_on_no_other_day(born: date, day: date) -> None:
    moved = age_on(born, day) - age_on(born, day - timedelta(days=1))
    birthday = (day.month, day.day) == (born.month, born.day)
    leap = (born.month, born.day) == (2, 29) and (day.month, day.day) == (3, 1)
    is_leap_year = (day - timedelta(days=1)).day == 29
    assert moved == (birthday or (leap and not is_leap_year))


@patient
@given(age=st.integers(0, 25), day=DAYS)
def test_a_birth_date_for_an_age_gives_that_age_on_the_day(age: int, day: date) -> None:
    assert age_on(born_about(age, day), day) == age


@pytest.mark.django_db
@patient
@given(born=DAYS, day=DAYS)
def test_the_database_counts_ages_in_the_same_way_where_it_matters(born: date, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select age_on(%s, %s)", [born, day])
        (years,) = cursor.fetchone()
    assert (years >= 10) == (age_on(born, day) >= 10)
    if day >= born:
        assert years == age_on(born, day)


# --- the database -----------------------------------------------------------------------------


def refused(write: object) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("born", "is_refused"),
    [(date(2016, 11, 25), True), (date(2016, 11, 24), False), (None, True)],
)
def test_no_role_reaches_the_database_another_way(
    officer: User, born: date | None, is_refused: bool
) -> None:
    seen = met(born, by=officer)
    rows = ContactChild.objects.filter(pk=seen.pk)
    as_suspect = {"role": "suspect", "suspect_outcome": "None"}
    assert refused(lambda: rows.update(**as_suspect)) == is_refused
    other = met(born, by=officer).contact
    new = ContactChild(contact=other, person=seen.person, **as_suspect)
    assert refused(lambda: ContactChild.objects.bulk_create([new])) == is_refused


def test_the_day_is_londons(officer: User) -> None:
    """At 23:30 UTC on the last evening of July it is the first of August in London."""
    seen = met(date(2016, 8, 1), by=officer)
    contacts = Contact.objects.filter(pk=seen.contact_id)
    rows = ContactChild.objects.filter(pk=seen.pk)
    contacts.update(occurred_at=datetime(2026, 7, 31, 22, 30, tzinfo=UTC))
    assert refused(lambda: rows.update(role="suspect", suspect_outcome="None"))
    contacts.update(occurred_at=datetime(2026, 7, 31, 23, 30, tzinfo=UTC))
    assert not refused(lambda: rows.update(role="suspect", suspect_outcome="None"))
    earlier = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert refused(lambda: contacts.update(occurred_at=earlier))


def test_no_birth_date_reaches_the_database_that_makes_a_suspect_below_ten(officer: User) -> None:
    seen = suspect(date(2014, 5, 4), by=officer)
    rows = Person.objects.filter(pk=seen.person_id)
    assert refused(lambda: rows.update(date_of_birth=date(2016, 11, 25)))
    assert refused(lambda: rows.update(date_of_birth=None))
    assert not refused(lambda: rows.update(date_of_birth=date(2016, 11, 24)))
    assert not refused(lambda: rows.update(forenames="Robyn"))


def test_no_suspect_without_an_outcome_reaches_the_database(officer: User) -> None:
    rows = ContactChild.objects.filter(pk=suspect(date(2014, 5, 4), by=officer).pk)
    assert refused(lambda: rows.update(suspect_outcome=""))


# --- completing -------------------------------------------------------------------------------


def test_an_age_is_kept_as_an_estimated_birth_date(officer: User) -> None:
    seen = met(None, by=officer)
    version = seen.person.facts_version
    complete(seen, age=12, by=officer)
    child = Person.objects.get(pk=seen.person_id)
    assert (child.date_of_birth, child.birth_date_estimated) == (date(2014, 5, 26), True)
    assert child.facts_version > version
    assert ContactChild.objects.get().role == "suspect"


def test_an_age_below_ten_makes_no_suspect(officer: User) -> None:
    seen = met(None, by=officer)
    with pytest.raises(ValidationError) as error:
        complete(seen, age=9, by=officer)
    assert list(error.value.message_dict) == ["role"]
    complete(seen, age=9, role="at risk", suspect_outcome="", by=officer)
    assert Person.objects.get().birth_date_estimated


def test_an_age_never_changes_a_birth_date_that_is_known(officer: User) -> None:
    seen = met(date(2012, 3, 1), by=officer)
    complete(seen, age=15, by=officer)
    child = Person.objects.get()
    assert (child.date_of_birth, child.birth_date_estimated) == (date(2012, 3, 1), False)


def test_a_birth_date_that_came_in_meanwhile_counts(officer: User) -> None:
    seen = met(None, by=officer)
    Person.objects.update(date_of_birth=date(2018, 1, 1))
    with pytest.raises(ValidationError) as error:
        complete(seen, age=12, by=officer)
    assert list(error.value.message_dict) == ["role"]


# --- correcting -------------------------------------------------------------------------------


def correct(person: Person, born: date, *, by: User, estimated: bool = False) -> Person:
    return cases.commands.correct_birth_date(
        person, born=born, estimated=estimated, reason="Birth certificate", by=by
    )


def test_a_correction_turns_suspects_below_ten_and_tells_whom_it_concerns(officer: User) -> None:
    seen = suspect(date(2014, 5, 4), by=officer)
    lead = factories.user(Role.LEAD_WORKER, teams=(team := factories.team(),))
    factories.case(seen.person, lead_worker=lead, team=team)
    version = Person.objects.get(pk=seen.person_id).facts_version
    correct(seen.person, date(2017, 5, 4), by=lead)
    seen.refresh_from_db()
    child = Person.objects.get(pk=seen.person_id)
    assert (seen.role, child.date_of_birth) == ("at risk", date(2017, 5, 4))
    assert child.facts_version > version
    told = {
        (note.user, note.url) for note in Notification.objects.filter(text__contains="under 10")
    }
    assert told == {
        (officer, f"/contacts/{seen.contact_id}"),
        (lead, f"/children/{child.pk}"),
    }
    cleared = Entry.objects.get(verb="clear suspect")
    assert (cleared.persons, cleared.records) == ([child.pk], {"contacts": [seen.contact_id]})
    line = ChronologyEvent.objects.get(kind=EventKind.RECORD)
    assert line.detail == "From 4 May 2014 to 4 May 2017. Birth certificate"
    assert line.audience == [officer.agency_id]


def test_a_correction_that_leaves_them_ten_turns_nobody(officer: User) -> None:
    seen = suspect(date(2014, 5, 4), by=officer)
    correct(seen.person, date(2016, 11, 24), by=officer)
    seen.refresh_from_db()
    assert seen.role == "suspect"
    assert not Entry.objects.filter(verb="clear suspect").exists()
    assert not Notification.objects.exists()


def test_only_the_contacts_below_ten_are_turned(officer: User) -> None:
    late = suspect(date(2014, 5, 4), by=officer)
    early = factories.contact(late.person, by=officer, ago=timedelta(days=400))
    (then,) = early.children.all()
    complete(then, by=officer)
    correct(late.person, date(2016, 5, 4), by=officer)
    roles = dict(ContactChild.objects.values_list("pk", "role"))
    assert roles == {late.pk: "suspect", then.pk: "at risk"}


def test_the_same_correction_again_changes_nothing(officer: User) -> None:
    seen = suspect(date(2014, 5, 4), by=officer)
    correct(seen.person, date(2013, 5, 4), by=officer)
    entries = Entry.objects.count()
    correct(seen.person, date(2013, 5, 4), by=officer)
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("said", "field"),
    [({"born": date(2026, 11, 25)}, "born"), ({"reason": "  "}, "reason")],
)
def test_a_correction_without_sense_is_refused(
    officer: User, said: dict[str, object], field: str
) -> None:
    seen = met(date(2014, 5, 4), by=officer)
    given = {"born": date(2013, 1, 1), "estimated": False, "reason": "Told so"} | said
    with pytest.raises(ValidationError) as error:
        cases.commands.correct_birth_date(seen.person, by=officer, **given)
    assert list(error.value.message_dict) == [field]


def test_nobody_corrects_whom_they_do_not_see_in_full(officer: User) -> None:
    child = met(date(2014, 5, 4), by=officer).person
    with pytest.raises(NotVisible):
        correct(child, date(2013, 1, 1), by=factories.user(Role.OFFICER))
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    factories.case(child, lead_worker=lead, team=team)
    with pytest.raises(NotAllowed):
        correct(child, date(2013, 1, 1), by=lead)


def test_a_correction_and_a_completion_at_once_leave_no_suspect_below_ten(
    committing: None, held_clock: datetime
) -> None:
    by = factories.user(Role.OFFICER)
    seen = met(date(2014, 5, 4), by=by)
    at_once(
        Person.objects.filter(pk=seen.person_id),
        lambda: correct(Person.objects.get(pk=seen.person_id), date(2017, 5, 4), by=by),
        lambda: complete(
            ContactChild.objects.select_related("person", "contact").get(pk=seen.pk), by=by
        ),
    )
    assert ContactChild.objects.get(pk=seen.pk).role == "at risk"
    assert Person.objects.get(pk=seen.person_id).date_of_birth == date(2017, 5, 4)
    assert clock.today() == date(2026, 11, 24)
