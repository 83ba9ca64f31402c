"""When access ends: suspended, resumed, extended, warned of, and what goes on for safeguarding."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import accounts.commands
import cases.commands
import cases.queries
import clock
import partners.commands
import partners.queries
import partners.tasks
import referrals.commands
from accounts.models import Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import ChronologyEvent, Person, SafeToTell
from partners.models import Agreement, EndWarning, Share, Suspension
from tests import factories
from tests.partners.conftest import World, at
from tests.races import at_once, in_turn

SECOND = timedelta(seconds=1)
GRAVE = {"is_safeguarding": True, "safeguarding_reason": "Seen with older men"}


def sees(user: User, world: World) -> bool:
    return scope.places_visible_to(user).filter(pk=world.place.pk).exists()


def suspend(world: World, **changed: object) -> Suspension:
    said = {"reason": "A laptop was lost", "by": world.signer} | changed
    return partners.commands.suspend_agreement(world.agreement, **said)


def resume(world: World, **changed: object) -> Agreement:
    said = {"reason": "It was found", "by": world.signer} | changed
    return partners.commands.resume_agreement(world.agreement, **said)


def lines_of(user: User) -> list[str]:
    told = Notification.objects.filter(user=user, seen_at=None, url__startswith="/shares/")
    return list(told.order_by("pk").values_list("text", flat=True))


# --- suspend and resume


@pytest.mark.parametrize("grave", [{}, GRAVE])
def test_suspended_nobody_sees_anything_in_that_second(
    world: World, grave: dict[str, object]
) -> None:
    share = world.share(**grave)
    with clock.at(clock.now() + timedelta(hours=1)):
        suspension = suspend(world)
        assert not sees(world.teacher, world)
        with pytest.raises(NotVisible):
            cases.queries.record(world.child.pk, viewer=world.teacher)
        share.refresh_from_db()
        assert (share.is_live, share.is_standing, share.ended_at) == (False, True, None)
        assert not Share.objects.live().exists()
        assert (suspension.suspended_by, suspension.suspended_at) == (world.signer, clock.now())
    assert ChronologyEvent.objects.filter(
        says="Sharing with Northfield Academy suspended", words__text="A laptop was lost"
    ).exists()
    entry = Entry.objects.get(verb="suspend agreement")
    assert (entry.persons, entry.reason) == ([world.child.pk], "A laptop was lost")
    assert entry.records == {"agreement": world.agreement.pk, "shares": [share.pk]}


def test_the_owners_are_told_at_once_by_reference(world: World) -> None:
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    world.share(by=colleague)
    gone = world.share(agency=world.charity)
    partners.commands.end_share(gone, reason="Enough", by=world.lead_worker)
    suspend(world)
    words = (
        "Early help in Northbridge is suspended: Northfield Academy sees nothing of "
        f"{world.case.reference}"
    )
    assert lines_of(colleague) == lines_of(world.lead_worker) == [words]


def test_nothing_is_shared_or_extended_under_a_suspended_agreement(world: World) -> None:
    share = world.share()
    suspend(world)
    with pytest.raises(ValidationError) as refused:
        world.share(agency=world.charity)
    assert refused.value.message_dict == {
        "agreement": ["Choose another agreement: this one is suspended."]
    }
    with pytest.raises(ValidationError) as refused:
        extend(world, share, share.until + timedelta(days=1))
    assert "suspended" in refused.value.message_dict["until"][0]


def test_resumed_what_is_in_its_window_is_open_again_as_a_new_period(world: World) -> None:
    share = world.share()
    short = world.share(agency=world.charity, until=clock.now() + timedelta(days=2))
    suspend(world)
    with clock.at(clock.now() + timedelta(days=3)):
        resume(world)
        assert sees(world.teacher, world)
        assert not sees(world.volunteer, world)
        again = Share.objects.get(pk=share.pk)
        assert again.grant_ref != share.grant_ref
        assert again.is_live
        assert Share.objects.get(pk=short.pk).grant_ref == short.grant_ref
        assert not Agreement.objects.get(pk=world.agreement.pk).is_suspended
    with clock.at(share.until):
        assert not sees(world.teacher, world)
    assert [line for line in lines_of(world.lead_worker) if "again" in line] == [
        "Early help in Northbridge is resumed: Northfield Academy sees "
        f"{world.case.reference} again"
    ]


def test_a_share_ended_while_suspended_is_not_open_again(world: World) -> None:
    share = world.share()
    suspend(world)
    ended = partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    assert ended.ended_at == clock.now()
    resume(world)
    assert not sees(world.teacher, world)


def never_tell(world: World, *agencies: object) -> None:
    current = SafeToTell.objects.filter(person=world.child, replaced_at=None).first()
    cases.commands.record_safe_to_tell(
        world.child,
        shown=current.pk if current else None,
        safe_ways="Ring the mother",
        agencies_not_told=agencies,
        by=world.lead_worker,
    )


def test_resumed_nothing_is_open_to_who_must_not_be_told_meanwhile(world: World) -> None:
    share, other = world.share(), world.share(agency=world.charity)
    suspend(world)
    never_tell(world, world.school)
    resume(world)
    assert not sees(world.teacher, world)
    assert sees(world.volunteer, world)
    share.refresh_from_db()
    other.refresh_from_db()
    assert (share.is_standing, share.ended_by, other.is_live) == (False, world.signer, True)
    # The receiver may read it: nothing of what was said of them.
    assert share.end_reason == "Not opened again as the agreement was resumed"
    assert lines_of(world.lead_worker)[-2:] == [
        f"Northfield Academy must not be told: {share.reference} ended as Early help in "
        "Northbridge was resumed",
        f"Early help in Northbridge is resumed: {world.charity} sees {world.case.reference} again",
    ]
    assert not ChronologyEvent.objects.filter(says__contains="resumed", audience=[share.agency_id])
    # Said to be safe again it stays closed: somebody shares anew.
    never_tell(world)
    assert not sees(world.teacher, world)


def test_what_was_said_before_the_suspension_or_of_another_child_counts_too(world: World) -> None:
    place = factories.place(world.sibling, world.case)
    of_sibling = world.share(place=place)
    share = world.share()
    never_tell(world, world.school)
    suspend(world)
    resume(world)
    share.refresh_from_db()
    of_sibling.refresh_from_db()
    assert (share.is_standing, of_sibling.is_live) == (False, True)


@pytest.mark.parametrize("said_first", [True, False])
def test_said_and_resumed_at_once_nothing_is_left_open_unknown(
    committed_world: World, said_first: bool
) -> None:
    world = committed_world
    share = world.share()
    suspend(world)
    works = [lambda: never_tell(world, world.school), lambda: resume(world)]
    answers = in_turn(
        Person.objects.filter(pk=world.child.pk), *(works if said_first else reversed(works))
    )
    assert not [each for each in answers if isinstance(each, Exception)]
    share.refresh_from_db()
    assert share.is_standing != said_first
    assert any("must not be told" in line for line in lines_of(world.lead_worker))


def test_suspended_or_resumed_twice_the_first_stands(world: World) -> None:
    assert suspend(world) == suspend(world, reason="Another")
    assert Suspension.objects.get().reason == "A laptop was lost"
    resume(world)
    resume(world, reason="Another")
    assert Suspension.objects.get().resumed_why == "It was found"
    assert Entry.objects.filter(verb="resume agreement").count() == 1
    suspend(world, reason="Again")
    assert Suspension.objects.count() == 2


def test_a_suspension_and_a_share_at_once_leave_nothing_open(committed_world: World) -> None:
    world = committed_world
    agreement = Agreement.objects.filter(pk=world.agreement.pk)
    at_once(agreement, world.share, partial(suspend, world))
    assert Suspension.objects.count() == 1
    assert not sees(world.teacher, world)


def test_suspending_needs_a_reason_and_a_role_that_signs(world: World) -> None:
    for change in (suspend, resume):
        with pytest.raises(NotAllowed):
            change(world, by=world.lead_worker)
    with pytest.raises(ValidationError):
        suspend(world, reason=" ")
    suspend(world)
    with pytest.raises(ValidationError):
        resume(world, reason=" ")


# --- windows


def test_a_share_that_begins_later_shows_nothing_before(world: World) -> None:
    begins = at(date(2026, 12, 1))
    world.share(starts_at=begins)
    for moment, seen in ((begins - SECOND, False), (begins, True)):
        with clock.at(moment):
            assert sees(world.teacher, world) == seen
            assert Share.objects.live().exists() == seen


def test_ended_or_suspended_before_it_begins_it_never_begins(world: World) -> None:
    begins = at(date(2026, 12, 1))
    ended = world.share(starts_at=begins)
    partners.commands.end_share(ended, reason="Enough", by=world.lead_worker)
    world.share(agency=world.charity, starts_at=begins)
    suspend(world)
    with clock.at(begins + timedelta(days=1)):
        assert not sees(world.teacher, world)
        assert not sees(world.volunteer, world)
        resume(world)
        assert not sees(world.teacher, world)
        assert sees(world.volunteer, world)


def test_two_shares_with_one_agency_may_follow_each_other(world: World) -> None:
    first = world.share(until=at(date(2026, 12, 1)))
    world.share(starts_at=first.until, until=at(date(2026, 12, 10)))
    with pytest.raises(ValidationError) as refused:
        world.share(starts_at=first.until - SECOND, until=at(date(2026, 12, 5)))
    assert list(refused.value.message_dict) == ["agency"]


@pytest.mark.parametrize(("grave", "last"), [({}, date(2027, 6, 1)), (GRAVE, date(2027, 7, 1))])
def test_after_the_agreement_what_is_for_safeguarding_goes_on_for_thirty_days(
    world: World, grave: dict[str, object], last: date
) -> None:
    world.share(until=at(last), **grave)
    for moment, seen in ((at(last) - SECOND, True), (at(last), False)):
        with clock.at(moment):
            assert sees(world.teacher, world) == seen
    with pytest.raises(ValidationError) as refused:
        world.share(agency=world.charity, until=at(last) + SECOND, **grave)
    assert list(refused.value.message_dict) == ["until"]


def test_new_facts_show_in_the_thirty_days_and_nothing_new_is_shared(world: World) -> None:
    world.share(until=at(date(2027, 6, 20)), sections=["chronology"], **GRAVE)
    with clock.at(at(date(2027, 6, 5))):
        contact = factories.contact(world.child, by=world.lead_worker)
        sight = cases.queries.record(world.child.pk, viewer=world.teacher)
        lines = cases.queries.chronology(sight, viewer=world.teacher)
        assert lines.filter(contact=contact).exists()
        with pytest.raises(ValidationError) as refused:
            world.share(agency=world.charity, until=at(date(2027, 6, 20)), **GRAVE)
        assert list(refused.value.message_dict) == ["agreement"]


def test_for_safeguarding_says_why(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        world.share(is_safeguarding=True)
    assert list(refused.value.message_dict) == ["safeguarding_reason"]
    # Without the tick the reason counts for nothing.
    assert not world.share(safeguarding_reason="Seen with older men").is_safeguarding


# --- extend


def extend(world: World, share: Share, until: object, **changed: object) -> Share:
    said = {"by": world.lead_worker} | changed
    return partners.commands.extend_share(share, until=until, **said)


def test_a_share_is_extended_within_its_agreement(world: World) -> None:
    share = world.share()
    until = at(date(2027, 6, 1))
    for _ in range(2):
        assert extend(world, share, until).until == until
    assert Share.objects.get().grant_ref == share.grant_ref
    assert Entry.objects.filter(verb="extend share").count() == 1
    for moment, seen in ((until - SECOND, True), (until, False)):
        with clock.at(moment):
            assert sees(world.teacher, world) == seen


def test_what_cannot_be_extended_is_refused_at_the_field(world: World) -> None:
    share = world.share()
    for until in (share.until - SECOND, at(date(2027, 6, 1)) + SECOND, clock.now()):
        with pytest.raises(ValidationError) as refused:
            extend(world, share, until)
        assert refused.value.message_dict == {
            "until": ["Choose a day after 24 December 2026, and 31 May 2027 at the latest."]
        }
    with clock.at(share.until), pytest.raises(ValidationError, match="is over"):
        extend(world, share, share.until + timedelta(days=1))
    for by in (factories.user(Role.LEAD_WORKER), world.teacher):
        with pytest.raises((NotVisible, NotAllowed)):
            extend(world, share, at(date(2027, 1, 1)), by=by)
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    with pytest.raises(ValidationError, match="is over"):
        extend(world, share, at(date(2027, 1, 1)))
    grave = world.share(until=at(date(2027, 6, 10)), **GRAVE)
    with clock.at(at(date(2027, 6, 2))), pytest.raises(ValidationError, match="not in force"):
        extend(world, grave, at(date(2027, 6, 20)))


# --- warnings


def warn(on: date) -> int:
    with clock.at(at(on) + timedelta(hours=7)):
        return partners.tasks.warn_of_ends()


def test_the_end_is_warned_of_sixty_thirty_and_seven_days_before_each_once(world: World) -> None:
    world.share(until=at(date(2027, 6, 1)))
    told = {day: warn(date(2027, 6, 1) - timedelta(days=day)) for day in range(61, 0, -1)}
    assert {day for day, number in told.items() if number} == {60, 30, 7}
    assert list(EndWarning.objects.order_by("pk").values_list("days_before", flat=True)) == [
        60,
        30,
        7,
    ]
    words = "Early help in Northbridge ends on 31 May 2027"
    assert Notification.objects.filter(
        user=world.signer,
        text=f"{words}: sign the next one",
        url=f"/agreements/{world.agreement.pk}",
    ).exists()
    share = Share.objects.get()
    assert lines_of(world.lead_worker) == [
        f"{words}: Northfield Academy reads {share.reference} under it"
    ]


def test_warned_twice_a_day_or_late_it_is_told_once(world: World) -> None:
    assert (warn(date(2027, 5, 20)), warn(date(2027, 5, 20))) == (1, 0)
    assert list(EndWarning.objects.values_list("days_before", flat=True)) == [30]
    assert warn(date(2027, 6, 1)) == 0


def test_what_goes_on_for_safeguarding_climbs_to_its_owners_daily(world: World) -> None:
    share = world.share(until=at(date(2027, 6, 5)), **GRAVE)
    world.share(agency=world.charity, until=at(date(2027, 6, 1)))
    told = {day: (warn(date(2027, 6, day)), lines_of(world.lead_worker)) for day in range(1, 7)}
    words = (
        f"{share.reference} with Northfield Academy, for safeguarding, goes on without an agreement"
    )
    assert told[1] == (1, [f"{words} for 4 more days: share anew or end it"])
    assert told[4] == (1, [f"{words} for 1 more day: share anew or end it"])
    assert told[5][0] == 0
    assert warn(date(2027, 6, 4)) == 0


def test_once_decided_its_lines_leave_my_work(world: World) -> None:
    first = world.share(until=at(date(2027, 6, 5)), **GRAVE)
    warn(date(2027, 6, 1))
    assert len(lines_of(world.lead_worker)) == 1
    with clock.at(at(date(2027, 6, 2))):
        partners.commands.end_share(first, reason="Enough", by=world.lead_worker)
    assert lines_of(world.lead_worker) == []


def test_the_portal_alone_warns(world: World) -> None:
    with pytest.raises(NotAllowed):
        partners.commands.warn_of_ends(on=clock.today(), by=world.signer)


def test_who_has_left_is_not_told_and_whoever_signs_is(world: World) -> None:
    share = world.share()
    User.objects.filter(pk=world.lead_worker.pk).update(is_active=False)
    suspend(world)
    assert lines_of(world.lead_worker) == []
    assert Notification.objects.get(user=world.signer).url == f"/shares#{share.reference}"


def shared_by_a_colleague(world: World, **changed: object) -> tuple[User, Share]:
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    return colleague, world.share(by=colleague, until=at(date(2027, 6, 5)), **GRAVE | changed)


def opens(user: User, share: Share) -> bool:
    """Whether where the line leads opens to them, to the commands too."""
    browser = Client()
    browser.force_login(user)
    return browser.get(f"/shares/{share.pk}/end").status_code == 200


def test_who_has_left_the_team_is_told_nothing_that_leads_nowhere(world: World) -> None:
    """Suspended, warned of, climbing: whoever holds the case is told, and may decide."""
    colleague, share = shared_by_a_colleague(world)
    accounts.commands.leave_team(colleague, world.case.team, by=factories.administrator())
    assert not opens(colleague, share)
    suspend(world)
    resume(world)
    for day in (date(2027, 4, 5), date(2027, 6, 1)):
        with clock.at(at(day) + timedelta(hours=7)):
            partners.tasks.warn_of_ends()
    assert lines_of(colleague) == []
    # Resumed and warned of were told too; the climb takes away what was told before.
    assert len(lines_of(world.lead_worker)) == 1
    assert opens(world.lead_worker, share)


def test_where_neither_decider_nor_lead_worker_may_the_supervisor_is_told(world: World) -> None:
    colleague, share = shared_by_a_colleague(world)
    supervisor = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    accounts.commands.name_supervisor(world.case.team, supervisor, by=factories.administrator())
    User.objects.filter(pk__in=[colleague.pk, world.lead_worker.pk]).update(roles=[Role.OFFICER])
    suspend(world)
    assert lines_of(colleague) == lines_of(world.lead_worker) == []
    assert len(lines_of(supervisor)) == 1
    assert opens(supervisor, share)


@pytest.mark.parametrize("leaves", ["team", "agency", "role"])
def test_a_leavers_lines_about_shares_are_told_whoever_takes_over(
    world: World, leaves: str
) -> None:
    supervisor = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    accounts.commands.name_supervisor(world.case.team, supervisor, by=factories.administrator())
    share = world.share()
    suspend(world)
    words = lines_of(world.lead_worker)
    assert (len(words), lines_of(supervisor)) == (1, [])
    if leaves == "team":
        accounts.commands.leave_team(
            world.lead_worker, world.case.team, by=factories.administrator()
        )
    elif leaves == "role":
        accounts.commands.give_roles(
            world.lead_worker, [Role.OFFICER], by=factories.administrator()
        )
    else:
        accounts.commands.leave_agency(world.lead_worker, by=factories.administrator())
    assert lines_of(world.lead_worker) == []
    assert lines_of(supervisor) == words
    assert opens(supervisor, share)


def test_a_line_stays_with_who_leaves_another_team(world: World) -> None:
    other = factories.team()
    accounts.commands.join_team(world.lead_worker, other, by=factories.administrator())
    world.share()
    suspend(world)
    accounts.commands.leave_team(world.lead_worker, other, by=factories.administrator())
    assert len(lines_of(world.lead_worker)) == 1


def test_before_there_is_a_case_a_leavers_share_is_their_supervisors_to_end(world: World) -> None:
    """Told of it, they end it; they read no more of the child by it, and nothing of one who is hidden."""
    supervisor, stranger = (
        factories.user(Role.LEAD_WORKER, teams=(world.case.team,)) for _ in "ab"
    )
    loner = factories.child("Kim")
    leaver = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    factories.contact(loner, by=leaver)
    share = world.share(
        place=loner, by=leaver, sections=["summary"], until=at(date(2027, 6, 5)), **GRAVE
    )
    accounts.commands.name_supervisor(world.case.team, supervisor, by=factories.administrator())
    accounts.commands.leave_team(leaver, world.case.team, by=factories.administrator())
    suspend(world)
    # Still theirs: they decided it, and have not left the agency.
    assert (len(lines_of(leaver)), opens(leaver, share), opens(supervisor, share)) == (
        1,
        True,
        False,
    )
    accounts.commands.leave_agency(leaver, by=factories.administrator())
    assert (lines_of(leaver), len(lines_of(supervisor))) == ([], 1)
    assert opens(supervisor, share)
    assert not opens(stranger, share)
    with pytest.raises(NotVisible):
        cases.queries.record(loner.pk, viewer=supervisor)
    with pytest.raises(NotVisible):
        extend(world, share, at(date(2027, 6, 10)), by=supervisor)
    owner = factories.user(Role.SUPERVISOR)
    hidden = cases.commands.restrict(
        loner, owner=owner, why="A witness",
        named=[cases.commands.Named(owner, reachable_at_any_hour=True)], by=world.signer,
    )  # fmt: skip
    assert not opens(supervisor, share)
    with pytest.raises(NotVisible):
        partners.queries.share(share.pk, viewer=supervisor)
    with pytest.raises(NotVisible):
        partners.commands.end_share(share, reason="Enough", by=supervisor)
    cases.commands.lift(hidden, why="Over", by=world.signer)
    assert partners.commands.end_share(share, reason="Enough", by=supervisor).ended_by == supervisor
    assert lines_of(supervisor) == []


# --- before there is a case


def test_a_child_is_shared_before_there_is_a_case(world: World) -> None:
    factories.contact(world.sibling, by=world.lead_worker)
    share = world.share(place=world.sibling, sections=["summary", "chronology"])
    assert (share.place, share.person) == (None, world.sibling)
    sight = cases.queries.record(world.sibling.pk, viewer=world.teacher)
    assert (sight.sections, sight.grounds) == ({"summary", "chronology"}, ("share",))
    assert not scope.places_visible_to(world.teacher).exists()
    ended = partners.commands.end_share(share, reason="Moved", by=world.lead_worker)
    assert ended.ended_at
    with pytest.raises(NotVisible):
        cases.queries.record(world.sibling.pk, viewer=world.teacher)


def test_without_a_case_only_what_there_is_of_a_child_is_shared(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        world.share(place=world.child, sections=["summary", "plan"])
    assert refused.value.message_dict == {
        "sections": [
            "Choose from what there is without a case: Summary, Chronology, What to watch for."
        ]
    }


def test_who_shares_a_child_has_the_full_record_open_and_the_role(world: World) -> None:
    officer = factories.user(Role.OFFICER)
    factories.contact(world.child, by=officer)
    with pytest.raises(NotAllowed):
        world.share(place=world.child, by=officer)
    with pytest.raises(NotVisible):
        world.share(place=world.child, by=factories.user(Role.LEAD_WORKER))


def test_nobody_shares_with_their_own_agency(world: World) -> None:
    council = factories.agency()
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(world.child, by=officer)
    referrals.commands.make_referral(
        contact=contact, children=[world.child], reason="Away from home", wanted="",
        agreed="yes", agreed_why_not="", by=officer,
    )  # fmt: skip
    agreement = world.sign(title="Hub", parties=[world.police, council, world.school])
    said = {"place": world.child, "agreement": agreement, "sections": ["summary"], "by": triage}
    with pytest.raises(ValidationError) as refused:
        world.share(**said, agency=council)
    assert list(refused.value.message_dict) == ["agency"]
    assert world.share(**said).is_live
