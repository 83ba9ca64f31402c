"""The cohort's schemes: the services of the town, and the referrals and cases of those they helped.

Bulk rows marked 'demo', as in `rows`: each as it stood a year and more ago. The cases are taken over
by `cases.commands.take_over_cases`; what was delivered stands in `courses`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

from django.db import transaction

import audit.commands
import cases.commands
import clock
import interventions.commands
from accounts.models import User
from audit.models import Kind
from cases.commands import PastCase
from cases.models import (
    CaseChild,
    ChronologyEvent,
    ClosingReason,
    EventKind,
    NeedsMet,
    Person,
)
from eiportal.demo import courses
from eiportal.demo.cohort import EVERYDAY, SCHEMES, SEED, Child
from eiportal.demo.lives import working
from eiportal.demo.people import Town
from eiportal.demo.rows import BATCH, moment
from interventions.models import Approach, Service
from referrals.models import Agreed, Referral, ReferralChild, State

OPEN_DAYS = 1000
YOUNGEST, OLDEST = 10, 17


def open_services(*, town: Town) -> dict[str, Service]:
    """The town's services, by name, put in the list by its commissioner before anything else."""
    approaches = Approach.objects.in_bulk(field_name="code")
    with clock.at(moment(-OPEN_DAYS)):
        return {
            offer.name: interventions.commands.offer_service(
                offer.name,
                provider=town.agencies[offer.provider],
                approach=approaches[offer.approach],
                description=offer.description,
                youngest=YOUNGEST,
                oldest=OLDEST,
                unit_cost=Decimal(offer.unit_cost),
                by=town.users["mei"],
            )
            for offer in (*SCHEMES, EVERYDAY)
        }


@transaction.atomic
def deliver(
    children: Sequence[Child],
    people: Mapping[int, Person],
    services: Mapping[str, Service],
    *,
    town: Town,
    by: User,
) -> None:
    """Write down each helped child's case and course, from the start until both had ended."""
    chance = Random(SEED)
    helped = [child for child in children if child.scheme is not None]
    asked = [_referral(child, town, chance, by) for child in helped]
    places = cases.commands.take_over_cases(
        [
            _past_case(child, people[child.number], referral, chance)
            for child, referral in zip(helped, asked, strict=True)
        ],
        team=town.teams["cohort"],
        lead_worker=by,
        by=by,
    )
    _refer(asked, places, by)
    enrolments = courses.write(
        list(zip(helped, places, strict=True)),
        services,
        chance=chance,
        by=by,
    )
    audit.commands.record(
        Kind.COLLECTION,
        "demo rows",
        persons=[place.person_id for place in places],
        records={"enrolments": enrolments},
        by=by,
    )


def _referral(child: Child, town: Town, chance: Random, by: User) -> Referral:
    """The hub's accepted referral that the child's case came of; one in eight was decided late."""
    assert child.scheme is not None, "asked for"
    made_at = working(moment(child.start - chance.randrange(12, 25)).date(), 10)
    days = chance.choice((2, 3)) if chance.random() < 0.12 else 1
    return Referral(
        hub=town.teams["hub"],
        reason=f"More than once this year. {child.scheme.name} has a place.",
        agreed=Agreed.YES,
        state=State.ACCEPTED,
        made_at=made_at,
        due_at=clock.add_working_days(made_at, 1),
        made_by=by,
        agency=by.agency,
        decided_at=clock.add_working_days(made_at, days) - timedelta(minutes=40),
        decided_by=by,
        decision_reason="The family agrees, and a place is free.",
        answer="Thank you. They begin within the month.",
        grant_ref=uuid4(),
    )


def _refer(asked: Sequence[Referral], places: Sequence[CaseChild], by: User) -> None:
    for referral, place in zip(asked, places, strict=True):
        referral.case = place.case
    Referral.objects.bulk_create(asked, batch_size=BATCH)
    ReferralChild.objects.bulk_create(
        [
            ReferralChild(referral=referral, person=place.person)
            for referral, place in zip(asked, places, strict=True)
        ],
        batch_size=BATCH,
    )
    ChronologyEvent.objects.bulk_create(
        [
            ChronologyEvent(
                person=place.person,
                kind=EventKind.REFERRAL,
                says=f"Referral {referral.reference} {happened}",
                occurred_at=at,
                recorded_at=at,
                police_only=False,
                agency=by.agency,
                by=by,
            ).saying(referral.reason)
            for referral, place in zip(asked, places, strict=True)
            for happened, at in (
                ("made", referral.made_at),
                ("accepted", referral.decided_at or referral.made_at),
            )
        ],
        batch_size=BATCH,
    )


def _past_case(child: Child, person: Person, referral: Referral, chance: Random) -> PastCase:
    assert child.scheme is not None, "asked for"
    assert referral.decided_at is not None, "accepted, as all are"
    better = chance.random() > child.scheme.ratio * 0.55
    return PastCase(
        family_name=f"Demo family {child.number:04}",
        person=person,
        opened_at=referral.decided_at,
        closed_at=moment(min(child.start + chance.randrange(190, 330), -5)),
        closing_reason=ClosingReason.NEEDS_MET if better else ClosingReason.NOT_ENGAGED,
        outcome="Closed as planned." if better else "Closed after three visits to an empty house.",
        needs_met=chance.choice(
            (NeedsMet.ALL, NeedsMet.MOST) if better else (NeedsMet.SOME, NeedsMet.NONE)
        ),
        goal="Fewer nights out late, and more days at school",
        stays_in_place="Form tutor" if better else "The school nurse, on request",
    )
