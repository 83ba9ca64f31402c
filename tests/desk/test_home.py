"""My work: what each role is shown, and the climb that must not wait for the clock process."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import accounts.commands
import cases.commands
import clock
import referrals.commands
import referrals.models
from accounts.models import AgencyKind, Notification, Role, User
from audit.models import Entry, Kind
from cases.models import DutyCall, Flag, Person
from desk import my_work
from tests import factories
from tests.access import world
from tests.desk.pages import text_of
from tests.interventions import conftest as help_world
from tests.partners.conftest import build_world, sign

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
        ("school", "home", "/", "notice, share"),
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


# --- one page for each role


def headings(client: Client) -> list[str]:
    """What stands on the page below its title, from top to bottom, the button among it."""
    main = re.search("<main.*</main>", page(client), re.DOTALL)
    found = re.findall(r'<h2[^>]*>([^<]*)</h2>|role="button"[^>]*>([^<]*)</a>', main[0])
    return [heading or button for heading, button in found]


def told(user: User) -> None:
    accounts.commands.notify(user, "Something for you", url="/", by=user)


def action_for(user: User) -> None:
    """An action that is due today, of a child whose case others run."""
    child = factories.child("Kim", "Sample")
    case = factories.case(child)
    cases.commands.set_action(
        factories.place(child, case), what="Ring home", owner=user, due_on=clock.today(),
        by=case.lead_worker,
    )  # fmt: skip


def test_an_officer_logs_completes_does_and_reads_what_became_of_it(signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER)
    factories.contact(factories.child(), by=officer)
    told(officer)
    action_for(officer)
    assert headings(signed_in(officer)) == [
        "Log a contact",
        "To complete before your shift ends",
        "New for you",
        "My actions",
        "My referrals",
    ]


def test_a_supervisor_answers_first_and_sees_what_their_people_left(signed_in: SignedIn) -> None:
    team, other = factories.team(), factories.team()
    supervisor = factories.user(Role.SUPERVISOR, teams=(team,))
    asha = factories.user(Role.OFFICER, name="Asha Constable", teams=(team,))
    child = factories.child("Secret", "Name")
    with clock.at(clock.now() - timedelta(hours=13)):
        factories.contact(child, by=asha, narrative="Not to be read here")
        factories.contact(child, by=factories.user(Role.OFFICER, name="Elsewhere", teams=(other,)))
    with clock.at(clock.now() - timedelta(hours=11)):
        factories.contact(child, by=factories.user(Role.OFFICER, name="On Shift", teams=(team,)))
    raise_flag(supervisor)
    client = signed_in(supervisor)
    assert headings(client) == [
        "Safeguarding: answer now",
        "Prompts to confirm or drop",
        "Left incomplete by your people",
        "Log a contact",
        "New for you",
        "My actions",
        "On duty now and tonight",
        "My referrals",
    ]
    text = page(client)
    assert "Asha Constable: Child concern, 23 November 2026 at 20:30" in text
    for hidden in ("Elsewhere", "On Shift", "Secret", "Not to be read here"):
        assert hidden not in text
    colleague = factories.user(Role.OFFICER, teams=(team,))
    assert "Left incomplete" not in page(signed_in(colleague))


def test_a_supervisor_sees_who_decided_not_to_refer_and_not_what_was_seen(
    signed_in: SignedIn,
) -> None:
    team = factories.team()
    supervisor = factories.user(Role.SUPERVISOR, teams=(team,))
    asha = factories.user(Role.OFFICER, name="Asha Constable", teams=(team,))
    contact = factories.contact(factories.child("Secret"), by=asha)
    cases.commands.complete_contact(
        contact,
        completions=[
            cases.commands.Completion(
                contact.children.get(),
                voice="Fine",
                noticed=[cases.commands.Noticed(factories.indicator("IND05"))],
            )
        ],
        handling=contact.handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        not_referred_why="The youth justice team has it",
        by=asha,
    )
    text = page(signed_in(supervisor))
    assert text.index("Not referred this week") < text.index("Asha Constable: Child concern")
    assert "youth justice" not in text
    assert "Secret" not in text
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert "Not referred" not in page(signed_in(supervisor))


def refer(officer: User, *, minutes_ago: int) -> referrals.models.Referral:
    with clock.at(clock.now() - timedelta(minutes=minutes_ago)):
        child = factories.child("Hidden", "Name")
        return referrals.commands.make_referral(
            contact=None, children=[child], reason="Out late", wanted="", agreed="yes",
            agreed_why_not="", by=grounded(officer, child),
        )  # fmt: skip


def grounded(officer: User, child: Person) -> User:
    factories.contact(child, by=officer)
    return officer


def test_a_triage_worker_sees_the_queue_late_ones_first_with_the_time_left(
    signed_in: SignedIn,
) -> None:
    hub = factories.team(is_hub=True)
    triager = factories.user(Role.TRIAGE_WORKER, teams=(hub,))
    officer = factories.user(Role.OFFICER)
    made = [refer(officer, minutes_ago=minutes) for minutes in (10, 60, 60 * 24 * 3, 30)]
    fresh, hour, late, half = made
    client = signed_in(triager)
    assert headings(client) == [
        "Referrals to decide",
        "New for you",
        "On duty now and tonight",
        "My referrals",
    ]
    text = page(client)
    assert "4 referrals wait" in text
    shown = [text.index(f"{each.reference}, from ") for each in (late, hour, half)]
    assert shown == sorted(shown)
    assert f"{fresh.reference}, from " not in text
    main = text_of(client.get("/"))
    assert "hub’s decision 1 late" in main
    assert re.search(r"Late by \d+ hour", main)
    assert re.search(r"In time \d hours", main)
    assert "Hidden" not in text  # whose they are stands on the pages that leave an entry


def test_a_lead_worker_sees_reviews_actions_and_cases(signed_in: SignedIn) -> None:
    with clock.at(clock.now() - timedelta(weeks=7)):
        case = factories.case(factories.child("Milo", "Example"))
    client = signed_in(case.lead_worker)
    assert headings(client) == [
        "Log a contact",
        "Reviews due",
        "My actions",
        "New for you",
        "My cases",
        "My referrals",
    ]
    shown = text_of(client.get("/"))
    assert f"Review {case.reference}: Milo Example Late Due by 17 November 2026" in shown
    entry = Entry.objects.filter(kind=Kind.CONSULTATION, verb="home").latest("pk")
    assert entry.persons == [case.places.get().person_id]
    assert entry.records == {"case": [case.pk]}
    # A colleague of the team sees the case, and is not asked to review it.
    colleague = factories.user(Role.LEAD_WORKER, teams=(case.team,))
    assert "Reviews due" not in page(signed_in(colleague))


@pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER])
def test_a_partner_sees_what_is_shared_until_when_and_their_actions(
    role: Role, signed_in: SignedIn
) -> None:
    built = build_world()
    built.share(until=clock.now() + timedelta(days=14))
    sibling = factories.place(built.sibling, built.case)
    built.share(place=sibling, until=clock.now() + timedelta(days=15))
    user = factories.user(role, agency=built.school)
    told(user)
    client = signed_in(user)
    assert headings(client) == ["New for you", "Shared with us", "My actions"]
    shown = text_of(client.get("/"))
    assert "Robin Example Ends soon Early help, until the end of 8 December 2026" in shown
    assert "Sam Example Early help, until the end of 9 December 2026" in shown


def test_a_partner_manager_sees_the_room_in_their_own_agency_s_services(
    signed_in: SignedIn,
) -> None:
    world = help_world.build_world()
    charity = factories.user(Role.PARTNER_MANAGER, agency=world.charity)
    shown = text_of(signed_in(charity).get("/"))
    assert "Our services Side by Side Ages 8 to 17. 2 of 2 places free" in shown
    of_another = factories.user(Role.PARTNER_MANAGER, agency=world.base.school)
    assert "Our services" not in text_of(signed_in(of_another).get("/"))


def test_information_governance_sees_what_was_refused_and_what_ends(signed_in: SignedIn) -> None:
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    officer = factories.user(Role.OFFICER)
    with clock.at(clock.now() - timedelta(days=8)):
        signed_in(officer).get("/children/1")
    for path in ("/children/1", "/record-of-use"):
        signed_in(officer).get(path)
    accounts.commands.note_failed_sign_in("somebody", None)
    parties = [factories.agency(is_lead=True), factories.agency(AgencyKind.SCHOOL)]
    for title, days in (("Ends on time", 60), ("Ends later", 61)):
        sign(
            title=title,
            parties=parties,
            ends_on=clock.today() + timedelta(days=days),
            by=governance,
        )
    client = signed_in(governance)
    assert headings(client) == [
        "The sealed record of use",
        "Refused in the last 7 days",
        "Agreements that end soon",
    ]
    shown = text_of(client.get("/"))
    assert "2 attempts to open or do what is not theirs 1 failed sign-in Look into" in shown
    assert "Ends on time Its last day is 22 January 2027" in shown
    assert "Ends later" not in shown


def test_an_administrator_sees_the_latest_run_and_the_people(signed_in: SignedIn) -> None:
    administrator = factories.administrator()
    factories.user(agency=factories.agency(AgencyKind.SCHOOL))
    accounts.commands.system()
    client = signed_in(administrator)
    assert headings(client) == ["Latest run", "People"]
    shown = text_of(client.get("/"))
    assert "2 people of 2 agencies may sign in. 1 of them has no role" in shown


def test_a_partner_at_the_table_finds_the_child_until_the_seat_ends(signed_in: SignedIn) -> None:
    built = build_world()
    mentor = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.CHARITY))
    client = signed_in(mentor)
    assert "Children you help" not in page(client)
    cases.commands.seat(built.place, mentor, role="mentor", by=built.lead_worker)
    assert headings(client)[0] == "Children you help"
    shown = text_of(client.get("/"))
    assert f"{built.child.name}, {built.case.reference} Mentor." in shown
    assert built.sibling.name not in shown
    entry = Entry.objects.filter(verb="home", username=mentor.username).latest("pk")
    assert (entry.persons, entry.ground) == ([built.child.pk], "case team")
    built.case.places.get(pk=built.place.pk).team_places.filter(user=mentor).update(
        until=clock.now()
    )
    assert "Children you help" not in page(client)


def test_a_commander_reads_what_is_in_hand_in_their_area(signed_in: SignedIn) -> None:
    area = factories.area("NBC1")
    commander = factories.user(Role.COMMANDER, teams=(factories.team(area=area),))
    assert headings(signed_in(commander)) == [f"{area.name} now", "Latest run"]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([Role.COMMANDER], ["Latest run"]),
        ([Role.COMMISSIONER], ["Evaluations", "Plan an evaluation", "Figures"]),
        ([Role.ANALYST], ["Evaluations", "Plan an evaluation", "Figures"]),
        ([], []),
    ],
)
def test_who_has_no_casework_is_shown_none_and_nothing_of_it_is_asked(
    roles: list[Role], expected: list[str], signed_in: SignedIn
) -> None:
    user = factories.user(*roles)
    client = signed_in(user)
    assert headings(client) == expected
    with CaptureQueriesContext(connection) as asked:
        page(client)
    late_climb = ("cases_flag", "cases_prompt", "cases_dutycall")
    for query in asked:
        tables = set(re.findall(r'"((?:cases|partners|referrals)_\w+)"\.', query["sql"]))
        assert not {t for t in tables if t.startswith(("partners_", "referrals_"))}
        assert {t for t in tables if t in late_climb} == tables
    told(user)
    assert headings(client)[0] == "New for you"


def test_several_roles_are_one_page_without_repeats(signed_in: SignedIn) -> None:
    hub, team = factories.team(is_hub=True), factories.team()
    everything = factories.user(
        Role.OFFICER, Role.SUPERVISOR, Role.TRIAGE_WORKER, Role.LEAD_WORKER, teams=(hub, team)
    )
    raise_flag(everything)
    factories.contact(factories.child(), by=everything)
    found = headings(signed_in(everything))
    assert len(found) == len(set(found))
    assert found[:2] == ["Safeguarding: answer now", "Log a contact"]
    assert set(found) == {
        "Safeguarding: answer now",
        "Log a contact",
        "Referrals to decide",
        "Prompts to confirm or drop",
        "To complete before your shift ends",
        "New for you",
        "My actions",
        "My cases",
        "On duty now and tonight",
        "My referrals",
    }


def test_every_role_has_its_order_and_every_section_its_partial() -> None:
    assert set(my_work.ORDER) == set(Role) - {Role.SYSTEM, Role.API_CLIENT}
    folder = Path(__file__).resolve().parent.parent.parent / "templates/desk/home"
    for make in {make for order in my_work.ORDER.values() for make in order} | {*my_work.EVERYBODY}:
        assert (folder / f"_{make.__name__}.html").exists(), make


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


def test_who_keeps_a_hidden_record_has_what_is_to_be_decided_until_it_is(
    signed_in: SignedIn,
) -> None:
    built = world.build()
    owner, hit = built.users["duty"], built.ids["hit"]
    client = signed_in(owner)
    assert f'href="/hits/{hit}"' in page(client)
    # Following the line of 'New for you' is no decision.
    line = Notification.objects.get(user=owner, url=f"/hits/{hit}")
    client.post(f"/notifications/{line.pk}")
    shown = text_of(client.get("/"))
    assert "Restricted records that you keep" in shown
    assert f"decide on H-{hit}" in shown
    client.post(f"/hits/{hit}", {"outcome": "not the child", "reason": "Another June"})
    shown = text_of(client.get("/"))
    assert "1 record, with who may open it" in shown
    assert f"decide on H-{hit}" not in shown


def test_only_its_owner_reads_of_a_hidden_record_on_their_work(signed_in: SignedIn) -> None:
    """Who is on its list reads it as any other; governance keeps lists, and is told of no hit."""
    built = world.build()
    for name in ("lead", "officer", "governance", "school"):
        assert "Restricted records that you keep" not in page(signed_in(built.users[name])), name


def test_information_governance_sees_the_tries_that_wait_for_a_review(
    signed_in: SignedIn,
) -> None:
    built = world.build()
    client = signed_in(built.users["governance"])
    assert "Broken glass 1 try waits for a review, the first by" in text_of(client.get("/"))
    tried = built.ids["tried"]
    client.post(f"/break-glass/reviews/{tried}", {"outcome": "right", "words": "Missing, found"})
    assert "Broken glass" not in page(client)
