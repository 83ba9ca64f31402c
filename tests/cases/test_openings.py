"""A record is opened with a reason: once, for eight hours, by whoever could have matched the child."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.models import Flag, Opening, Person, PersonUserPermission
from tests import factories
from tests.conftest import TODAY
from tests.races import at_once

HOURS = timedelta(hours=8)
WHY = {"kind": "missing", "words": "Not come home since Monday"}


@pytest.fixture
def child(db: None, held_clock: datetime) -> Person:
    return factories.child()


def opened(child: Person, by: User, **said: str) -> Opening:
    return cases.commands.open_record(child, by=by, **WHY | said)


def sees_all(child: Person, viewer: User) -> bool:
    try:
        return cases.queries.record(child.pk, viewer=viewer).everything
    except NotVisible:
        return False


def hub_member() -> User:
    council = factories.agency(AgencyKind.EARLY_HELP)
    return factories.user(Role.TRIAGE_WORKER, agency=council, teams=(factories.team(is_hub=True),))


@pytest.mark.parametrize("who", [lambda: factories.user(Role.OFFICER), hub_member])
def test_it_opens_for_eight_hours_and_says_why(child: Person, who: object) -> None:
    viewer = who()
    assert not sees_all(child, viewer)
    opening = opened(child, viewer)
    assert sees_all(child, viewer)
    assert cases.queries.record(child.pk, viewer=viewer).ground == "reason"
    assert opening.until == clock.now() + HOURS
    entry = Entry.objects.get(verb="open record")
    assert (entry.persons, entry.ground, entry.sections) == ([child.pk], "reason", ["full"])
    assert entry.reason == "The child is missing: Not come home since Monday"
    with clock.at(TODAY + HOURS - timedelta(seconds=1)):
        assert sees_all(child, viewer)
    with clock.at(TODAY + HOURS):
        assert not sees_all(child, viewer)
        assert cases.queries.opening(child, viewer=viewer) is None


def test_nobody_else_sees_by_it(child: Person) -> None:
    opened(child, factories.user(Role.OFFICER))
    assert not sees_all(child, factories.user(Role.OFFICER))


@pytest.mark.parametrize(
    "role", [Role.COMMANDER, Role.ANALYST, Role.INFORMATION_GOVERNANCE, Role.ADMINISTRATOR]
)
def test_whoever_cannot_match_opens_nothing(child: Person, role: Role) -> None:
    with pytest.raises(NotVisible):
        opened(child, factories.user(role))


@pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.LEAD_WORKER, Role.OFFICER])
def test_a_partner_opens_nothing(child: Person, role: Role) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    partner = factories.user(role, agency=school)
    proof = cases.queries.proof_of_match(child, viewer=partner)
    with pytest.raises(NotVisible):
        opened(child, partner)
    with pytest.raises(NotVisible):
        cases.queries.to_open(child.pk, proof=proof, viewer=partner)
    assert not PersonUserPermission.objects.exists()


def test_a_row_that_a_former_officer_holds_opens_nothing_elsewhere(child: Person) -> None:
    officer = factories.user(Role.OFFICER)
    opened(child, officer)
    User.objects.filter(pk=officer.pk).update(agency=factories.agency(AgencyKind.SCHOOL))
    assert not sees_all(child, User.objects.get(pk=officer.pk))


def test_what_a_hub_member_opened_closes_as_they_leave(child: Person) -> None:
    viewer = hub_member()
    opening = opened(child, viewer)
    accounts.commands.leave_team(
        viewer, viewer.memberships.get().team, by=factories.administrator()
    )
    assert not sees_all(child, viewer)
    opening.refresh_from_db()
    assert opening.until == clock.now()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"kind": "curious"}, "kind"), ({"kind": ""}, "kind"), ({"words": "  "}, "words")],
)
def test_a_reason_is_of_the_list_and_in_words(
    child: Person, said: dict[str, str], field: str
) -> None:
    officer = factories.user(Role.OFFICER)
    with pytest.raises(ValidationError) as error:
        opened(child, officer, **said)
    assert list(error.value.message_dict) == [field]
    assert not sees_all(child, officer)


def test_open_already_it_stays_the_one_opening(child: Person) -> None:
    officer = factories.user(Role.OFFICER)
    first = opened(child, officer)
    assert opened(child, officer, words="Still not home") == first
    with clock.at(TODAY + HOURS):
        assert opened(child, officer) != first
    assert Opening.objects.count() == 2


def test_twice_at_once_is_one_opening(committing: None, held_clock: datetime) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    answers = at_once(
        Person.objects.filter(pk=child.pk),
        lambda: opened(child, officer),
        lambda: opened(child, officer),
    )
    assert answers[0] == answers[1]
    assert Opening.objects.count() == PersonUserPermission.objects.count() == 1
    assert Entry.objects.filter(verb="open record").count() == 1


def test_governance_samples_them_and_anybody_else_reads_their_own(child: Person) -> None:
    officer, other = factories.user(Role.OFFICER), factories.user(Role.OFFICER)
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    first = opened(child, officer)
    with clock.at(TODAY + timedelta(hours=1)):
        second = opened(child, other)
        assert list(cases.queries.openings(viewer=governance)) == [second, first]
        since = cases.queries.openings(viewer=governance, since=clock.now())
        assert list(since) == [second]
        assert list(cases.queries.openings(viewer=officer)) == [first]


# --- training that is out of date


def test_training_out_of_date_opens_nothing_new_and_blocks_nothing_else(child: Person) -> None:
    officer = factories.user(Role.OFFICER, Role.SUPERVISOR)
    already = factories.child("Sam")
    opened(already, officer)
    yesterday = clock.today() - timedelta(days=1)
    officer = accounts.commands.record_training(officer, yesterday, by=factories.administrator())
    with pytest.raises(NotAllowed, match="training is out of date"):
        opened(child, officer)
    assert sees_all(already, officer)
    # Recording a concern, answering a flag and break-glass are never blocked.
    met = factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    cases.commands.answer_flag(flag, action="Went there", by=officer)
    assert cases.queries.contact(met.pk, viewer=officer) == met
    tried = {"surname": "Nobody", "forenames": "Anna", "date_of_birth": TODAY.date()}
    assert cases.commands.break_glass(**tried, reason="She is missing", by=officer) == []
