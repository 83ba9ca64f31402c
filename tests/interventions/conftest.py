"""The partners' world with a service of the charity, and somebody seated round the child."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import cases.commands
import clock
import interventions.commands
from accounts.models import Agency, Role, User
from cases.models import Case, CaseChild, Person
from interventions.models import Approach, Enrolment, Feedback, Measure, Scale, Service, Session
from partners.models import Share
from tests import factories
from tests.partners import conftest as partners

ALL = ["summary", "chronology", "plan", "interventions", "contributions"]


@dataclass(frozen=True)
class World:
    """`lead_worker` runs the case; `teacher` has a share or none; `mentor` is seated; all invented."""

    base: partners.World
    commissioner: User
    manager: User
    mentor: User
    service: Service

    @property
    def lead_worker(self) -> User:
        return self.base.lead_worker

    @property
    def teacher(self) -> User:
        return self.base.teacher

    @property
    def charity(self) -> Agency:
        return self.base.charity

    @property
    def child(self) -> Person:
        return self.base.child

    @property
    def case(self) -> Case:
        return self.base.case

    @property
    def place(self) -> CaseChild:
        return self.base.place

    @property
    def other_place(self) -> CaseChild:
        return factories.place(self.base.sibling, self.base.case)

    def offer(self, **changed: Any) -> Service:
        said = {
            "name": "Boxing",
            "provider": self.charity,
            "approach": Approach.objects.get(code="sports"),
            "description": "Twice a week",
            "youngest": 8,
            "oldest": 17,
            "capacity": 5,
            "unit_cost": Decimal("450.00"),
            "by": self.commissioner,
        }
        return interventions.commands.offer_service(**said | changed)

    def enrol(self, **changed: Any) -> Enrolment:
        said = {
            "place": self.place,
            "service": self.service,
            "goal": "Somebody to talk to",
            "starts_on": clock.today() - timedelta(days=60),
            "by": self.lead_worker,
        }
        return interventions.commands.enrol(**said | changed)

    def log(self, enrolment: Enrolment, **changed: Any) -> Session:
        said = {
            "held_at": clock.now() - timedelta(days=7),
            "attendance": "attended",
            "minutes": 60,
            "note": "Talked about school",
            "by": self.mentor,
        }
        return interventions.commands.log_session(enrolment, **said | changed)

    def measure(self, enrolment: Enrolment, **changed: Any) -> Measure:
        said = {
            "scale": scale("goal_progress"),
            "respondent": "child",
            "stage": "baseline",
            "taken_on": clock.today() - timedelta(days=60),
            "score": Decimal(3),
            "by": self.mentor,
        }
        return interventions.commands.record_measure(enrolment, **said | changed)

    def say(self, enrolment: Enrolment, **changed: Any) -> Feedback:
        said = {
            "given_on": clock.today(),
            "helped": "a lot",
            "words": "He listens to me",
            "by": self.mentor,
        }
        return interventions.commands.record_feedback(enrolment, **said | changed)

    def end(self, enrolment: Enrolment, **changed: Any) -> Enrolment:
        said = {
            "reason": "completed",
            "ended_on": clock.today(),
            "note": "Goes on to the youth club",
            "by": self.lead_worker,
        }
        return interventions.commands.end_enrolment(enrolment, **said | changed)

    def share(self, *sections: str) -> Share:
        """The place, shared with the school in these sections, under an agreement of all sections."""
        base = self.base
        agreement = partners.sign(
            by=base.signer, parties=[base.police, base.school], sections=ALL, title="All of it"
        )
        return base.share(agreement=agreement, sections=list(sections))


def scale(code: str) -> Scale:
    return Scale.objects.get(code=code)


def day(text: str) -> date:
    return date.fromisoformat(text)


def build_world() -> World:
    base = partners.build_world()
    commissioner = factories.user(Role.COMMISSIONER, name="Cora Commissioner")
    mentor = factories.user(Role.PARTNER_PRACTITIONER, agency=base.charity, name="Mo Mentor")
    cases.commands.seat(base.place, mentor, role="mentor", by=base.lead_worker)
    return World(
        base=base,
        commissioner=commissioner,
        manager=base.volunteer,
        mentor=mentor,
        service=factories.service(
            provider=base.charity, name="Side by Side", capacity=2, by=commissioner
        ),
    )


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def committed_world(committing: None, held_clock: object) -> World:
    return build_world()
