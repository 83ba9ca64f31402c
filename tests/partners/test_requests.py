"""Who may ask whom by name, so that no question tells of a child; and the three answers."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import clock
import partners.commands
from accounts.models import Agency, AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind
from cases.models import CaseChild
from partners import permissions, queries
from partners.models import NOT_TO_BE_ASKED, Contribution, InformationRequest
from tests import factories
from tests.partners.conftest import World
from tests.partners.test_receivers import close
from tests.races import at_once

SOON = date(2026, 11, 27)


def ask(world: World, **changed: Any) -> InformationRequest:
    said = {
        "place": world.place,
        "agency": world.school,
        "what": "How often has he been late since half-term?",
        "why": "To see whether the breakfast club helps",
        "needed_by": SOON,
        "by": world.lead_worker,
    }
    return partners.commands.ask_for_information(**said | changed)


def answer(world: World, asked: InformationRequest, **changed: Any) -> InformationRequest:
    said = {"answer": "given", "text": "Twice", "by": world.teacher}
    return partners.commands.answer_request(asked, **said | changed)


def sit(world: World, user: User) -> None:
    cases.commands.seat(world.place, user, role="mentor", by=world.lead_worker)


def nurse() -> User:
    return factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.HEALTH))


def names(world: World, viewer: User) -> set[Agency]:
    return set(queries.agencies_to_ask(world.place, viewer=viewer))


# --- whom one may ask


def test_each_may_ask_those_whom_they_may_know_of(world: World) -> None:
    at_table = nurse()
    world.share()
    world.share(agency=world.charity)
    sit(world, at_table)
    sit(world, world.volunteer)
    assert names(world, world.lead_worker) == {world.school, world.charity, at_table.agency}
    # A share shows nobody else: whoever runs the case is all that a school knows.
    assert names(world, world.teacher) == {world.police}
    # Round the table all know each other; that the school is shared with, they do not.
    assert names(world, at_table) == {world.police, world.charity}


def test_an_agency_to_which_the_place_is_not_open_is_refused_with_the_rule(world: World) -> None:
    world.share()
    ended = world.share(agency=world.charity)
    partners.commands.end_share(ended, reason="Moved", by=world.lead_worker)
    for agency in (world.charity, factories.agency(AgencyKind.HEALTH), world.police):
        with pytest.raises(ValidationError) as found:
            ask(world, agency=agency)
        assert found.value.message_dict == {"agency": [NOT_TO_BE_ASKED]}
    assert not InformationRequest.objects.exists()


def test_a_partner_learns_by_no_refusal_who_else_is_told(world: World) -> None:
    world.share()
    world.share(agency=world.charity)
    refusals = []
    for agency in (world.charity, factories.agency(AgencyKind.HEALTH)):
        with pytest.raises(ValidationError) as found:
            ask(world, agency=agency, by=world.teacher)
        refusals.append(found.value.message_dict)
    assert refusals[0] == refusals[1]
    assert ask(world, agency=world.police, by=world.teacher).to_agency == world.police


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": " "}, "what"),
        ({"why": ""}, "why"),
        ({"needed_by": date(2026, 11, 23)}, "needed_by"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, changed: dict[str, Any], field: str
) -> None:
    world.share()
    with pytest.raises(ValidationError) as found:
        ask(world, **changed)
    assert list(found.value.message_dict) == [field]


def test_who_may_ask(world: World) -> None:
    world.share()
    with pytest.raises(NotVisible):
        ask(world, by=world.volunteer)
    officer = factories.user(Role.OFFICER)
    factories.contact(world.child, by=officer)
    with pytest.raises(NotAllowed):
        ask(world, by=officer)
    close(world)
    with pytest.raises(ValidationError):
        ask(world)
    assert not permissions.can_ask(CaseChild.objects.get(pk=world.place.pk), by=world.lead_worker)


def test_a_question_is_a_disclosure_to_whom_is_asked(world: World) -> None:
    world.share()
    sit(world, world.teacher)
    asked = ask(world)
    entry = Entry.objects.get(verb="ask for information")
    assert (entry.kind, entry.persons) == (Kind.DISCLOSURE, [world.child.pk])
    assert entry.records == {"request": asked.pk, "to agency": world.school.pk}
    told = Notification.objects.filter(user=world.teacher).latest("pk")
    assert told.url == f"/requests/{asked.pk}"
    assert "Robin" not in told.text


def test_asked_twice_at_once_it_is_one(committed_world: World) -> None:
    world = committed_world
    world.share()
    work = partial(ask, world)
    first, second = at_once(CaseChild.objects.filter(pk=world.place.pk), work, work)
    assert isinstance(first, InformationRequest)
    assert first == second


# --- who reads and answers it


def test_only_the_two_agencies_read_a_request(world: World) -> None:
    world.share()
    world.share(agency=world.charity)
    asked = ask(world)
    colleague = factories.user(Role.PARTNER_PRACTITIONER, agency=world.school)
    for viewer in (world.teacher, colleague):
        assert list(queries.requests_to_answer(viewer=viewer)) == [asked]
        assert not queries.requests_sent(viewer=viewer).exists()
        assert queries.may_answer(asked, viewer=viewer)
    assert list(queries.requests_sent(viewer=world.lead_worker)) == [asked]
    assert not queries.may_answer(asked, viewer=world.lead_worker)
    clerk = factories.user(Role.ADMINISTRATOR, agency=world.school)
    for stranger in (world.volunteer, clerk, factories.user(Role.LEAD_WORKER)):
        assert not queries.requests_to_answer(viewer=stranger).exists()
        assert not queries.requests_sent(viewer=stranger).exists()
        with pytest.raises(NotVisible):
            queries.request(asked.pk, viewer=stranger)
        with pytest.raises(NotVisible):
            answer(world, asked, by=stranger)
    with pytest.raises(NotAllowed):
        answer(world, asked, by=world.lead_worker)


def test_once_sharing_has_ended_nobody_there_can_answer(world: World) -> None:
    share = world.share()
    asked = ask(world)
    assert not queries.is_closed_to_them(asked, viewer=world.lead_worker)
    partners.commands.end_share(share, reason="Moved", by=world.lead_worker)
    assert not queries.requests_to_answer(viewer=world.teacher).exists()
    with pytest.raises(NotVisible):
        answer(world, asked)
    assert queries.is_closed_to_them(asked, viewer=world.lead_worker)


def test_what_a_partner_asks_is_answered_by_who_runs_the_case(world: World) -> None:
    world.share(sections=["summary", "contributions"])
    asked = ask(world, agency=world.police, by=world.teacher)
    officer = factories.user(Role.LEAD_WORKER)
    factories.contact(world.child, by=officer)
    assert not queries.requests_to_answer(viewer=officer).exists()
    assert list(queries.requests_to_answer(viewer=world.lead_worker)) == [asked]
    told = Notification.objects.filter(user=world.lead_worker).latest("pk")
    assert told.text == f"Northfield Academy asks what you know, in {world.case.reference}"
    answered = answer(world, asked, by=world.lead_worker)
    assert queries.given(answered, viewer=world.teacher) == answered.contribution
    assert answered.contribution.named == [world.school.pk]


# --- the three answers


def test_what_is_known_is_kept_for_who_asked_alone(world: World) -> None:
    world.share()
    world.share(agency=world.charity, sections=["contributions"])
    asked = ask(world)
    answered = answer(world, asked)
    assert (answered.answered_by, answered.answered_at) == (world.teacher, clock.now())
    assert (answered.contribution.audience, answered.contribution.named) == (["lead agency"], [])
    assert queries.given(answered, viewer=world.lead_worker).text == "Twice"
    assert not queries.contributions(world.place, viewer=world.volunteer).exists()
    assert not queries.requests_to_answer(viewer=world.teacher).exists()
    told = Notification.objects.filter(user=world.lead_worker).latest("pk")
    assert told.text == f"Northfield Academy answered what you asked in {world.case.reference}"
    assert Entry.objects.get(verb="answer request").kind == Kind.DISCLOSURE


def test_nothing_is_told_to_a_share_without_contributions(world: World) -> None:
    world.share(sections=["summary"])
    asked = ask(world, agency=world.police, by=world.teacher)
    with pytest.raises(ValidationError) as found:
        answer(world, asked, by=world.lead_worker)
    assert list(found.value.message_dict) == ["answer"]
    assert not Contribution.objects.exists()
    assert answer(world, asked, answer="nothing held", by=world.lead_worker).answered_at


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"answer": "perhaps"}, "answer"),
        ({"text": " "}, "text"),
        ({"answer": "declined"}, "reason"),
    ],
)
def test_an_answer_says_something(world: World, changed: dict[str, str], field: str) -> None:
    world.share()
    asked = ask(world)
    with pytest.raises(ValidationError) as found:
        answer(world, asked, **changed)
    assert list(found.value.message_dict) == [field]
    assert queries.may_answer(asked, viewer=world.teacher)


@pytest.mark.parametrize(("kind", "reason"), [("nothing held", ""), ("declined", "Told in trust")])
def test_nothing_held_or_declined_keeps_no_words(world: World, kind: str, reason: str) -> None:
    world.share()
    answered = answer(world, ask(world), answer=kind, reason="Told in trust")
    assert (answered.answer, answered.reason, answered.contribution) == (kind, reason, None)
    assert not Contribution.objects.exists()


def test_answered_twice_at_once_it_is_answered_once(committed_world: World) -> None:
    world = committed_world
    world.share()
    asked = ask(world)
    first, second = at_once(
        CaseChild.objects.filter(pk=world.place.pk),
        partial(answer, world, asked),
        partial(answer, world, asked, answer="nothing held"),
    )
    assert first.answer == second.answer
    assert Entry.objects.filter(verb="answer request").count() == 1


def test_it_is_late_the_day_after_it_is_needed(world: World) -> None:
    world.share()
    asked = ask(world)
    with clock.at(clock.start_of(SOON + timedelta(days=1)) - timedelta(minutes=1)):
        assert not asked.is_late
    with clock.at(clock.start_of(SOON + timedelta(days=1))):
        assert asked.is_late
    assert not answer(world, asked).is_late


def test_who_took_over_from_the_asker_gets_the_answer(world: World) -> None:
    sit(world, world.teacher)
    asked = ask(world)
    heir = factories.supervisor(world.case.team, Role.SUPERVISOR, Role.LEAD_WORKER)
    accounts.commands.leave_agency(world.lead_worker, by=factories.administrator())
    answer(world, asked)
    told = Notification.objects.get(text__contains="answered what you asked")
    assert (told.user, told.url) == (heir, f"/requests/{asked.pk}")
