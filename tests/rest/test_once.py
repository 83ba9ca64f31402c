"""Safe twice: done once for its key, the first answer byte for byte, at once and after a crash."""

import json
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection, connections

import accounts.commands
import clock
import rest.commands
import rest.tasks
from accounts.models import AgencyKind, User
from audit.models import Entry
from cases.models import Contact, Person
from rest.models import IdempotentRequest
from tests import factories
from tests.conftest import TODAY
from tests.races import at_once
from tests.rest.api import machine, report


@pytest.mark.usefixtures("db", "held_clock")
def test_the_first_answer_comes_again_byte_for_byte() -> None:
    lead = machine()
    first = lead.post("/contacts", report(), key="one")
    factories.caution(Person.objects.get())
    again = lead.post("/contacts", report(), key="one")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert Contact.objects.count() == 1
    assert Entry.objects.filter(verb="api answer again").count() == 1


@pytest.mark.usefixtures("db", "held_clock")
def test_who_was_told_of_again_stands_with_the_child() -> None:
    """The answer holds a pointer: each time it goes out the child's own record says so."""
    lead, school = machine(), machine(factories.agency(AgencyKind.SCHOOL))
    child = factories.child()
    for client, told in ((lead, [child.pk]), (school, [])):
        for _ in range(2):
            client.post("/contacts", report(), key="one")
        again = Entry.objects.get(verb="api answer again", user_id=client.user.pk)
        assert again.persons == told


@pytest.mark.usefixtures("db", "held_clock")
def test_a_client_that_may_match_no_more_is_told_of_nobody_again() -> None:
    """It was told in the hub who is known; after that it hears that its contact was received, as any
    partner's client does: no contact seems lost, and no pointer goes out."""
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub, client = factories.team(agency=council, is_hub=True), machine(council)
    accounts.commands.join_team(client.user, hub, by=factories.administrator())
    child = factories.child()
    first = client.post("/contacts", report(), key="one")
    assert first.json()["children"][0]["reference"] == child.reference
    accounts.commands.leave_team(client.user, hub, by=factories.administrator())
    again = client.post("/contacts", report(), key="one")
    assert again["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.json()["state"]) == (201, "new")
    assert [each["outcome"] for each in again.json()["children"]] == ["received"]
    fresh = client.post("/contacts", report(), key="two").json()
    assert again.json()["children"] == fresh["children"]
    assert child.reference not in again.content.decode()
    assert not Entry.objects.filter(verb="api answer again", persons__contains=[child.pk]).exists()
    assert Contact.objects.count() == 1


@pytest.mark.usefixtures("db", "held_clock")
def test_a_key_stands_for_one_request_of_one_client() -> None:
    lead, other = machine(), machine()
    lead.post("/contacts", report(), key="one")
    answer = lead.post("/contacts", report(narrative="Something else"), key="one")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_used")
    assert other.post("/contacts", report(), key="one").status_code == 201


@pytest.mark.usefixtures("db", "held_clock")
@pytest.mark.parametrize("key", [" ", "x" * 256, "schlüssel", "a b"])
def test_without_a_key_nothing_is_done(key: str) -> None:
    answer = machine().post("/contacts", report(), key=key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not Contact.objects.exists()


@pytest.mark.usefixtures("db", "held_clock")
def test_what_was_refused_may_be_sent_again_corrected() -> None:
    lead = machine()
    assert lead.post("/contacts", report(children=[]), key="one").status_code == 400
    assert lead.post("/contacts", report(), key="one").status_code == 201


@pytest.mark.usefixtures("committing")
def test_of_two_at_once_one_is_done_and_both_get_its_answer() -> None:
    with clock.at(TODAY):
        lead = machine()

        def post() -> bytes:
            with clock.at(TODAY):
                return lead.post("/contacts", report(), key="one").content

        with patch("rest.http.once.rest.commands.await_turn", held(lead.user)):
            answers = at_once(User.objects.filter(pk=lead.user.pk), post, post)
    assert answers[0] == answers[1]
    assert json.loads(answers[0])["state"] == "new"
    assert Contact.objects.count() == IdempotentRequest.objects.count() == 1


def held(user: User) -> Callable[..., None]:
    """Both wait at the door until both are there; the door shuts nobody out afterwards."""
    turn = rest.commands.await_turn

    def wait(key: str, *, by: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1 from accounts_user where id = %s for share", [user.pk])
        turn(key, by=by)

    return wait


@pytest.mark.usefixtures("committing")
def test_where_the_first_died_half_way_the_second_does_it() -> None:
    with clock.at(TODAY):
        lead = machine()
        with (
            patch("rest.commands.keep_answer", side_effect=RuntimeError("the power went")),
            pytest.raises(RuntimeError, match="power"),
        ):
            lead.post("/contacts", report(), key="one")
        assert not Contact.objects.exists()
        answer = lead.post("/contacts", report(), key="one")
    assert (answer.status_code, answer.json()["state"]) == (201, "new")
    connections.close_all()


@pytest.mark.usefixtures("db")
def test_answers_are_forgotten_after_seven_days() -> None:
    with clock.at(TODAY):
        lead = machine()
        lead.post("/contacts", report(), key="one")
        assert rest.tasks.forget_answers() == 0
    with clock.at(TODAY + timedelta(days=7, seconds=1)):
        assert rest.tasks.forget_answers() == 1
        assert rest.tasks.forget_answers() == 0
