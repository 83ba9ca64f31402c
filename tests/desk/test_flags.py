"""Safeguarding flags: who sees them, who answers, and what the second to answer is told."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import ChronologyEvent, Flag, Handling, Person
from tests import factories

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")

DONE = {"action": "Police visited at 10:20. Robin is with grandmother."}


@pytest.fixture
def child() -> Person:
    return factories.child("Robin", "Example")


@pytest.fixture
def supervisor() -> User:
    """On duty: called as a flag is raised."""
    user = factories.user(Role.SUPERVISOR, name="Dana Duty")
    accounts.commands.post_duty("Duty sergeant", step=0, user=user, by=factories.administrator())
    return user


@pytest.fixture
def flag(child: Person, supervisor: User) -> Flag:
    with clock.at(clock.now() - timedelta(minutes=5)):
        factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    return Flag.objects.get()


def test_the_list_shows_who_waits_how_long_and_who_was_called(
    flag: Flag, supervisor: User, signed_in: SignedIn
) -> None:
    text = signed_in(supervisor).get("/flags").content.decode()
    assert f"Flag F-{flag.pk}: Robin Example" in text
    assert "Waiting 5 minutes" in text
    assert "Called last: Dana Duty" in text
    entry = Entry.objects.get(kind=Kind.CONSULTATION)
    assert (entry.verb, entry.persons, entry.records) == (
        "flags",
        [flag.person_id],
        {"flag": [flag.pk]},
    )


def test_a_supervisor_who_was_not_called_sees_no_flag(flag: Flag, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(Role.SUPERVISOR))
    assert "No flag is waiting" in client.get("/flags").content.decode()
    assert client.get(f"/flags/{flag.pk}").status_code == 404
    assert client.post(f"/flags/{flag.pk}", DONE).status_code == 404
    assert Flag.objects.get().answered_at is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COMMANDER, Role.PARTNER_PRACTITIONER])
def test_the_list_is_for_those_who_answer(role: Role, signed_in: SignedIn) -> None:
    assert signed_in(factories.user(role)).get("/flags").status_code == 403


def test_who_sees_the_child_but_may_not_answer_is_told_so(flag: Flag, signed_in: SignedIn) -> None:
    author = flag.contact.recorded_by
    assert signed_in(author).get(f"/flags/{flag.pk}").status_code == 403
    assert signed_in(author).post(f"/flags/{flag.pk}", DONE).status_code == 403


def test_the_page_shows_what_was_seen_the_calls_and_the_next_one(
    flag: Flag, supervisor: User, signed_in: SignedIn
) -> None:
    text = signed_in(supervisor).get(f"/flags/{flag.pk}").content.decode()
    assert "Seen in the park" in text
    assert "Dana Duty, Duty sergeant" in text
    assert "the next person is called on 24 November 2026 at 10:40" in text
    entry = Entry.objects.get(kind=Kind.CONSULTATION)
    assert (entry.persons, entry.sections, entry.ground) == ([flag.person_id], ["full"], "task")


def test_an_answer_closes_the_flag_and_shows_what_was_done(
    flag: Flag, supervisor: User, signed_in: SignedIn
) -> None:
    client = signed_in(supervisor)
    for _ in range(2):  # a double click: the second finds it answered
        answer = client.post(f"/flags/{flag.pk}", DONE, follow=True)
        assert answer.status_code == 200
        # The duty call was the only ground on the child, and it has ended with the answer.
        assert answer.request["PATH_INFO"] == f"/flags/{flag.pk}"
        assert DONE["action"] in answer.content.decode()
    flag.refresh_from_db()
    assert (flag.answered_by, flag.action) == (supervisor, DONE["action"])
    assert Entry.objects.filter(verb="answer flag").count() == 1
    assert ChronologyEvent.objects.filter(says="Safeguarding flag answered").count() == 1


def test_whoever_still_has_a_ground_is_led_to_the_child(
    flag: Flag, child: Person, signed_in: SignedIn
) -> None:
    lead = factories.case(child).lead_worker
    lead.roles = [Role.SUPERVISOR, Role.LEAD_WORKER]
    lead.save()
    answer = signed_in(lead).post(f"/flags/{flag.pk}", DONE)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/children/{child.pk}")


@pytest.mark.parametrize("typed", ["", "   ", "x" * 4001, "nul \x00"])
def test_an_answer_needs_words_that_can_be_kept(
    flag: Flag, supervisor: User, signed_in: SignedIn, typed: str
) -> None:
    answer = signed_in(supervisor).post(f"/flags/{flag.pk}", {"action": typed})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert Flag.objects.get().answered_at is None


def test_one_answer_closes_others_of_the_child_that_are_ticked(
    flag: Flag, child: Person, supervisor: User, signed_in: SignedIn
) -> None:
    for _ in range(2):
        factories.contact(child, by=factories.user(Role.OFFICER), safe_now="not known")
    ticked, left = Flag.objects.exclude(pk=flag.pk).order_by("pk")
    client = signed_in(supervisor)
    assert f"F-{ticked.pk}" in client.get(f"/flags/{flag.pk}").content.decode()
    assert client.post(f"/flags/{flag.pk}", DONE | {"also": [ticked.pk]}).status_code == 302
    assert list(Flag.objects.filter(answered_at=None)) == [left]


def test_a_flag_of_another_child_cannot_be_named(
    flag: Flag, child: Person, supervisor: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER)
    for seen in (child, factories.child("Sam")):
        factories.contact(seen, by=officer, safe_now="no")
    other = Flag.objects.exclude(person=child).get()
    for typed in (other.pk, "x", "", "9" * 30, "\x00"):
        answer = signed_in(supervisor).post(f"/flags/{flag.pk}", DONE | {"also": [typed]})
        assert answer.status_code == 422, typed
    assert Flag.objects.filter(answered_at=None).count() == 3


def test_whoever_was_slower_reads_who_answered_and_when_and_no_more(
    flag: Flag, child: Person, supervisor: User, signed_in: SignedIn
) -> None:
    faster = factories.case(child).lead_worker
    faster.roles = [Role.SUPERVISOR]
    faster.save()
    cases.commands.answer_flag(flag, **DONE, by=faster)
    for answer in (
        signed_in(supervisor).get(f"/flags/{flag.pk}"),
        signed_in(supervisor).post(f"/flags/{flag.pk}", {"action": "I rang"}, follow=True),
    ):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert f"{faster.name}</dd>" in text
        assert "24 November 2026 at 10:30" in text
        assert "Robin" not in text
        assert DONE["action"] not in text
    flag.refresh_from_db()
    assert flag.action == DONE["action"]


def test_a_police_only_flag_is_not_there_for_another_agency(
    child: Person, signed_in: SignedIn
) -> None:
    factories.contact(
        child, by=factories.user(Role.OFFICER), safe_now="no", handling=Handling.POLICE_ONLY
    )
    council = factories.agency(AgencyKind.CHILDRENS_SERVICES)
    duty = factories.team(agency=council, is_duty_team=True)
    worker = factories.user(Role.SUPERVISOR, agency=council, teams=(duty,))
    client = signed_in(worker)
    accounts.commands.post_duty("Out of hours", step=0, user=worker, by=factories.administrator())
    assert client.get(f"/flags/{Flag.objects.get().pk}").status_code == 404
    assert "Robin" not in client.get("/flags").content.decode()


def test_signed_out_and_unknown_ids(signed_in: SignedIn, supervisor: User) -> None:
    for path in ("/flags", "/flags/1"):
        assert Client().get(path).headers["Location"].startswith("/sign-in")
    for ident in ("0", "404", "9" * 18):
        assert signed_in(supervisor).get(f"/flags/{ident}").status_code == 404


def test_who_answers_a_moment_after_somebody_else_reads_who_did(
    flag: Flag, child: Person, supervisor: User, signed_in: SignedIn
) -> None:
    stale = cases.queries.flag(flag.pk, viewer=supervisor)
    faster = factories.case(child).lead_worker
    faster.roles = [Role.SUPERVISOR]
    faster.save()
    cases.commands.answer_flag(flag, **DONE, by=faster)
    # The slower one's page was opened before, when the duty call still showed them the child.
    factories.contact(child, by=supervisor)
    with patch("cases.queries.flag", side_effect=[stale, Flag.objects.get(pk=flag.pk)]):
        answer = signed_in(supervisor).post(f"/flags/{flag.pk}", {"action": "I rang"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/flags/{flag.pk}")
    flag.refresh_from_db()
    assert flag.action == DONE["action"]
