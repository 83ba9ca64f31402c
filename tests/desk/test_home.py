"""My work: what each role is shown, and the climb that must not wait for the clock process."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import clock
import referrals.commands
from accounts.models import AgencyKind, Notification, Role, User
from audit.models import Entry, Kind
from cases.models import DutyCall, Flag
from tests import factories
from tests.access import world

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def page(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def raise_flag(supervisor: User, *, minutes_ago: int = 0) -> Flag:
    """A flag of a contact in which the child was not safe; the supervisor is on duty."""
    accounts.commands.post_duty(
        "Duty sergeant", step=0, user=supervisor, by=factories.administrator()
    )
    with clock.at(clock.now() - timedelta(minutes=minutes_ago)):
        child = factories.child("Robin", "Example")
        factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    return Flag.objects.get(person=child)


def test_signed_out_leads_to_the_sign_in_page() -> None:
    assert Client().get("/").headers["Location"].startswith("/sign-in")


def test_an_officer_without_work_reads_a_kind_sentence_and_can_log(signed_in: SignedIn) -> None:
    text = page(signed_in(factories.user(Role.OFFICER)))
    assert "Nothing waits for you right now" in text
    assert "Log a contact" in text
    assert "You have no action to do" in text
    for others in ("Prompts to confirm", "Referrals to decide", "Shared with us", "Latest run"):
        assert others not in text


def test_a_partner_is_offered_what_is_theirs(signed_in: SignedIn) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    text = page(signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)))
    assert "Nothing is shared with your agency now" in text
    assert "Log a contact" not in text
    assert "My referrals" not in text


def test_an_unanswered_flag_stands_above_all_with_its_wait(signed_in: SignedIn) -> None:
    supervisor = factories.user(Role.SUPERVISOR)
    flag = raise_flag(supervisor, minutes_ago=12)
    text = page(signed_in(supervisor))
    assert f"F-{flag.pk}: Robin Example" in text
    assert "Waiting 12 minutes" in text
    assert text.index("Safeguarding: answer now") < text.index("Log a contact")
    assert "Nothing waits" not in text
    entry = Entry.objects.get(kind=Kind.CONSULTATION, username=supervisor.username)
    assert (entry.verb, entry.persons) == ("home", [flag.person_id])


def test_a_late_climb_is_called_by_whoever_opens_the_page_in_the_lead_agency(
    signed_in: SignedIn,
) -> None:
    supervisor, inspector = factories.user(Role.SUPERVISOR), factories.user(Role.SUPERVISOR)
    accounts.commands.post_duty("Inspector", step=1, user=inspector, by=factories.administrator())
    flag = raise_flag(supervisor, minutes_ago=14)
    officer = factories.user(Role.OFFICER)
    with patch("cases.commands.climb") as climb:
        page(signed_in(officer))
    assert not climb.called  # nothing is late yet
    with clock.at(clock.now() + timedelta(minutes=1)):
        school = factories.agency(AgencyKind.SCHOOL)
        page(signed_in(factories.user(Role.PARTNER_PRACTITIONER, agency=school)))
        assert DutyCall.objects.count() == 1
        page(signed_in(officer))
        page(signed_in(officer))
    called = flag.calls.get(step=1)
    assert called.user == inspector
    assert DutyCall.objects.count() == 2
    assert Entry.objects.filter(verb="call duty", username="system").count() == 1


def test_a_line_leads_to_what_it_is_about_and_leaves_the_page(signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER)
    line = accounts.commands.notify(officer, "About EI-1", url="/cases/EI-1", by=officer)
    client = signed_in(officer)
    assert "About EI-1" in page(client)
    for _ in range(2):  # a double click
        answer = client.post(f"/notifications/{line.pk}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/cases/EI-1")
    assert "About EI-1" not in page(client)
    assert Entry.objects.filter(verb="mark seen").count() == 1
    # reloaded, or come back to after signing in
    assert client.get(f"/notifications/{line.pk}").headers["Location"] == "/"


def test_somebody_elses_line_is_not_there(signed_in: SignedIn) -> None:
    line = accounts.commands.notify(
        factories.user(), "Theirs", url="/", by=factories.administrator()
    )
    client = signed_in(factories.user(Role.OFFICER))
    assert client.post(f"/notifications/{line.pk}").status_code == 404
    assert client.post("/notifications/999999999999999999").status_code == 404
    assert Notification.objects.get().seen_at is None


def test_captures_and_drafts_lead_to_their_forms(signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER)
    capture = factories.contact(factories.child(), by=officer)
    draft = cases.commands.start_draft("contact", key=uuid4(), by=officer)
    text = page(signed_in(officer))
    assert f"/contacts/{capture.pk}/complete" in text
    assert f"/contacts/drafts/{draft.key}" in text
    others = page(signed_in(factories.user(Role.OFFICER)))
    assert "/contacts/drafts/" not in others
    assert f"/contacts/{capture.pk}" not in others


def test_actions_stand_late_first_with_the_child(signed_in: SignedIn) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        child = factories.child("Robin", "Example")
        case = factories.case(child)
        place = factories.place(child, case)
        late = clock.today() + timedelta(days=1)
        for what, due_on in (("Ring home", late + timedelta(days=9)), ("Visit", late)):
            cases.commands.set_action(
                place, what=what, owner=case.lead_worker, due_on=due_on, by=case.lead_worker
            )
    text = page(signed_in(case.lead_worker))
    assert text.index("Visit") < text.index("Ring home")
    assert text.count(">Late<") == 1
    assert f"{case.reference}: Robin Example" in text


def test_the_referrer_reads_what_became_of_it_and_the_hub_its_queue(signed_in: SignedIn) -> None:
    hub = factories.team(is_hub=True)
    triager = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    officer, child = factories.user(Role.OFFICER), factories.child()
    referral = referrals.commands.make_referral(
        contact=factories.contact(child, by=officer),
        children=[child],
        reason="Out late",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=officer,
    )
    assert "1 referral waits" in page(signed_in(triager))
    referrals.commands.decline(
        referral, reason="Known to school", answer="School will ring", by=triager
    )
    text = page(signed_in(officer))
    assert "Declined" in text
    # Words about a child are read on the referral's own page, which leaves an entry of the look.
    assert "School will ring" not in text
    assert "No referral waits" in page(signed_in(triager))


def test_the_entry_of_the_look_names_the_grounds_that_opened_the_children(
    signed_in: SignedIn,
) -> None:
    built = world.build()
    for name, verb, path, ground in (
        ("school", "home", "/", "share"),
        ("lead", "home", "/", "case team, task"),
        ("lead", "cases", "/cases", "case team, task"),
    ):
        user = built.users[name]
        signed_in(user).get(path)
        entry = Entry.objects.filter(username=user.username, verb=verb).latest("pk")
        assert entry.ground == ground, path
        assert built.ids["milo"] in entry.persons


def test_a_commander_sees_the_latest_run(signed_in: SignedIn) -> None:
    assert "No run yet" in page(signed_in(factories.user(Role.COMMANDER)))


def test_of_many_flags_the_longest_waiting_stand_here_and_the_rest_behind_a_link(
    signed_in: SignedIn,
) -> None:
    supervisor = factories.user(Role.SUPERVISOR)
    raise_flag(supervisor, minutes_ago=14)
    officer = factories.user(Role.OFFICER)
    assert "More flags wait" not in page(signed_in(supervisor))
    for _ in range(10):
        factories.contact(factories.child("Sam"), by=officer, safe_now="no")
    text = page(signed_in(supervisor))
    assert "Waiting 14 minutes" in text
    assert text.count("Not safe now") == 10
    assert "More flags wait" in text


def test_a_line_that_waits_already_is_not_put_there_twice(signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER)
    for _ in range(2):
        accounts.commands.notify(officer, "About EI-1", url="/cases/EI-1", by=officer)
    assert page(signed_in(officer)).count("About EI-1") == 1
