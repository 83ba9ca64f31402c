"""My work of officers, supervisors, triage workers and lead workers."""

import re
from datetime import timedelta

import pytest

import cases.commands
import clock
import referrals.commands
import referrals.models
from accounts.models import Role, User
from audit.models import Entry, Kind
from cases.models import Person
from tests import factories
from tests.desk.home.page import SignedIn, action_for, headings, page, raise_flag, told
from tests.desk.pages import text_of

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_an_officer_without_work_reads_a_kind_sentence_and_can_log(signed_in: SignedIn) -> None:
    text = page(signed_in(factories.user(Role.OFFICER)))
    assert "Nothing waits for you right now" in text
    assert "Log a contact" in text
    assert "You have no action to do" in text
    for others in ("Prompts to confirm", "Referrals to decide", "Shared with us", "Latest run"):
        assert others not in text


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
