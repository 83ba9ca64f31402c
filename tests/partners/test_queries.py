"""Who reads what is shared, with whom, and what was added."""

from datetime import date, timedelta

import pytest

import accounts.commands
import cases.commands
import clock
import partners.commands
from accounts.models import AgencyKind, Role
from audit.denied import NotVisible
from cases.models import EventKind, Handling
from partners import queries
from partners.models import Contribution
from tests import factories
from tests.partners.conftest import SUMMARY, World, at


def test_the_register_is_for_those_who_sign_and_those_who_share(world: World) -> None:
    sooner = world.sign(ends_on=date(2026, 12, 24), title="Until Christmas")
    for reader in (world.signer, world.lead_worker):
        assert list(queries.agreements(viewer=reader)) == [sooner, world.agreement]
        assert queries.agreement(sooner.pk, viewer=reader) == sooner
    for stranger in (world.teacher, factories.user(Role.OFFICER)):
        assert not queries.agreements(viewer=stranger).exists()
        assert not queries.agreements_in_force(viewer=stranger).exists()
        with pytest.raises(NotVisible):
            queries.agreement(sooner.pk, viewer=stranger)


def test_who_shares_reads_the_agreements_of_their_own_agency_alone(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    partner = factories.user(Role.LEAD_WORKER, agency=council)
    assert not queries.agreements(viewer=partner).exists()
    with pytest.raises(NotVisible):
        queries.agreement(world.agreement.pk, viewer=partner)
    ours = world.sign(title="Ours", parties=[world.police, council])
    assert list(queries.agreements(viewer=partner)) == [ours]
    assert list(queries.agreements_in_force(viewer=partner)) == [ours]
    signer = factories.user(Role.INFORMATION_GOVERNANCE, agency=council)
    assert set(queries.agreements(viewer=signer)) == {world.agreement, ours}


def test_an_agreement_that_never_was_is_as_one_that_is_not_ones_own(world: World) -> None:
    with pytest.raises(NotVisible) as refused:
        queries.agreement(10**30, viewer=world.signer)
    assert refused.value.about == {"agreement": str(10**30)}


def test_in_force_is_from_the_first_day_to_the_last(world: World) -> None:
    def in_force_on(day: date) -> bool:
        with clock.at(at(day)):
            return queries.agreements_in_force(viewer=world.lead_worker).exists()

    days = (date(2026, 5, 31), date(2026, 6, 1), date(2027, 5, 31), date(2027, 6, 1))
    assert [in_force_on(day) for day in days] == [False, True, True, False]
    assert [in_force_on(day) for day in days] == [
        world.agreement.starts_on <= day <= world.agreement.last_day for day in days
    ]


def test_who_sees_what_is_for_the_full_record(world: World) -> None:
    school, charity = world.share(), world.share(agency=world.charity)
    other_place = factories.place(world.sibling, world.case)
    world.share(place=other_place)
    assert list(queries.shares(world.place, viewer=world.lead_worker)) == [school, charity]
    for stranger in (world.teacher, world.volunteer, factories.user(Role.LEAD_WORKER)):
        assert not queries.shares(world.place, viewer=stranger).exists()
        assert not queries.disclosures(world.child, viewer=stranger).exists()
        with pytest.raises(NotVisible):
            queries.share(school.pk, viewer=stranger)


def test_shares_are_the_live_ones_and_disclosures_all(world: World) -> None:
    first = world.share()
    with clock.at(clock.now() + timedelta(days=1)):
        partners.commands.end_share(first, reason="Moved", by=world.lead_worker)
        second = world.share(agency=world.charity, until=clock.now() + timedelta(days=1))
        assert list(queries.shares(world.place, viewer=world.lead_worker)) == [second]
    with clock.at(second.until):
        assert not queries.shares(world.place, viewer=world.lead_worker).exists()
        assert list(queries.disclosures(world.child, viewer=world.lead_worker)) == [second, first]
        assert queries.share(first.pk, viewer=world.lead_worker) == first
    assert not queries.disclosures(world.sibling, viewer=world.lead_worker).exists()


def test_shared_with_us_is_what_is_live_what_ends_first_first(world: World) -> None:
    later = world.share()
    sooner = world.share(
        place=factories.place(world.sibling, world.case), until=clock.now() + timedelta(days=2)
    )
    assert list(queries.shared_with_us(viewer=world.teacher)) == [sooner, later]
    assert queries.share_of(world.place, viewer=world.teacher) == later
    assert not queries.shared_with_us(viewer=world.volunteer).exists()
    assert queries.share_of(world.place, viewer=world.volunteer) is None
    with clock.at(sooner.until):
        assert list(queries.shared_with_us(viewer=world.teacher)) == [later]
        partners.commands.end_share(later, reason="Moved", by=world.lead_worker)
        assert not queries.shared_with_us(viewer=world.teacher).exists()
        assert queries.share_of(world.place, viewer=world.teacher) is None


def test_what_is_shared_with_us_takes_the_role_and_being_there(world: World) -> None:
    world.share()
    clerk = factories.user(Role.ADMINISTRATOR, agency=world.school)
    assert not queries.shared_with_us(viewer=clerk).exists()
    assert queries.share_of(world.place, viewer=clerk) is None
    world.teacher.groups.clear()
    assert not queries.shared_with_us(viewer=world.teacher).exists()


def test_once_a_share_is_over_contributions_are_not_read_through_it(world: World) -> None:
    share = world.share()
    world.contribute()
    partners.commands.end_share(share, reason="Moved", by=world.lead_worker)
    assert not queries.contributions(world.place, viewer=world.teacher).exists()
    assert queries.contributions(world.place, viewer=world.lead_worker).exists()


def test_another_place_has_its_own_contributions(world: World) -> None:
    world.share()
    world.contribute()
    other_place = factories.place(world.sibling, world.case)
    world.share(place=other_place)
    for reader in (world.teacher, world.lead_worker):
        assert not queries.contributions(other_place, viewer=reader).exists()


# --- the place as it is seen


def shown(seen: queries.PlaceSeen) -> dict[str, object]:
    """What a place shows, the line that says that it was shared left out."""
    return {
        "summary": seen.summary,
        "watch": list(seen.watch),
        "actions": list(seen.actions),
        "events": [event for event in seen.events if event.kind != EventKind.SHARE],
        "contributions": list(seen.contributions),
    }


@pytest.mark.parametrize(
    "sections",
    [["summary"], ["plan"], ["chronology"], ["contributions"], ["summary", "chronology", "plan"]],
)
def test_the_preview_is_what_they_then_see(world: World, sections: list[str]) -> None:
    lead = world.lead_worker
    world.share(agency=world.charity)
    for text, named in (("For the school", [world.school.pk]), ("For the lead worker", [])):
        added = world.contribute(text=text, by=world.volunteer)
        Contribution.objects.filter(pk=added.pk).update(named=named)
    cases.commands.set_action(
        world.place, what="Breakfast club", owner=lead, due_on=clock.today(), by=lead
    )
    officer = factories.user(Role.OFFICER)
    factories.contact(world.child, by=officer)
    factories.contact(world.child, by=officer, handling=Handling.POLICE_ONLY)
    preview = queries.as_they_see_it(
        world.place, agency=world.school, sections=sections, summary=SUMMARY, viewer=lead
    )
    world.share(sections=sections)
    seen = queries.as_shared(world.place, viewer=world.teacher)
    assert shown(preview) == shown(seen)
    full = ("summary", "plan", "chronology", "contributions")
    filled = {"plan": "actions", "chronology": "events"}
    assert {name for name in full if shown(seen)[filled.get(name, name)]} == set(sections)


def test_a_preview_shows_nobody_more_than_they_see_themselves(world: World) -> None:
    stranger = factories.user(Role.LEAD_WORKER)
    for look in (
        lambda: queries.as_shared(world.place, viewer=stranger),
        lambda: queries.as_they_see_it(
            world.place, agency=world.school, sections=["plan"], summary="", viewer=stranger
        ),
    ):
        with pytest.raises(NotVisible):
            look()


def test_a_share_last_changed_with_what_its_sections_show(world: World) -> None:
    lead = world.lead_worker
    summary = world.share(sections=["summary"])
    plan = world.share(agency=world.charity, sections=["plan"])
    with clock.at(clock.now() + timedelta(days=1)):
        set_at = clock.now()
        cases.commands.set_action(
            world.place, what="Breakfast club", owner=lead, due_on=clock.today(), by=lead
        )
    assert queries.last_changes([plan], viewer=world.volunteer) == {plan.pk: set_at}
    assert queries.last_changes([summary], viewer=world.teacher) == {summary.pk: summary.starts_at}
    with clock.at(clock.now() + timedelta(days=2)):
        added_at = world.contribute().at
    assert queries.last_changes([plan], viewer=world.volunteer) == {plan.pk: set_at}
    assert queries.last_changes([summary], viewer=world.teacher) == {summary.pk: added_at}


def test_a_shared_chronology_last_changed_with_the_lines_it_shows(world: World) -> None:
    share = world.share(sections=["chronology"])
    officer = factories.user(Role.OFFICER)
    with clock.at(clock.now() + timedelta(days=1)):
        seen_at = clock.now()
        factories.contact(world.child, by=officer)
    with clock.at(clock.now() + timedelta(days=2)):
        factories.contact(world.child, by=officer, handling=Handling.POLICE_ONLY)
    assert queries.last_changes([share], viewer=world.teacher) == {share.pk: seen_at}


def test_the_team_that_lost_the_case_reads_no_shares(world: World) -> None:
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    world.share()
    assert queries.shares(world.place, viewer=colleague).exists()
    accounts.commands.leave_team(colleague, world.case.team, by=factories.administrator())
    assert not queries.shares(world.place, viewer=colleague).exists()
