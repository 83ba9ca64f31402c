"""Break-glass: exact, for an hour, told at once, every try reviewed; a sealed record never."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.commands import Named
from cases.models import BreakGlass, Person, PrivateHit, Restriction
from cases.tasks import look_among_hidden
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")

BORN = date(2013, 5, 4)


@pytest.fixture
def governance() -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE)


@pytest.fixture
def owner() -> User:
    return factories.user(Role.SUPERVISOR)


@pytest.fixture
def restricted(owner: User, governance: User) -> Restriction:
    return cases.commands.restrict(
        factories.child("Wren", "O'Hollis", born=BORN),
        owner=owner,
        why="Her mother works here",
        named=[Named(owner, reachable_at_any_hour=True)],
        by=governance,
    )


def breaks(by: User, **typed: object) -> list[BreakGlass]:
    said = {
        "surname": "ohollis",
        "forenames": "WREN",
        "date_of_birth": BORN,
        "reason": "She is missing",
    }
    return cases.commands.break_glass(**(said | typed), by=by)


def opens(viewer: User, child: Person) -> bool:
    try:
        return cases.queries.record(child.pk, viewer=viewer).everything
    except NotVisible:
        return False


def test_a_hit_opens_the_record_for_sixty_minutes(restricted: Restriction) -> None:
    officer = factories.user(Role.OFFICER)
    (hit,) = breaks(officer)
    start = clock.now()
    for minutes, is_open in ((0, True), (59, True), (60, False), (61, False)):
        with clock.at(start + timedelta(minutes=minutes)):
            assert opens(officer, restricted.person) is is_open
    assert hit.until == start + timedelta(minutes=60)
    assert cases.queries.record(hit.person_id, viewer=officer).grounds == ("break-glass",)


def test_owner_and_governance_are_told_at_once_by_reference(
    restricted: Restriction, owner: User, governance: User
) -> None:
    (hit,) = breaks(factories.user(Role.OFFICER))
    told = dict(Notification.objects.filter(text__contains="B-").values_list("user", "text"))
    assert set(told) == {owner.pk, governance.pk}
    assert not any(
        "ren" in text.replace("restrict", "") and "Wren" in text for text in told.values()
    )
    # Tuesday 24 November: five working days on.
    assert told[governance.pk] == f"Break-glass B-{hit.pk}: review it by 1 December 2026"
    entry = Entry.objects.get(verb="break glass")
    assert (entry.persons, entry.ground, entry.reason) == (
        [hit.person_id],
        "break-glass",
        "She is missing",
    )


@pytest.mark.parametrize(
    "typed",
    [{"surname": "Hollis"}, {"forenames": "Ren"}, {"date_of_birth": date(2013, 5, 5)}],
)
def test_what_is_not_exact_opens_nothing_and_is_kept(
    restricted: Restriction, typed: dict[str, object]
) -> None:
    officer = factories.user(Role.OFFICER)
    assert breaks(officer, **typed) == []
    tried = BreakGlass.objects.get()
    assert (tried.by, tried.person, tried.grant_ref) == (officer, None, None)
    assert not opens(officer, restricted.person)


def test_a_sealed_record_is_never_opened_and_its_owner_learns_of_the_try(
    restricted: Restriction, governance: User
) -> None:
    officer, first = factories.user(Role.OFFICER), factories.user(Role.OFFICER)
    breaks(first)
    cases.commands.seal(restricted, why="Adopted", by=governance)
    assert not opens(first, restricted.person)
    assert breaks(officer) == []
    assert not opens(officer, restricted.person)
    assert look_among_hidden() == 1
    assert PrivateHit.objects.get().by == officer


def test_a_child_who_is_not_restricted_needs_no_break_glass() -> None:
    factories.child("Wren", "O'Hollis", born=BORN)
    assert breaks(factories.user(Role.OFFICER)) == []


def test_it_is_for_lead_agency_hub_and_whoever_is_on_the_rota(restricted: Restriction) -> None:
    council, school = factories.agency(AgencyKind.EARLY_HELP), factories.agency(AgencyKind.SCHOOL)
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    for refused in (teacher, factories.user(Role.COMMANDER), factories.user(agency=council)):
        with pytest.raises(NotAllowed):
            breaks(refused)
    nights = factories.user(
        Role.PARTNER_PRACTITIONER,
        agency=council,
        teams=(factories.team(agency=council, is_duty_team=True),),
    )
    accounts.commands.post_duty("Nights", step=1, user=nights, by=factories.administrator())
    for allowed in (triage, nights):
        assert breaks(allowed)
        assert opens(allowed, restricted.person)


def test_who_leaves_the_hub_loses_what_they_opened_in_that_second(
    restricted: Restriction,
) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    breaks(triage)
    assert opens(triage, restricted.person)
    accounts.commands.leave_team(triage, hub, by=factories.administrator())
    assert not opens(triage, restricted.person)


def test_many_tries_lock_nobody_and_are_shown(restricted: Restriction, governance: User) -> None:
    officer = factories.user(Role.OFFICER, name="Asha")
    for _ in range(12):
        assert breaks(officer, surname="Nobody") == []
    assert breaks(officer)
    assert cases.queries.many_tries(viewer=governance) == [("Asha", 13)]
    with clock.at(clock.now() + timedelta(hours=25)):
        assert cases.queries.many_tries(viewer=governance) == []
    with pytest.raises(NotAllowed):
        cases.queries.break_glass_tries(viewer=officer)


@pytest.mark.parametrize("field", ["surname", "forenames", "date_of_birth", "reason"])
def test_all_of_it_is_needed(restricted: Restriction, field: str) -> None:
    with pytest.raises(ValidationError) as error:
        breaks(factories.user(Role.OFFICER), **{field: None if field == "date_of_birth" else " "})
    assert set(error.value.error_dict) == {field}
    assert not BreakGlass.objects.exists()


def test_every_try_is_reviewed_once_with_words_by_another(governance: User) -> None:
    breaks(factories.user(Role.OFFICER))
    tried = BreakGlass.objects.get()
    with pytest.raises(ValidationError) as error:
        cases.commands.review_break_glass(tried, outcome="", words=" ", by=governance)
    assert set(error.value.error_dict) == {"outcome", "words"}
    cases.commands.review_break_glass(tried, outcome="right", words="Called her", by=governance)
    again = cases.commands.review_break_glass(
        tried, outcome="taken further", words="No", by=governance
    )
    assert (again.outcome, again.words) == ("right", "Called her")
    both = factories.user(Role.OFFICER, Role.INFORMATION_GOVERNANCE)
    breaks(both)
    own = BreakGlass.objects.get(by=both)
    with pytest.raises(NotAllowed):
        cases.commands.review_break_glass(own, outcome="right", words="Mine", by=both)
