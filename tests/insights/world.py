"""A town of two areas whose every figure is counted by hand. All invented.

Harbour (NBA1): Robin (met 2, 10 and 20 November; referred, accepted, helped), Sam (met on 5 October).
Old Town (NBB1): Kit (met in Harbour on 1 September, in Old Town on 12 November, police only; referred
and waiting) and Noor (her case closed fifteen months ago, referred again ten months ago).
Nowhere: Alex, met on 3 November at a place that no area knows.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import clock
import referrals.commands
from accounts.models import AgencyKind, Area, Role, User
from cases.models import Action, Case, CaseChild, Contact, Flag, Handling, Person, Review
from interventions.models import Approach, Enrolment, Measure, Scale, Service, Session
from referrals.models import Referral
from tests import factories

# Tuesday 24 November 2026, with the fixture held_clock.
TODAY = date(2026, 11, 24)


def moment(month: int, day: int, hour: int = 10, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@dataclass(frozen=True)
class Town:
    harbour: Area
    old_town: Area
    robin: Person
    sam: Person
    kit: Person
    noor: Person
    officer: User
    hub_worker: User
    lead: User
    case: Case


def build() -> Town:
    with clock.at(moment(1, 5, year=2024)):
        harbour, old_town = factories.area("NBA1"), factories.area("NBB1")
        council = factories.agency(AgencyKind.EARLY_HELP, name="Town Council")
        hub = factories.team(agency=council, is_hub=True, name="Hub")
        early = factories.team(name="Early Help North")
        officer = factories.user(Role.OFFICER)
        hub_worker = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
        lead = factories.user(Role.LEAD_WORKER, name="Lena Holt", teams=(early,))
        robin, sam, kit, noor, alex = (
            factories.child(name) for name in ("Robin", "Sam", "Kit", "Noor", "Alex")
        )
    _closed_and_back(noor, old_town, officer, lead)
    with clock.at(moment(9, 1)):
        complete(factories.contact(kit, by=officer, area=harbour))
    with clock.at(moment(10, 5)):
        complete(factories.contact(sam, by=officer, area=harbour))
    with clock.at(moment(11, 2)):
        complete(factories.contact(robin, by=officer, area=harbour))
    with clock.at(moment(11, 3)):
        complete(factories.contact(alex, by=officer))
    with clock.at(moment(11, 10)):  # never completed
        factories.contact(robin, by=officer, area=harbour)
    with clock.at(moment(11, 12)):
        secret = factories.contact(kit, by=officer, area=old_town, handling=Handling.POLICE_ONLY)
        complete(secret)
    with clock.at(moment(11, 13)):  # a Friday: due on Monday, and not decided
        refer(secret, kit, officer)
    case = _helped(robin, harbour, officer, hub_worker, lead)
    return Town(harbour, old_town, robin, sam, kit, noor, officer, hub_worker, lead, case)


def complete(contact: Contact) -> None:
    """Completed half an hour later."""
    Contact.objects.filter(pk=contact.pk).update(
        completed_at=contact.recorded_at + timedelta(minutes=30)
    )


def refer(contact: Contact | None, child: Person, by: User) -> Referral:
    return referrals.commands.make_referral(
        contact=contact,
        children=[child],
        reason="Away from home twice",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )


def _helped(robin: Person, area: Area, officer: User, hub_worker: User, lead: User) -> Case:
    """Friday 20 November: met, flagged, referred; accepted on Monday, first helped on Tuesday."""
    with clock.at(moment(11, 20)):
        contact = factories.contact(robin, by=officer, area=area, safe_now="no")
        complete(contact)
        referral = refer(contact, robin, officer)
    Flag.objects.filter(contact=contact).update(
        answered_at=moment(11, 20) + timedelta(minutes=40), answered_by=lead, action="Seen"
    )
    with clock.at(moment(11, 23, 11)):  # an hour late
        case = referrals.commands.accept(
            referral,
            reason="Needs a lead worker",
            answer="Thank you",
            family_name="Example",
            team=lead.memberships.get().team,
            lead_worker=lead,
            by=hub_worker,
        )
    place = CaseChild.objects.get(case=case)
    enrolment = enrol(place, lead, moment(11, 23, 12))
    for hour, attendance in ((8, "missed"), (9, "attended")):
        Session.objects.create(
            enrolment=enrolment,
            held_at=moment(11, 24, hour),
            attendance=attendance,
            recorded_at=moment(11, 24, hour),
            recorded_by=lead,
        )
    Action.objects.create(
        place=place, what="Call", owner=lead, due_on=date(2026, 11, 23), set_by=lead,
        set_at=moment(11, 23, 12), grant_ref=uuid4(),
    )  # fmt: skip
    return case


def _closed_and_back(noor: Person, area: Area, officer: User, lead: User) -> None:
    with clock.at(moment(2, 3, year=2025)):
        complete(factories.contact(noor, by=officer, area=area))
        case = factories.case(noor, lead_worker=lead, team=lead.memberships.get().team)
    Review.objects.create(
        case=case, held_on=date(2025, 3, 3), attended="All", next_on=date(2025, 4, 14),
        recorded_at=moment(3, 3, year=2025), recorded_by=lead,
    )  # fmt: skip
    with clock.at(moment(1, 20)):
        referral = refer(None, noor, officer)
    Referral.objects.filter(pk=referral.pk).update(
        state="declined", decided_at=moment(1, 20, 12), decided_by=lead,
        decision_reason="School helps", answer="Thank you",
    )  # fmt: skip
    close(case, moment(8, 25, year=2025), lead, "most")


def close(case: Case, at: datetime, by: User, needs_met: str) -> None:
    Case.objects.filter(pk=case.pk).update(
        closed_at=at, closed_by=by, closing_reason="needs met", outcome="Better at home"
    )
    CaseChild.objects.filter(case=case).update(needs_met=needs_met)


def enrol(place: CaseChild, by: User, at: datetime) -> Enrolment:
    approach, _ = Approach.objects.get_or_create(
        code="mentoring", defaults={"name": "Mentoring", "ages": "8-17", "tier": "targeted"}
    )
    service, _ = Service.objects.get_or_create(
        name="Mentoring North",
        provider=by.agency,
        defaults={
            "key": uuid4(), "approach": approach, "youngest": 8, "oldest": 17, "opened_at": at,
            "opened_by": by,
        },
    )  # fmt: skip
    return Enrolment.objects.create(
        place=place, service=service, goal="Feel safe", starts_on=at.date(), enrolled_at=at,
        enrolled_by=by,
    )  # fmt: skip


def measure(enrolment: Enrolment, scale: Scale, before: int, after: int, by: User) -> None:
    """A score at the start and one on the day before today."""
    for stage, score, on in (
        ("baseline", before, date(2026, 11, 1)),
        ("follow-up", after, date(2026, 11, 23)),
    ):
        Measure.objects.create(
            enrolment=enrolment, scale=scale, respondent="child", stage=stage, taken_on=on,
            score=score, recorded_at=moment(11, 23, 13), recorded_by=by,
        )  # fmt: skip


def scale(*, reliable_change: int | None, higher_is_better: bool = True) -> Scale:
    return Scale.objects.create(
        code=uuid4().hex, name="Goal", lowest=0, highest=10, status="default by judgement",
        higher_is_better=higher_is_better, respondents=["child"], reliable_change=reliable_change,
    )  # fmt: skip
