"""A hub with somebody who triages, a team with a lead worker, an officer and a contact to refer."""

from dataclasses import dataclass
from typing import Any

import pytest

import referrals.commands
from accounts.models import AgencyKind, Role, Team, User
from cases.models import Contact, Person
from referrals.models import Referral
from tests import factories


@dataclass(frozen=True)
class World:
    hub: Team
    triager: User
    team: Team
    lead_worker: User
    officer: User
    child: Person
    sibling: Person
    contact: Contact

    def refer(self, **changed: Any) -> Referral:
        """The officer refers both children of the contact, but for what is changed."""
        said = {
            "contact": self.contact,
            "children": [self.child, self.sibling],
            "reason": "Out late, hungry, and asks for help",
            "wanted": "A youth worker",
            "agreed": "yes",
            "agreed_why_not": "",
            "by": self.officer,
        }
        return referrals.commands.make_referral(**said | changed)

    def accept(self, referral: Referral, **changed: Any) -> Any:
        said = {
            "reason": "Help is needed now",
            "answer": "Thank you: a case opens today",
            "family_name": "Example",
            "team": self.team,
            "lead_worker": self.lead_worker,
            "by": self.triager,
        }
        return referrals.commands.accept(referral, **said | changed)


def build_world() -> World:
    hub = factories.team(is_hub=True, name="Hub")
    team = factories.team(name="Early help team")
    officer = factories.user(Role.OFFICER, name="Olu Officer")
    child, sibling = factories.child("Robin"), factories.child("Sam")
    health = factories.agency(AgencyKind.HEALTH)
    return World(
        hub=hub,
        triager=factories.user(Role.TRIAGE_WORKER, agency=health, name="Tia Triage", teams=(hub,)),
        team=team,
        lead_worker=factories.user(Role.LEAD_WORKER, name="Lee Leader", teams=(team,)),
        officer=officer,
        child=child,
        sibling=sibling,
        contact=factories.contact(child, sibling, by=officer),
    )


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def committed_world(committing: None, held_clock: object) -> World:
    return build_world()
