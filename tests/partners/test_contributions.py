"""Whom a contribution is for: its author chooses, the chronology follows, passing on is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind
from cases.models import ChronologyEvent, EventKind
from partners import queries
from partners.models import Contribution, PassedOn
from tests import factories
from tests.partners.conftest import World
from tests.races import at_once

OPEN = ["summary", "contributions"]
GROUPS = ("case team", "lead agency", "hub")


def read(world: World, viewer: User) -> set[str]:
    return {added.text for added in queries.contributions(world.place, viewer=viewer)}


def sit(world: World, user: User) -> None:
    cases.commands.seat(world.place, user, role="mentor", by=world.lead_worker)


def hub_worker(world: World) -> User:
    """A triage worker of another agency, for whom the child's record is open while in triage."""
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    worker = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    officer = factories.user(Role.OFFICER)
    referrals.commands.make_referral(
        contact=factories.contact(world.child, by=officer),
        children=[world.child],
        reason="Again",
        wanted="Help",
        agreed="yes",
        agreed_why_not="",
        by=officer,
    )
    return worker


def officer_with_the_record(world: World) -> User:
    """Of the lead agency, with the full record by an own contact, and not in the case's team."""
    officer = factories.user(Role.OFFICER)
    factories.contact(world.child, by=officer)
    return officer


def test_each_group_reads_what_is_meant_for_it_and_nothing_else(world: World) -> None:
    world.share(sections=OPEN)
    world.share(agency=world.charity, sections=OPEN)
    nurse = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.HEALTH))
    sit(world, nurse)
    worker, officer = hub_worker(world), officer_with_the_record(world)
    for group in GROUPS:
        world.contribute(text=group, audience=[group])
    assert read(world, nurse) == {"case team"}
    assert read(world, worker) == {"hub"}
    assert read(world, officer) == {"lead agency"}
    # In the team that runs the case, and of the lead agency.
    assert read(world, world.lead_worker) == {"case team", "lead agency"}
    assert read(world, world.volunteer) == set()
    colleague = factories.user(Role.PARTNER_PRACTITIONER, agency=world.school)
    assert read(world, world.teacher) == read(world, colleague) == set(GROUPS)


@pytest.mark.parametrize(
    ("audience", "detail"),
    [
        (["lead agency", "hub"], "Late\n\nThe child's words: I was cold"),
        (["case team", "lead agency"], ""),
        (["case team"], ""),
        (["hub"], ""),
    ],
)
def test_the_line_of_it_tells_no_more_than_it_may(
    world: World, audience: list[str], detail: str
) -> None:
    world.share(sections=[*OPEN, "chronology"])
    world.contribute(text="Late", voice="I was cold", audience=audience)
    line = ChronologyEvent.objects.get(kind=EventKind.CONTRIBUTION)
    assert line.detail == detail
    assert line.audience == sorted(
        {world.school.pk, *([world.police.pk] if "case team" in audience else [])}
    )


def test_who_sits_at_the_table_may_name_agencies_there(world: World) -> None:
    world.share(sections=OPEN)
    world.share(agency=world.charity, sections=OPEN)
    assert not queries.agencies_to_name(world.place, viewer=world.teacher).exists()
    with pytest.raises(ValidationError) as refused:
        world.contribute(named=[world.charity])
    assert list(refused.value.message_dict) == ["named"]
    for user in (world.teacher, world.volunteer):
        sit(world, user)
    assert list(queries.agencies_to_name(world.place, viewer=world.teacher)) == [world.charity]
    added = world.contribute(text="For them", audience=[], named=[world.charity])
    assert (added.audience, added.named) == ([], [world.charity.pk])
    assert read(world, world.volunteer) == {"For them"}
    assert read(world, world.lead_worker) == set()
    line = ChronologyEvent.objects.get(kind=EventKind.CONTRIBUTION)
    assert line.audience == sorted([world.school.pk, world.charity.pk])
    # The lead worker cannot read it, and is not told that there is something to read.
    assert not Notification.objects.filter(
        user=world.lead_worker, text__contains="added what they know"
    ).exists()


def test_named_without_the_section_reads_nothing(world: World) -> None:
    world.share()
    world.share(agency=world.charity, sections=["summary", "plan"])
    added = world.contribute()
    Contribution.objects.filter(pk=added.pk).update(named=[world.charity.pk])
    assert read(world, world.volunteer) == set()
    with pytest.raises(NotVisible):
        queries.contribution(added.pk, viewer=world.volunteer)


def test_somebody_must_be_meant(world: World) -> None:
    world.share()
    for audience in ([], ["everybody"]):
        with pytest.raises(ValidationError) as refused:
            world.contribute(audience=audience)
        assert refused.value.message_dict == {"audience": ["Choose who may read it."]}
    assert not Contribution.objects.exists()


def test_whoever_leaves_the_team_reads_what_was_for_it_no_more(world: World) -> None:
    world.share()
    world.contribute(audience=["case team"])
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    assert read(world, colleague)
    accounts.commands.leave_team(colleague, world.case.team, by=factories.administrator())
    factories.contact(world.child, by=colleague)
    assert read(world, colleague) == set()


def test_an_addition_moves_a_share_only_for_whom_it_is_meant(world: World) -> None:
    world.share(sections=OPEN)
    theirs = world.share(agency=world.charity, sections=OPEN)
    with clock.at(clock.now() + timedelta(days=1)):
        added = world.contribute()
    assert queries.last_changes([theirs], viewer=world.volunteer)[theirs.pk] == theirs.starts_at
    Contribution.objects.filter(pk=added.pk).update(named=[world.charity.pk])
    assert queries.last_changes([theirs], viewer=world.volunteer)[theirs.pk] == added.at


# --- passing on


def pass_on(world: World, added: Contribution, **changed: object) -> PassedOn:
    said = {"agencies": [world.charity], "agreed_by_author": True, "by": world.lead_worker}
    return partners.commands.pass_on(added, **said | changed)


def test_passed_on_with_the_authors_agreement_it_is_read_and_the_author_told(
    world: World,
) -> None:
    world.share()
    world.share(agency=world.charity, sections=OPEN)
    added = world.contribute()
    assert list(queries.agencies_to_pass_on_to(added, viewer=world.lead_worker)) == [world.charity]
    passed = pass_on(world, added)
    assert (passed.agreed_by_author, passed.override_reason) == (True, "")
    assert read(world, world.volunteer) == {added.text}
    entry = Entry.objects.get(verb="pass on")
    assert (entry.kind, entry.persons) == (Kind.DISCLOSURE, [world.child.pk])
    assert entry.records == {"contribution": added.pk, "to agencies": [world.charity.pk]}
    told = Notification.objects.filter(user=world.teacher).latest("pk")
    assert "passed on with your agreement" in told.text
    # They need not know who else helps the child.
    assert "Open Door" not in told.text


def test_without_agreement_it_takes_a_reason_that_is_kept(world: World) -> None:
    world.share()
    world.share(agency=world.charity, sections=OPEN)
    added = world.contribute()
    for reason in ("", "  "):
        with pytest.raises(ValidationError) as refused:
            pass_on(world, added, agreed_by_author=False, override_reason=reason)
        assert list(refused.value.message_dict) == ["override_reason"]
    assert read(world, world.volunteer) == set()
    passed = pass_on(world, added, agreed_by_author=False, override_reason="They drive him home")
    assert (passed.agreed_by_author, passed.override_reason) == (False, "They drive him home")
    assert Entry.objects.get(verb="pass on").ground == "override"
    told = Notification.objects.filter(user=world.teacher).latest("pk")
    assert "without your agreement" in told.text


def test_it_goes_only_where_contributions_are_open(world: World) -> None:
    world.share()
    added = world.contribute()
    elsewhere = factories.agency(AgencyKind.HEALTH)
    world.share(agency=world.charity, sections=["summary"])
    for agencies in ([world.charity], [elsewhere], [world.school], []):
        with pytest.raises(ValidationError) as refused:
            pass_on(world, added, agencies=agencies)
        assert list(refused.value.message_dict) == ["agencies"]
    assert not PassedOn.objects.exists()


def test_whoever_runs_the_case_and_may_read_it_passes_on(world: World) -> None:
    world.share()
    world.share(agency=world.charity, sections=OPEN)
    added = world.contribute()
    with pytest.raises(NotAllowed):
        pass_on(world, added, by=world.teacher)
    with pytest.raises(NotVisible):
        pass_on(world, added, by=factories.user(Role.LEAD_WORKER))
    hidden = world.contribute(text="For the hub", audience=["hub"])
    with pytest.raises(NotVisible):
        pass_on(world, hidden)
    assert not PassedOn.objects.exists()


def test_passed_on_twice_at_once_it_is_once(committed_world: World) -> None:
    world = committed_world
    world.share()
    world.share(agency=world.charity, sections=OPEN)
    added = world.contribute()
    work = partial(pass_on, world, added)
    first, second = at_once(Contribution.objects.filter(pk=added.pk), work, work)
    assert first == second
    assert PassedOn.objects.count() == 1
    assert Entry.objects.filter(verb="pass on").count() == 1
