"""The history's cases: a plan, who joins it, reviews every six weeks, and how each closes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import cases.commands
import clock
import interventions.commands
import partners.commands
from accounts.models import User
from cases.models import Action, Case, CaseChild, ClosingReason, NeedsMet
from eiportal.demo.households import Household
from eiportal.demo.lives import Life, later
from eiportal.demo.people import SCHOOL, Town
from interventions.models import Attendance, EndReason, Enrolment, Helped, Service
from partners.models import LawfulBasis


@dataclass(frozen=True)
class Ending:
    """How a case ends, and how often against the others."""

    reason: ClosingReason
    outcome: str
    needs_met: NeedsMet
    stays: str
    often: int


ENDINGS = (
    Ending(
        ClosingReason.NEEDS_MET, "At school each day, and home is calmer.", NeedsMet.ALL,
        "The key adult at school", 6,
    ),
    Ending(
        ClosingReason.NEEDS_MET, "Most mornings go well; evenings are settled.", NeedsMet.MOST,
        "The youth club, and an aunt who calls", 8,
    ),
    Ending(
        ClosingReason.REFERRED_ON, "Seen by the family mediation service now.", NeedsMet.SOME,
        "The mediation service", 3,
    ),
    Ending(
        ClosingReason.STEPPED_UP, "Children's services lead from here.", NeedsMet.SOME,
        "A social worker", 2,
    ),
    Ending(
        ClosingReason.FAMILY_STOPPED, "The family would rather go on alone.", NeedsMet.NONE,
        "They have the number of the hub", 2,
    ),
    Ending(
        ClosingReason.MOVED, "Moved to another town; told the early help team there.",
        NeedsMet.NOT_KNOWN, "The early help team of the new town", 1,
    ),
)  # fmt: skip
PROGRESS = (
    "On time more often than not; the visits help.",
    "A hard fortnight after the holidays, steadier since.",
    "Joined in for the first time, and stayed to the end.",
)
SAID = (
    (Helped.A_LOT, "He remembers what I said last week."),
    (Helped.A_LITTLE, "It was good to get out of maths."),
    (Helped.NO_CHANGE, "It was OK. Nothing's different."),
)
VOICES = ("It's a bit better.", "I like that she tells me what happens next.", "Same as before.")


def lead_worker(household: Household, town: Town) -> User:
    """Lena runs three cases in five, Bea the others."""
    return town.users["lena" if household.number % 5 in {0, 2, 4} else "bea"]


def help_family(case: Case, household: Household, service: Service, town: Town) -> Life:
    """What is done for one family, from the first visit until the case closes."""
    chance, lead = household.chance, lead_worker(household, town)
    places = list(case.places.select_related("case", "person").order_by("pk"))
    yield later(chance.randrange(2, 6), 10)
    visit = _act(places[0], "Visit the family at home and agree what comes first", 14, by=lead)
    if chance.random() < 0.3:
        yield later(2, 11)
        _share(places[0], town, by=lead)
    yield later(chance.randrange(4, 18), 15)
    cases.commands.complete_action(
        visit, came_of_it="Visited; bedtimes and a key adult agreed.", by=lead
    )
    course = None
    if household.number % 2 == 0:
        yield later(chance.randrange(1, 12), 10)
        course = _enrol(places[0], service, town, by=lead)
        yield from _meet(course, chance, by=town.users["dele"])
    greet = _act(places[0], "A key adult at school greets them each morning", 14, by=lead)
    # One in two is long late, so that some action is late today, whatever today is.
    yield later(44 if household.number % 2 else chance.randrange(6, 14), 14)
    cases.commands.complete_action(greet, came_of_it="Their tutor does, at the gate.", by=lead)
    for _ in range(chance.choice((1, 1, 2, 2, 3))):
        yield later(chance.randrange(36, 48) if chance.random() < 0.85 else 55, 13)
        _review(case, places, chance, by=lead)
    yield later(chance.randrange(20, 42), 11)
    if course is not None:
        _end(course, chance, by=town.users["dele"])
    _close(case, places, chance, by=lead)


def _act(place: CaseChild, what: str, days: int, *, by: User) -> Action:
    due_on = clock.today() + timedelta(days=days)
    return cases.commands.set_action(place, what=what, owner=by, due_on=due_on, by=by)


def _enrol(place: CaseChild, service: Service, town: Town, *, by: User) -> Enrolment:
    """Dele joins the team round the child, who begins with him next week."""
    cases.commands.seat(place, town.users["dele"], role="youth worker", by=by)
    return interventions.commands.enrol(
        place,
        service=service,
        goal="Somebody at school to talk to before it gets loud",
        starts_on=clock.today() + timedelta(days=5),
        by=by,
    )


def _meet(course: Enrolment, chance: Random, *, by: User) -> Life:
    for _ in range(3):
        yield later(7, 16)
        came = chance.random() < 0.8
        interventions.commands.log_session(
            course,
            held_at=clock.now() - timedelta(hours=1),
            attendance=Attendance.ATTENDED if came else Attendance.MISSED,
            minutes=45 if came else None,
            by=by,
        )


def _end(course: Enrolment, chance: Random, *, by: User) -> None:
    """What the young person says of it, then the last day."""
    helped, words = chance.choice(SAID)
    interventions.commands.record_feedback(
        course, given_on=clock.today(), helped=helped, words=words, by=by
    )
    interventions.commands.end_enrolment(
        course, reason=EndReason.COMPLETED, ended_on=clock.today(), by=by
    )


def _review(case: Case, places: Sequence[CaseChild], chance: Random, *, by: User) -> None:
    cases.commands.review_case(
        case,
        held_on=clock.today(),
        attended="The family, their school and the lead worker",
        places=[(place, chance.choice(PROGRESS), chance.choice(VOICES), "") for place in places],
        by=by,
    )


def _close(case: Case, places: Sequence[CaseChild], chance: Random, *, by: User) -> None:
    ending = chance.choices(ENDINGS, [each.often for each in ENDINGS])[0]
    cases.commands.close_case(
        case,
        reason=ending.reason,
        outcome=ending.outcome,
        places=[(place, ending.needs_met, ending.stays) for place in places],
        by=by,
    )


def _share(place: CaseChild, town: Town, *, by: User) -> None:
    partners.commands.share(
        place,
        agency=town.agencies[SCHOOL],
        agreement=town.agreement,
        purpose="Early help for a child and family",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        necessity="School sees the child each day and can greet them by name.",
        summary="We are working with the family. A calm start to the day helps.",
        sections=["summary", "plan"],
        until=clock.now() + timedelta(days=180),
        by=by,
    )
