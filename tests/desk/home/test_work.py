"""Lines, captures, drafts, actions, referrals: what leads to somebody's work."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import accounts.commands
import cases.commands
import clock
import referrals.commands
from accounts.models import Notification, Role
from audit.models import Entry
from tests import factories
from tests.access import world
from tests.desk.home.page import SignedIn, page

pytestmark = pytest.mark.usefixtures("db", "held_clock")


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
        ("school", "home", "/", "notice, share"),
        ("lead", "home", "/", "case team, task"),
        ("lead", "cases", "/cases", "case team, task"),
    ):
        user = built.users[name]
        signed_in(user).get(path)
        entry = Entry.objects.filter(username=user.username, verb=verb).latest("pk")
        assert entry.ground == ground, path
        assert built.ids["milo"] in entry.persons


def test_a_line_that_waits_already_is_not_put_there_twice(signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER)
    for _ in range(2):
        accounts.commands.notify(officer, "About EI-1", url="/cases/EI-1", by=officer)
    assert page(signed_in(officer)).count("About EI-1") == 1


def test_more_work_asks_the_database_no_more_often(signed_in: SignedIn) -> None:
    team = factories.team()
    lead = factories.user(Role.OFFICER, Role.SUPERVISOR, Role.LEAD_WORKER, teams=(team,))

    def more(number: int) -> None:
        for _ in range(number):
            child = factories.child()
            with clock.at(clock.now() - timedelta(weeks=6)):
                case = factories.case(child, team=team, lead_worker=lead)
            factories.contact(child, by=lead, safe_now="no")
            cases.commands.set_action(
                factories.place(child, case), what="Visit", owner=lead, due_on=clock.today(),
                by=lead,
            )  # fmt: skip

    client = signed_in(lead)
    more(1)
    with CaptureQueriesContext(connection) as few:
        page(client)
    more(4)
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) == len(few)
