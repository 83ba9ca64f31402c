"""Who hears of a corrected birth date, of a seat and of a case that closes: who may know of the child."""

from datetime import date

import pytest

import cases.commands
from accounts.models import AgencyKind, Notification, Role, User
from cases.commands import Completion, Named
from cases.models import Contact, ContactChild, Handling, Person
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def keeper() -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="Kay Keeper")


def restrict(person: Person, keeper: User, *more: User) -> None:
    cases.commands.restrict(
        person,
        owner=keeper,
        why="A witness",
        named=[Named(keeper, reachable_at_any_hour=True), *(Named(user) for user in more)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )


def lines(*users: User) -> list[str]:
    waiting = Notification.objects.filter(user__in=users, seen_at=None).order_by("pk")
    return [line.url for line in waiting]


def suspect(person: Person, *, by: User, handling: str = Handling.SHARE) -> Contact:
    contact = factories.contact(person, by=by, handling=handling)
    cases.commands.complete_contact(
        contact,
        completions=[
            Completion(
                child=ContactChild.objects.get(contact=contact),
                role="suspect",
                suspect_outcome="No further action",
                voice="I was only there",
            )
        ],
        handling=handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        by=by,
    )
    Notification.objects.all().delete()
    return contact


def correct(person: Person, *, by: User) -> None:
    cases.commands.correct_birth_date(
        person, born=date(2018, 1, 1), estimated=False, reason="School roll", by=by
    )


def led_in_the_council(person: Person) -> User:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    factories.case(person, lead_worker=lead, team=team)
    return lead


def test_a_corrected_birth_date_tells_no_other_agency_of_a_police_only_contact() -> None:
    officer, person = factories.user(Role.OFFICER), factories.child(born=date(2014, 1, 1))
    lead = led_in_the_council(person)
    contact = suspect(person, by=officer, handling=Handling.POLICE_ONLY)
    correct(person, by=officer)
    assert lines(lead) == []
    assert lines(officer) == [f"/contacts/{contact.pk}"]


def test_of_another_contact_the_lead_worker_of_any_agency_hears() -> None:
    officer, person = factories.user(Role.OFFICER), factories.child(born=date(2014, 1, 1))
    lead = led_in_the_council(person)
    suspect(person, by=officer)
    correct(person, by=officer)
    assert lines(lead) == [f"/children/{person.pk}"]


def test_of_a_restricted_child_its_owner_alone_hears(keeper: User) -> None:
    officer, person = factories.user(Role.OFFICER), factories.child(born=date(2014, 1, 1))
    lead = led_in_the_council(person)
    suspect(person, by=officer)
    restrict(person, keeper)
    correct(person, by=keeper)
    assert lines(officer, lead) == []
    said = Notification.objects.filter(user=keeper, text__contains="was under 10")
    assert said.count() == 1


def test_lines_about_the_child_leave_with_the_record(keeper: User) -> None:
    officer, person = factories.user(Role.OFFICER), factories.child(born=date(2014, 1, 1))
    lead = led_in_the_council(person)
    suspect(person, by=officer)
    correct(person, by=officer)
    assert len(lines(officer, lead)) == 2
    restrict(person, keeper)
    assert lines(officer, lead) == []


def test_a_seat_beside_a_child_leaves_the_home_page_with_the_child(keeper: User) -> None:
    """The case goes on for the sibling, and lines about the sibling stay."""
    team = factories.team()
    lead = factories.user(Role.LEAD_WORKER, teams=(team,))
    child, sibling = factories.child("Robin"), factories.child("Sam")
    case = factories.case(child, sibling, lead_worker=lead, team=team)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))
    for person in (child, sibling):
        cases.commands.give_seat(factories.place(person, case), teacher, role="Tutor", by=lead)
    assert len(lines(teacher)) == 2
    restrict(child, keeper)
    assert lines(teacher) == [f"/cases/{case.reference}#place-{factories.place(sibling, case).pk}"]
