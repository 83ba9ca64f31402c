"""What an agreement does not allow is not shared; what is shared ends when it is ended."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

import cases.queries
import clock
import partners.commands
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import CaseChild, ChronologyEvent, EventKind
from partners.models import Agreement, Contribution, Share
from tests import factories
from tests.partners.conftest import NECESSITY, SUMMARY, World, at
from tests.races import at_once


def sections_of(user: User, place: CaseChild) -> set[str]:
    """What of this place is open to a user now, by the access rows alone."""
    return {
        section
        for section in scope.PARTNER_SECTIONS
        if scope.places_visible_to(user, section=section).filter(pk=place.pk).exists()
    }


def seen_by(user: User, world: World) -> list[str]:
    sight = cases.queries.record(world.child.pk, viewer=user)
    return [event.says for event in cases.queries.chronology(sight, viewer=user)]


# --- sign


def test_an_agreement_is_signed_and_leaves_its_entry(world: World) -> None:
    agreement = world.agreement
    assert (agreement.signed_by, agreement.signed_at) == (world.signer, clock.now())
    assert set(agreement.parties.all()) == {world.police, world.school, world.charity}
    entry = Entry.objects.get(verb="sign agreement")
    assert (entry.records, entry.username) == ({"agreement": agreement.pk}, world.signer.username)


def test_only_a_role_that_signs_may_sign(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.sign(by=world.lead_worker)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"purposes": []}, "purposes"),
        ({"purposes": ["Early help", " "]}, "purposes"),
        ({"lawful_bases": []}, "lawful_bases"),
        ({"lawful_bases": ["consent"]}, "lawful_bases"),
        ({"sections": []}, "sections"),
        ({"sections": ["summary", "full"]}, "sections"),
        ({"sections": ["points"]}, "sections"),
        ({"ends_on": date(2026, 6, 1)}, "ends_on"),
        ({"ends_on": date(2026, 5, 31)}, "ends_on"),
        ({"impact_assessment": ""}, "impact_assessment"),
        ({"signatories": ["Police: N. Ash", " "]}, "signatories"),
    ],
)
def test_what_does_not_fit_an_agreement_is_said_at_the_field(
    world: World, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        world.sign(**changed)
    assert list(refused.value.message_dict) == [field]
    assert list(Agreement.objects.all()) == [world.agreement]


def test_an_agreement_is_between_the_lead_agency_and_at_least_one_more(world: World) -> None:
    unfit = [world.police], [world.police, world.police], [world.school, world.charity], []
    for parties in unfit:
        with pytest.raises(ValidationError) as refused:
            world.sign(parties=parties)
        assert list(refused.value.message_dict) == ["parties"]


# --- share


def test_a_share_opens_its_sections_of_one_childs_place_to_one_agency(world: World) -> None:
    world.share()
    assert sections_of(world.teacher, world.place) == {"summary", "plan"}
    sight = scope.sight(world.teacher, world.child.pk)
    assert (sight.everything, sight.grounds) == (False, ("share",))
    with pytest.raises(NotVisible):
        scope.sight(world.teacher, world.sibling.pk)
    with pytest.raises(NotVisible):
        scope.sight(world.volunteer, world.child.pk)


def test_a_share_keeps_who_decided_it_and_why(world: World) -> None:
    share = world.share(sections=["plan", "summary", "plan"])
    assert share.sections == ["summary", "plan"]
    assert (share.purpose, share.lawful_basis) == ("Early help", "public task")
    assert (share.necessity, share.summary) == (NECESSITY, SUMMARY)
    assert (share.decided_by, share.starts_at) == (world.lead_worker, clock.now())
    assert share.until == clock.now() + timedelta(days=30)


def test_a_share_runs_out_without_anybody_doing_anything(world: World) -> None:
    share = world.share()
    with clock.at(share.until - timedelta(seconds=1)):
        assert sections_of(world.teacher, world.place) == {"summary", "plan"}
    with clock.at(share.until):
        assert sections_of(world.teacher, world.place) == set()
        with pytest.raises(NotVisible):
            scope.sight(world.teacher, world.child.pk)


def test_a_share_is_entered_as_a_disclosure(world: World) -> None:
    share = world.share()
    entry = Entry.objects.get(kind="disclosure")
    assert (entry.verb, entry.ground, entry.username) == (
        "share",
        "share",
        world.lead_worker.username,
    )
    assert (entry.sections, entry.persons) == (["plan", "summary"], [world.child.pk])
    assert entry.records == {
        "share": share.pk,
        "agreement": world.agreement.pk,
        "to agency": world.school.pk,
    }
    assert entry.reason == "Early help (Public task (UK GDPR article 6(1)(e)))"


def test_no_partner_reads_who_else_is_told(world: World) -> None:
    world.share(sections=["summary", "chronology"])
    first = world.share(agency=world.charity, sections=["summary", "chronology"])
    partners.commands.end_share(first, reason="Moved", by=world.lead_worker)
    world.share(agency=world.charity, sections=["summary", "chronology"])
    ours, theirs = "Shared with Northfield Academy", "Shared with Open Door"
    ended = "Sharing with Open Door ended"
    opened = f"Case {world.case.reference} opened"
    assert seen_by(world.teacher, world) == [ours, opened]
    assert seen_by(world.volunteer, world) == [theirs, ended, theirs, opened]
    assert seen_by(world.lead_worker, world) == [theirs, ended, theirs, ours, opened]


def test_only_whoever_runs_the_case_shares(world: World) -> None:
    officer = factories.user(Role.OFFICER)
    with pytest.raises(NotAllowed, match="share with a partner"):
        world.share(by=officer)
    stranger = factories.user(Role.LEAD_WORKER)
    with pytest.raises(NotVisible):
        world.share(by=stranger)
    factories.contact(world.child, by=stranger)
    with pytest.raises(NotAllowed, match="others run"):
        world.share(by=stranger)
    colleague = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    assert world.share(by=colleague).decided_by == colleague


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"purpose": "Marketing"}, "purpose"),
        ({"purpose": ""}, "purpose"),
        ({"lawful_basis": "vital interests"}, "lawful_basis"),
        ({"lawful_basis": "because"}, "lawful_basis"),
        ({"sections": []}, "sections"),
        ({"sections": ["summary", "watch"]}, "sections"),
        ({"sections": ["full"]}, "sections"),
        ({"necessity": " "}, "necessity"),
        ({"summary": ""}, "summary"),
    ],
)
def test_what_the_agreement_does_not_allow_is_refused_at_the_field(
    world: World, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        world.share(**changed)
    assert list(refused.value.message_dict) == [field]
    assert not Share.objects.exists()
    assert not Entry.objects.filter(kind="disclosure").exists()
    assert sections_of(world.teacher, world.place) == set()


def test_the_full_record_is_not_shared_though_an_agreement_said_so(world: World) -> None:
    Agreement.objects.update(sections=["full", "summary"])
    world.agreement.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        world.share(sections=["full"])
    assert list(refused.value.message_dict) == ["sections"]


def test_sharing_is_with_a_partner_in_the_agreement(world: World) -> None:
    stranger = factories.agency()
    for agency, says in (
        (stranger, f"Choose a partner in this agreement: {stranger} is not one."),
        (world.police, "Choose another agency than your own."),
    ):
        with pytest.raises(ValidationError) as refused:
            world.share(agency=agency)
        assert refused.value.message_dict == {"agency": [says]}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "fields"),
    [
        (date(2026, 11, 25), date(2026, 12, 25), ["agreement"]),
        (date(2026, 11, 24), date(2026, 11, 25), []),
        (date(2026, 6, 1), date(2026, 11, 25), []),
        (date(2026, 6, 1), date(2026, 11, 24), ["agreement", "until"]),
    ],
)
def test_an_agreement_is_in_force_from_its_first_day_to_its_last(
    world: World, starts_on: date, ends_on: date, fields: list[str]
) -> None:
    agreement = world.sign(starts_on=starts_on, ends_on=ends_on)
    share = partial(world.share, agreement=agreement, until=clock.now() + timedelta(hours=1))
    if not fields:
        assert share().is_live
        return
    with pytest.raises(ValidationError) as refused:
        share()
    assert list(refused.value.message_dict) == fields


def test_a_share_ends_after_now_and_with_its_agreement_at_the_latest(world: World) -> None:
    the_end = at(date(2027, 6, 1))
    for until in (clock.now(), clock.now() - timedelta(days=1), the_end + timedelta(seconds=1)):
        with pytest.raises(ValidationError) as refused:
            world.share(until=until)
        assert refused.value.message_dict == {
            "until": ["Choose a day from today until this agreement ends, on 31 May 2027."]
        }
    assert world.share(until=the_end).last_day == date(2027, 5, 31)


def test_whom_it_is_safe_to_tell_is_read_first(world: World) -> None:
    older = factories.safe_to_tell(world.child)
    newer = factories.safe_to_tell(world.child, never="The father")
    for read in (None, older.pk):
        with pytest.raises(ValidationError) as refused:
            world.share(safe_to_tell_read=read)
        assert list(refused.value.message_dict) == ["safe_to_tell_read"]
    assert world.share(safe_to_tell_read=newer.pk).is_live


def test_no_share_with_an_agency_that_must_not_be_told(world: World) -> None:
    safe = factories.safe_to_tell(world.child, agencies=(world.school,))
    with pytest.raises(ValidationError) as refused:
        world.share(safe_to_tell_read=safe.pk)
    assert "must not be told" in refused.value.message_dict["agency"][0]
    assert world.share(safe_to_tell_read=safe.pk, agency=world.charity).is_live


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        world.share(purpose="Marketing", necessity="", summary="", until=clock.now())
    assert set(refused.value.message_dict) == {"purpose", "necessity", "summary", "until"}


def test_a_place_is_shared_with_an_agency_once_at_a_time(world: World) -> None:
    first = world.share()
    with pytest.raises(ValidationError) as refused:
        world.share(sections=["chronology"])
    assert refused.value.message_dict == {
        "agency": ["This is shared with Northfield Academy already: end that share first."]
    }
    assert sections_of(world.teacher, world.place) == {"summary", "plan"}
    other_place = factories.place(world.sibling, world.case)
    assert world.share(place=other_place).is_live
    assert world.share(agency=world.charity).is_live
    with clock.at(first.until):
        assert world.share(until=first.until + timedelta(days=1)).grant_ref != first.grant_ref


def test_shared_twice_at_once_it_is_shared_once(committed_world: World) -> None:
    place = CaseChild.objects.filter(pk=committed_world.place.pk)
    answers = at_once(place, committed_world.share, committed_world.share)
    assert sorted(type(answer).__name__ for answer in answers) == ["Share", "ValidationError"]
    assert Share.objects.count() == 1


# --- end


def test_an_ended_share_shows_nothing_in_that_second(world: World) -> None:
    share = world.share()
    with clock.at(clock.now() + timedelta(days=1)):
        ended = partners.commands.end_share(share, reason="Moved school", by=world.lead_worker)
        assert (ended.ended_at, ended.ended_by, ended.end_reason) == (
            clock.now(),
            world.lead_worker,
            "Moved school",
        )
        assert not ended.is_live
        assert sections_of(world.teacher, world.place) == set()
        with pytest.raises(NotVisible):
            scope.sight(world.teacher, world.child.pk)
    entry = Entry.objects.get(verb="end share")
    assert (entry.sections, entry.persons) == (["plan", "summary"], [world.child.pk])
    assert entry.records == {"share": share.pk, "to agency": world.school.pk}


def test_ended_twice_it_stays_as_it_was_first_ended(world: World) -> None:
    share = world.share()
    first = partners.commands.end_share(share, reason="Moved school", by=world.lead_worker)
    with clock.at(clock.now() + timedelta(hours=1)):
        again = partners.commands.end_share(share, reason="Again", by=world.lead_worker)
    assert (again.ended_at, again.end_reason) == (first.ended_at, "Moved school")
    assert Entry.objects.filter(verb="end share").count() == 1


def test_ended_twice_at_once_it_is_ended_once(committed_world: World) -> None:
    share = committed_world.share()
    end = partial(partners.commands.end_share, share, by=committed_world.lead_worker)
    answers = at_once(
        Share.objects.filter(pk=share.pk), partial(end, reason="One"), partial(end, reason="Two")
    )
    share.refresh_from_db()
    assert [answer.end_reason for answer in answers] == [share.end_reason] * 2
    assert ChronologyEvent.objects.filter(says__endswith="ended").count() == 1


def test_what_has_run_out_is_not_ended_again(world: World) -> None:
    share = world.share()
    with clock.at(share.until):
        same = partners.commands.end_share(share, reason="Too late", by=world.lead_worker)
    assert (same.ended_at, same.end_reason) == (None, "")


def test_ending_needs_a_reason_and_whoever_runs_the_case(world: World) -> None:
    share = world.share()
    with pytest.raises(ValidationError) as refused:
        partners.commands.end_share(share, reason=" ", by=world.lead_worker)
    assert list(refused.value.message_dict) == ["reason"]
    with pytest.raises(NotVisible):
        partners.commands.end_share(share, reason="No", by=factories.user(Role.LEAD_WORKER))
    with pytest.raises(NotAllowed):
        partners.commands.end_share(share, reason="No", by=world.teacher)
    assert sections_of(world.teacher, world.place) == {"summary", "plan"}


def test_what_begins_again_is_another_period(world: World) -> None:
    first = world.share()
    partners.commands.end_share(first, reason="Moved", by=world.lead_worker)
    second = world.share(sections=["plan"])
    assert sections_of(world.teacher, world.place) == {"plan"}
    assert second.grant_ref != first.grant_ref


# --- contribute


def test_a_partner_adds_what_they_know(world: World) -> None:
    world.share()
    added = world.contribute(voice="I like art")
    assert (added.agency, added.by, added.at) == (world.school, world.teacher, clock.now())
    event = ChronologyEvent.objects.get(kind=EventKind.CONTRIBUTION)
    assert event.says == "Northfield Academy added what they know"
    assert event.detail == "Late three times this week\n\nThe child's words: I like art"
    assert (event.place, event.police_only, event.audience) == (
        world.place,
        False,
        [world.school.pk],
    )
    told = Notification.objects.filter(user=world.lead_worker).latest("pk")
    assert told.text == f"Northfield Academy added what they know to {world.case.reference}"
    assert told.url == f"/cases/{world.case.reference}#place-{world.place.pk}"
    entry = Entry.objects.get(verb="contribute")
    assert entry.records == {
        "contribution": added.pk,
        "place": world.place.pk,
        "to agencies": [],
    }
    assert (entry.kind, entry.persons) == ("collection", [world.child.pk])


def test_other_partners_do_not_read_who_added_something(world: World) -> None:
    world.share(sections=["chronology"])
    world.share(agency=world.charity, sections=["chronology"])
    world.contribute()
    line = "Northfield Academy added what they know"
    assert line in seen_by(world.teacher, world)
    assert line in seen_by(world.lead_worker, world)
    assert line not in seen_by(world.volunteer, world)


def test_contributing_takes_the_role_and_something_shared(world: World) -> None:
    with pytest.raises(NotVisible):
        world.contribute()
    share = world.share()
    with pytest.raises(NotAllowed):
        world.contribute(by=world.lead_worker)
    with pytest.raises(NotVisible):
        world.contribute(by=world.volunteer)
    world.contribute()
    partners.commands.end_share(share, reason="Moved", by=world.lead_worker)
    with pytest.raises(NotVisible):
        world.contribute(text="One more thing")
    assert Contribution.objects.count() == 1


def test_a_contribution_says_something(world: World) -> None:
    world.share()
    with pytest.raises(ValidationError) as refused:
        world.contribute(text=" \n")
    assert list(refused.value.message_dict) == ["text"]


def test_the_same_words_sent_twice_are_one_contribution(world: World) -> None:
    world.share()
    first = world.contribute()
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert world.contribute() == first
        assert world.contribute(voice="I was cold") != first
    assert ChronologyEvent.objects.filter(kind=EventKind.CONTRIBUTION).count() == 2


def test_the_same_words_sent_twice_at_once_are_one_contribution(committed_world: World) -> None:
    committed_world.share()
    place = CaseChild.objects.filter(pk=committed_world.place.pk)
    first, second = at_once(place, committed_world.contribute, committed_world.contribute)
    assert isinstance(first, Contribution)
    assert first == second


# --- an agreement binds who shares


def test_nothing_is_shared_under_an_agreement_of_others(world: World) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    case = factories.case(world.child, team=team, lead_worker=lead)
    place = factories.place(world.child, case)
    with pytest.raises(ValidationError) as refused:
        world.share(place=place, by=lead)
    assert refused.value.message_dict == {
        "agreement": ["Choose an agreement that your agency has signed."]
    }
    assert not Share.objects.exists()
    theirs = world.sign(title="Ours", parties=[world.police, council, world.school])
    assert world.share(place=place, agreement=theirs, by=lead).is_live
