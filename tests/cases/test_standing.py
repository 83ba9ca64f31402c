"""Cautions, statuses, and whom it is safe to tell: who keeps them, who reads them, what is history."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access.scope import Sight
from cases.models import (
    Caution,
    ChronologyEvent,
    EventKind,
    Person,
    SafeToTell,
    StatusKind,
    StatutoryStatus,
)
from tests import factories
from tests.conftest import TODAY
from tests.partners.conftest import World, build_world
from tests.races import at_once, in_turn

TOMORROW = TODAY.date() + timedelta(days=1)


@pytest.fixture
def world(db: None, held_clock: datetime) -> World:
    return build_world()


def of(child: Person, viewer: User) -> cases.queries.Pointer:
    return cases.queries.pointers([child], viewer=viewer)[0]


def sight(child: Person, viewer: User) -> Sight:
    return cases.queries.record(child.pk, viewer=viewer)


def hub_member() -> User:
    council = factories.agency(AgencyKind.EARLY_HELP)
    return factories.user(Role.TRIAGE_WORKER, agency=council, teams=(factories.team(is_hub=True),))


def running_elsewhere(child: Person) -> User:
    """A lead worker of a council who runs a case of the child's."""
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    factories.case(child, lead_worker=lead, team=team)
    return lead


# --- cautions ---------------------------------------------------------------------------------


def test_a_caution_stands_on_the_pointer_until_it_is_over(world: World) -> None:
    officer = factories.user(Role.OFFICER)
    noted = factories.caution(world.child, by=world.lead_worker)
    assert factories.caution(world.child, by=world.lead_worker) == noted
    assert of(world.child, officer).cautions == (noted,)
    assert of(world.sibling, officer).cautions == ()
    cases.commands.end_caution(noted, by=world.lead_worker)
    assert of(world.child, officer).cautions == ()
    past = cases.queries.past_cautions(sight(world.child, world.lead_worker), viewer=officer)
    assert [each.ended_by for each in past] == [world.lead_worker]
    entries = Entry.objects.count()
    cases.commands.end_caution(noted, by=world.lead_worker)
    assert Entry.objects.count() == entries


def test_a_caution_with_a_last_day_ends_by_itself(world: World) -> None:
    cases.commands.note_caution(
        world.child, says="Builders", since=clock.today(), until=TOMORROW, by=world.lead_worker
    )
    assert of(world.child, world.lead_worker).cautions
    with clock.at(TODAY + timedelta(days=1)):
        assert not of(world.child, world.lead_worker).cautions


def test_no_partner_is_told_that_there_is_a_caution(world: World) -> None:
    factories.caution(world.child, by=world.lead_worker)
    world.share()
    for viewer in (world.teacher, world.volunteer, running_elsewhere(world.child)):
        assert cases.queries.cautions([world.child], viewer=viewer) == {}
    assert cases.queries.cautions([world.child], viewer=hub_member())
    # Nothing of it hangs on the row that a partner's page is drawn from.
    assert not hasattr(Person(), "cautions")
    assert not hasattr(Person(), "safe_to_tell")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"says": " "}, "says"),
        ({"since": TOMORROW}, "since"),
        ({"until": TODAY.date()}, "until"),
    ],
)
def test_a_caution_without_sense_is_refused(
    world: World, said: dict[str, object], field: str
) -> None:
    given = {"says": "Dog", "since": clock.today()} | said
    with pytest.raises(ValidationError) as error:
        cases.commands.note_caution(world.child, by=world.lead_worker, **given)
    assert list(error.value.message_dict) == [field]


# --- statuses ---------------------------------------------------------------------------------


def test_a_status_of_a_kind_takes_the_place_of_the_one_before(world: World) -> None:
    first = factories.status(world.child, by=world.lead_worker)
    assert factories.status(world.child, by=world.lead_worker) == first
    second = factories.status(world.child, social_worker="B. Hale", by=world.lead_worker)
    other = factories.status(world.child, StatusKind.CARE_PLAN, by=world.lead_worker)
    assert set(of(world.child, world.lead_worker).statuses) == {second, other}
    first.refresh_from_db()
    assert (first.until, first.ended_by) == (clock.today(), world.lead_worker)
    cases.commands.end_status(second, by=world.lead_worker)
    assert of(world.child, world.lead_worker).statuses == (other,)
    whole = sight(world.child, world.lead_worker)
    past = cases.queries.past_statuses(whole, viewer=world.lead_worker)
    assert set(past) == {first, second}


def test_a_status_is_in_the_chronology_of_the_full_record_alone(world: World) -> None:
    world.share(sections=["chronology"])
    factories.status(world.child, by=world.lead_worker)
    lines = ChronologyEvent.objects.filter(kind=EventKind.RECORD)
    assert [line.says for line in lines] == ["Child in need recorded"]
    for viewer, shown in ((world.lead_worker, True), (world.teacher, False)):
        seen = cases.queries.chronology(sight(world.child, viewer), viewer=viewer)
        assert seen.filter(kind=EventKind.RECORD).exists() == shown


def test_statuses_are_for_lead_agency_hub_and_whoever_runs_the_case(world: World) -> None:
    elsewhere = running_elsewhere(world.child)
    factories.status(world.child, by=elsewhere)
    world.share()
    for viewer, told in (
        (factories.user(Role.OFFICER), True),
        (hub_member(), True),
        (elsewhere, True),
        (world.teacher, False),
        (world.volunteer, False),
    ):
        assert bool(cases.queries.statuses([world.child], viewer=viewer)) == told, viewer.roles


def test_two_social_workers_at_once_are_one_after_the_other(
    committing: None, held_clock: datetime
) -> None:
    child = factories.child()
    by = factories.user(Role.OFFICER)
    factories.contact(child, by=by)
    at_once(
        Person.objects.filter(pk=child.pk),
        lambda: factories.status(child, social_worker="A", by=by),
        lambda: factories.status(child, social_worker="B", by=by),
    )
    assert StatutoryStatus.objects.count() == 2
    assert StatutoryStatus.objects.filter(until=None).count() == 1


# --- who keeps them ---------------------------------------------------------------------------


def keeps(child: Person, by: User) -> dict[str, object]:
    """What comes of each verb: True, or the refusal."""
    verbs = {
        "caution": lambda: factories.caution(child, f"Of {by}", by=by),
        "status": lambda: factories.status(child, social_worker=by.name, by=by),
        "safe": lambda: factories.safe_to_tell(child, f"By {by}", by=by),
    }
    came = {}
    for name, verb in verbs.items():
        try:
            came[name] = bool(verb())
        except (NotAllowed, NotVisible) as refusal:
            came[name] = type(refusal)
    return came


def test_who_keeps_what_everybody_must_know(world: World) -> None:
    world.share()
    everything = {"caution": True, "status": True, "safe": True}
    officer, hub = factories.user(Role.OFFICER), hub_member()
    hidden = dict.fromkeys(everything, NotVisible)
    assert keeps(world.child, world.lead_worker) == everything
    assert keeps(world.child, officer) == keeps(world.child, hub) == hidden
    for viewer in (officer, hub):
        cases.commands.open_record(world.child, kind="missing", words="Gone", by=viewer)
        assert keeps(world.child, viewer) == everything
    assert keeps(world.child, running_elsewhere(world.child)) == everything | {
        "caution": NotAllowed
    }
    assert keeps(world.child, world.teacher) == dict.fromkeys(everything, NotAllowed)
    assert keeps(world.child, world.volunteer) == hidden


# --- safe to tell -----------------------------------------------------------------------------


def test_a_version_takes_the_place_of_the_one_before_and_that_is_kept(world: World) -> None:
    first = factories.safe_to_tell(world.child, "Ring mum", by=world.lead_worker)
    assert factories.safe_to_tell(world.child, "Ring mum", by=world.lead_worker) == first
    second = factories.safe_to_tell(world.child, "Ring the aunt", by=world.lead_worker)
    whole = sight(world.child, world.lead_worker)
    current = cases.queries.safe_to_tell(whole, viewer=world.lead_worker)
    assert (current.version, current.safe_ways) == (second.pk, "Ring the aunt")
    past = cases.queries.past_safe_to_tell(whole, viewer=world.lead_worker)
    assert [each.version for each in past] == [first.pk]


def test_what_was_written_over_something_else_is_refused(world: World) -> None:
    first = factories.safe_to_tell(world.child, "Ring mum", by=world.lead_worker)
    factories.safe_to_tell(world.child, "Never ring mum", by=world.lead_worker)
    for shown in (None, first.pk):
        with pytest.raises(ValidationError, match="Somebody has changed this"):
            cases.commands.record_safe_to_tell(
                world.child, shown=shown, safe_ways="Ring mum at work", by=world.lead_worker
            )


def test_what_each_may_read_of_it(world: World) -> None:
    elsewhere = running_elsewhere(world.child)
    factories.safe_to_tell(
        world.child,
        never="The uncle",
        agencies=(world.charity,),
        court_orders="No contact order of May",
        by=elsewhere,
    )
    world.share(safe_to_tell_read=SafeToTell.objects.get().pk)
    for viewer, reads_orders in (
        (world.lead_worker, True),
        (elsewhere, True),
        (world.teacher, False),
    ):
        safe = cases.queries.safe_to_tell(sight(world.child, viewer), viewer=viewer)
        assert (safe.safe_ways, safe.people_not_told) == ("Ring the grandmother", "The uncle")
        assert safe.agencies_not_told == (world.charity,)
        assert bool(safe.court_orders) == bool(safe.recorded_by) == reads_orders
    hers = sight(world.child, world.teacher)
    assert cases.queries.past_safe_to_tell(hers, viewer=world.teacher) == []


def test_an_agency_that_must_not_be_told_does_not_read_even_that(world: World) -> None:
    world.share()
    factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    hers = sight(world.child, world.teacher)
    assert cases.queries.safe_to_tell(hers, viewer=world.teacher) is None


def refuse(child: Person, read: int | None, *to: object, **also: str) -> list[str]:
    try:
        cases.commands.refuse_unless_safe(
            child, safe_to_tell_read=read, to=to, by=child.places.get().case.lead_worker, **also
        )
    except ValidationError as error:
        return list(error.message_dict)
    return []


def test_a_send_names_the_version_that_counts(world: World) -> None:
    assert refuse(world.child, None, world.school) == []
    first = factories.safe_to_tell(world.child, by=world.lead_worker)
    second = factories.safe_to_tell(
        world.child, "By day", agencies=(world.charity,), by=world.lead_worker
    )
    assert refuse(world.child, None) == refuse(world.child, first.pk) == ["safe_to_tell_read"]
    assert refuse(world.child, second.pk, world.school) == []
    assert refuse(world.child, second.pk, world.school, world.charity) == ["agency"]
    assert refuse(world.child, second.pk, world.charity, field="receiver") == ["receiver"]
    assert refuse(world.child, None, world.charity) == ["safe_to_tell_read", "agency"]


def test_a_newer_version_in_between_stops_the_send(committed_world: World) -> None:
    world = committed_world
    older = factories.safe_to_tell(world.child, by=world.lead_worker)
    _, share = in_turn(
        Person.objects.filter(pk=world.child.pk),
        lambda: factories.safe_to_tell(world.child, never="Dad", by=world.lead_worker),
        lambda: world.share(safe_to_tell_read=older.pk),
    )
    assert isinstance(share, ValidationError)
    assert list(share.message_dict) == ["safe_to_tell_read"]


@pytest.fixture
def committed_world(committing: None, held_clock: datetime) -> World:
    return build_world()


def test_the_days_of_what_lasts_are_in_order(world: World) -> None:
    assert Caution(since=date(2026, 1, 1), until=TOMORROW).is_over is False
    assert Caution(since=date(2026, 1, 1), until=TODAY.date()).is_over is True
    assert Caution(since=date(2026, 1, 1)).is_over is False
