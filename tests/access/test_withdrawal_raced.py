"""A withdrawal while partners read: what is asked once it has answered shows nothing, and it waits for
an answer that is being made. Also what was opened, queued or kept before it, and comes after it.

Each reader has a thread and a connection of its own. No luck and no sleep: the withdrawal begins once
every reader has been shown the child, and each asks thrice more once it has answered.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

import asking
import cases.commands
import cases.tasks
import partners.commands
import partners.queries
from accounts.models import Agency, Role, User
from cases.commands import Named
from cases.models import CaseChild, Contact, LikelyMatch
from partners.models import Contribution, InformationRequest, Share
from tests import factories
from tests.partners.conftest import SUMMARY, World, build_world
from tests.races import PATIENCE, _until_waiting
from tests.rest.api import machine, report, robin

MOST = 500
Ask = Callable[[], HttpResponse]


@pytest.fixture
def world(committing: None, held_clock: object, caplog: pytest.LogCaptureFixture) -> World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return build_world()


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def restrict(world: World) -> None:
    owner = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        world.child,
        owner=owner,
        why="Staff",
        named=[Named(owner, reachable_at_any_hour=True)],
        by=world.signer,
    )


def end(world: World) -> None:
    """Over HTTP, as the lead worker does it."""
    share = Share.objects.get(place=world.place)
    answer = signed(world.lead_worker).post(f"/shares/{share.pk}/end", {"reason": "Enough"})
    assert answer.status_code == 302


def suspend(world: World) -> None:
    partners.commands.suspend_agreement(world.agreement, reason="A breach", by=world.signer)


WITHDRAWALS = [end, suspend, restrict]


def readers(world: World) -> dict[str, Ask]:
    """Every way in which the school reads of Robin."""
    api = machine(Agency.objects.get(pk=world.school.pk))
    teacher = signed(world.teacher)
    pages = [f"/children/{world.child.pk}", "/shared", f"/cases/{world.case.reference}"]
    asks: dict[str, Ask] = {page: partial(teacher.get, page) for page in pages}
    share = Share.objects.get(place=world.place)
    asks["api shared"] = partial(api.get, "/shared")
    asks["api share"] = partial(api.get, f"/shared/{share.reference}")
    place = f"/cases/{world.case.reference}/children/{world.child.pk}"
    asks["api to ask"] = partial(api.get, f"{place}/to-ask")
    asks["api watch-for"] = partial(api.get, f"/children/{world.child.pk}/watch-for")
    return asks


def shows(answer: HttpResponse) -> bool:
    """Whether anything of Robin stands in it: 404 for a record, an empty list for a list."""
    words = (b"Robin", SUMMARY.encode(), b'"watch', b'"C-')
    return answer.status_code == 200 and any(word in answer.content for word in words)


def keep_asking(ask: Ask, seen: Event, ended: Event) -> tuple[list[bool], list[bool]]:
    """What was shown while it stood, and what to questions that began after it had answered."""
    while_it_stood, afterwards = [], []
    try:
        for _ in range(MOST):
            began_after = ended.is_set()
            (afterwards if began_after else while_it_stood).append(shows(ask()))
            seen.set()
            if len(afterwards) == 3:
                break
            if len(while_it_stood) == MOST - 3:
                ended.wait(PATIENCE)
    finally:
        connections.close_all()
    return while_it_stood, afterwards


@pytest.mark.parametrize("withdraw", WITHDRAWALS)
def test_no_question_after_a_withdrawal_is_answered_with_anything(
    world: World, withdraw: Callable[[World], None]
) -> None:
    world.share(sections=["summary", "watch"], agreement=with_watch(world))
    asks = readers(world)
    ended = Event()
    seen = {name: Event() for name in asks}
    with ThreadPoolExecutor(len(asks)) as threads:
        answers = {
            name: threads.submit(keep_asking, ask, seen[name], ended) for name, ask in asks.items()
        }
        try:
            assert all(each.wait(PATIENCE) for each in seen.values())
            withdraw(world)
        finally:
            ended.set()
        got = {name: answer.result(timeout=2 * PATIENCE) for name, answer in answers.items()}
    assert {name for name, (before, _) in got.items() if not before[0]} == set()
    assert {name: after for name, (_, after) in got.items() if after != [False] * 3} == {}


def with_watch(world: World) -> object:
    """The world's agreement, with what to watch for in it."""
    world.agreement.sections = [*world.agreement.sections, "watch"]
    world.agreement.save(update_fields=["sections"])
    return world.agreement


@pytest.mark.parametrize("withdraw", WITHDRAWALS)
def test_a_withdrawal_waits_for_the_answer_that_is_being_made(
    world: World, withdraw: Callable[[World], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.share()
    teacher = signed(world.teacher)
    reading, read_on = Event(), Event()
    asked = partners.queries.shared_with_us

    def paused(*, viewer: User) -> object:
        reading.set()
        assert read_on.wait(PATIENCE)
        return asked(viewer=viewer)

    monkeypatch.setattr(partners.queries, "shared_with_us", paused)

    def alone(work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            connections.close_all()

    def withdrawn() -> None:
        with asking.task("test"):
            withdraw(world)

    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(alone, partial(teacher.get, "/shared"))
        try:
            assert reading.wait(PATIENCE)
            withdrawal = threads.submit(alone, withdrawn)
            _until_waiting(1)
            assert not withdrawal.done()
        finally:
            read_on.set()
        assert shows(answer.result(timeout=PATIENCE))
        withdrawal.result(timeout=PATIENCE)
    assert not shows(teacher.get("/shared"))


# --- opened, queued or kept before it ---------------------------------------------------------


@pytest.mark.parametrize("withdraw", WITHDRAWALS)
def test_an_open_form_that_is_sent_afterwards_is_refused(
    world: World, withdraw: Callable[[World], None]
) -> None:
    world.share(sections=["summary", "contributions"])
    teacher = signed(world.teacher)
    contribute = f"/places/{world.place.pk}/contributions/new"
    ask = f"/places/{world.place.pk}/requests/new"
    assert [teacher.get(page).status_code for page in (contribute, ask)] == [200, 200]
    withdraw(world)
    said = {"text": "Late again", "audience": ["lead agency"], "agency": str(world.police.pk),
            "what": "Is he well?", "why": "To help", "needed_by-day": "1",
            "needed_by-month": "12", "needed_by-year": "2026"}  # fmt: skip
    sent = [teacher.post(page, said) for page in (contribute, ask)]
    assert [answer.status_code for answer in sent] == [404, 404]
    assert not any(b"Robin" in answer.content for answer in sent)
    assert not Contribution.objects.exists()
    assert not InformationRequest.objects.exists()


def test_an_answer_kept_for_a_second_try_is_not_given_again(world: World) -> None:
    """The school told of a child; her record is restricted; the same request comes again."""
    school = machine(Agency.objects.get(pk=world.school.pk))
    body = report(children=[robin(forenames="Una", surname="Other")])
    assert school.post("/contacts", body, key="k1").status_code == 201
    contact = Contact.objects.get(source_ref=body["source_ref"])
    owner = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        contact.children.get().person,
        owner=owner,
        why="Staff",
        named=[Named(owner, reachable_at_any_hour=True)],
        by=world.signer,
    )
    again = school.post("/contacts", body, key="k1")
    assert not any(word in again.content for word in (b"Una", b"C-"))
    assert Contact.objects.filter(source_ref=body["source_ref"]).count() == 1


def test_a_task_queued_before_it_links_nobody_afterwards(world: World) -> None:
    """The school told of Robin, the task that matches waits; Robin is restricted; the task runs."""
    school = machine(Agency.objects.get(pk=world.school.pk))
    assert school.post("/contacts", report(source_ref="SCH-7")).status_code == 201
    told = Contact.objects.get(source_ref="SCH-7").children.get().person
    LikelyMatch.objects.filter(person=told).delete()
    restrict(world)
    cases.tasks.match_blind([told.pk])
    assert not LikelyMatch.objects.filter(person=told, other=world.child).exists()


def test_a_text_written_for_a_share_that_has_ended_is_not_kept(world: World) -> None:
    """The lead worker had the texts' page open while a colleague ended the share."""
    told = factories.contact(world.child, by=factories.user(Role.OFFICER))
    share = world.share(sections=["summary", "chronology"])
    lead = signed(world.lead_worker)
    page = f"/shares/{share.pk}/texts"
    assert lead.get(page).status_code == 200
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    lead.post(page, {f"line_{told.pk}": "text", f"text_{told.pk}": "Seen in the park"})
    assert not shows(signed(world.teacher).get(f"/children/{world.child.pk}"))
    assert CaseChild.objects.filter(pk=world.place.pk).exists()
