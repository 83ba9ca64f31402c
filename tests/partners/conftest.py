"""A case with two children, who runs it, a school and a charity, and an agreement with both."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import cases.commands
import clock
import partners.commands
from accounts.models import Agency, AgencyKind, Role, User
from cases.commands import Named
from cases.models import Case, CaseChild, Person, Restriction
from partners.models import Agreement, Contribution, Notice, NoticeKind, Share
from tests import factories

NECESSITY = "School can notice hunger, and nothing less would let them"
SUMMARY = "Robin is often hungry after the weekend"


@dataclass(frozen=True)
class World:
    police: Agency
    school: Agency
    charity: Agency
    signer: User
    lead_worker: User
    teacher: User
    volunteer: User
    child: Person
    sibling: Person
    case: Case
    place: CaseChild
    agreement: Agreement

    def sign(self, **changed: Any) -> Agreement:
        """As the world's own agreement, but for what is changed."""
        parties = [self.police, self.school, self.charity]
        return sign(**{"by": self.signer, "parties": parties} | changed)

    def share(self, **changed: Any) -> Share:
        """The lead worker shares the child's place with the school, but for what is changed."""
        said = {
            "place": self.place,
            "agency": self.school,
            "agreement": self.agreement,
            "purpose": "Early help",
            "lawful_basis": "public task",
            "necessity": NECESSITY,
            "summary": SUMMARY,
            "sections": ["summary", "plan"],
            "until": clock.now() + timedelta(days=30),
            "by": self.lead_worker,
        }
        said |= changed
        return partners.commands.share(said.pop("place"), **said)

    def contribute(self, **changed: Any) -> Contribution:
        said = {
            "text": "Late three times this week",
            "voice": "",
            "audience": ["lead agency", "hub"],
            "by": self.teacher,
        }
        return partners.commands.contribute(self.place, **said | changed)


def sign(**changed: Any) -> Agreement:
    said = {
        "title": "Early help in Northbridge",
        "purposes": ["Early help", "Attendance"],
        "lawful_bases": ["public task", "legal obligation"],
        "sections": ["summary", "chronology", "plan", "contributions"],
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2027, 6, 1),
        "review_on": date(2027, 3, 1),
        "impact_assessment": "DPIA-7",
        "signatories": ["N. Ash for each party"] * 5,
    }
    return partners.commands.sign_agreement(**said | changed)


def build_world() -> World:
    police = factories.agency(is_lead=True)
    school = factories.agency(AgencyKind.SCHOOL, name="Northfield Academy")
    charity = factories.agency(AgencyKind.CHARITY, name="Open Door")
    signer = factories.user(Role.INFORMATION_GOVERNANCE, name="Sig Signer")
    team = factories.team()
    lead_worker = factories.user(Role.LEAD_WORKER, name="Lee Leader", teams=(team,))
    child, sibling = factories.child("Robin"), factories.child("Sam")
    case = factories.case(child, sibling, lead_worker=lead_worker, team=team)
    return World(
        police=police,
        school=school,
        charity=charity,
        signer=signer,
        lead_worker=lead_worker,
        teacher=factories.user(Role.PARTNER_PRACTITIONER, agency=school, name="Tess Teacher"),
        volunteer=factories.user(Role.PARTNER_MANAGER, agency=charity, name="Val Volunteer"),
        child=child,
        sibling=sibling,
        case=case,
        place=factories.place(child, case),
        agreement=sign(by=signer, parties=[police, school, charity]),
    )


def at(day: date) -> datetime:
    """The first moment of a London day."""
    return clock.start_of(day)


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def committed_world(committing: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def keeper(world: World) -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="Kay Keeper")


def restrict(world: World, keeper: User, *more: User) -> Restriction:
    return cases.commands.restrict(
        world.child,
        owner=keeper,
        why="A witness",
        named=[Named(keeper, reachable_at_any_hour=True), *(Named(user) for user in more)],
        by=world.signer,
    )


def notice(world: World) -> Notice:
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(world.child, by=officer)
    return partners.commands.send_notice(
        world.child,
        contact=contact,
        happened_at=contact.occurred_at,
        agency=world.school,
        kind=NoticeKind.OTHER,
        content="Robin was up all night",
        purpose="Keeping the child safe",
        lawful_basis="public task",
        by=officer,
    )
