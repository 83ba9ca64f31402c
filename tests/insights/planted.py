"""A small invented town whose services have known effects, since they were put there.

Children come to notice at a rate of their own; help multiplies it from the start. The worse off are
likelier to be helped. Rows in bulk: what is planted is two years of contacts.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np

import clock
from accounts.models import User
from cases.models import (
    AGE_OF_RESPONSIBILITY,
    Case,
    CaseChild,
    Contact,
    ContactChild,
    Person,
    age_on,
)
from insights.models import Evaluation
from interventions.models import Approach, Enrolment, Service
from tests import factories

TYPES = ("Child concern", "Anti-social behaviour", "Victim of crime", "Missing person")
SPAN = 1000
FIRST_ID = 5_000_000


@dataclass
class Town:
    """`services` by name; `people` in the order made."""

    by: User
    services: dict[str, Service] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)


def service(name: str = "Mentors", *, by: User, cost: int | None = 1000) -> Service:
    approach, _ = Approach.objects.get_or_create(
        code="mentoring", defaults={"name": "Mentoring", "ages": "8-17", "tier": "targeted"}
    )
    return Service.objects.create(
        key=uuid4(), name=name, provider=by.agency, approach=approach, youngest=10, oldest=17,
        unit_cost=None if cost is None else Decimal(cost), opened_at=clock.now(), opened_by=by,
    )  # fmt: skip


def enrol(person: Person, service: Service, starts_on: date, *, by: User, case: Case) -> Enrolment:
    place, _ = CaseChild.objects.get_or_create(
        case=case, person=person, defaults={"joined_at": moment(starts_on)}
    )
    return Enrolment.objects.create(
        place=place, service=service, goal="Fewer worries", starts_on=starts_on,
        enrolled_at=moment(starts_on), enrolled_by=by, source="demo",
    )  # fmt: skip


def moment(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.LONDON)


def met(
    person: Person,
    day: date,
    *,
    by: User,
    kind: str = "Anti-social behaviour",
    role: str = "at risk",
    area: object = None,
    recorded: datetime | None = None,
) -> Contact:
    """A contact as a row, recorded when it happened if nothing else is said."""
    at = recorded or moment(day)
    made = Contact.objects.create(
        source="demo", source_ref=str(uuid4()), occurred_at=moment(day), recorded_at=at,
        received_at=at, completed_at=at, contact_type=kind, agency=by.agency, recorded_by=by,
        area=area,
    )  # fmt: skip
    ContactChild.objects.create(
        contact=made, person=person, role=role, suspect_outcome="Not decided yet"
    )
    return made


def plan(service: Service, *, by: User, **also: object) -> Evaluation:
    said = {"question": "Does it help?", "outcome": "contacts", "window": 12} | also
    from insights.commands import plan_evaluation

    return plan_evaluation(service, key=uuid4(), by=by, **said)


def town(seed: int, schemes: dict[str, tuple[int, float]], *, pool: int, by: User) -> Town:
    """`schemes`: name to (children helped, what their rate of contacts is multiplied by)."""
    chance = np.random.default_rng(seed)
    number = pool + sum(helped for helped, _ in schemes.values())
    built = Town(by)
    built.services = {name: service(name, by=by) for name in schemes}
    starts = chance.integers(400, 600, number)
    rates = chance.gamma(2.0, 0.9, number)
    past = chance.poisson(rates * (SPAN - starts) / 365) + 1
    order = np.log1p(past) + chance.logistic(0, 1.6, number)
    chosen = chance.permutation(np.argsort(-order)[: number - pool])
    ratio, scheme = np.ones(number), {}
    taken = 0
    for name, (helped, effect) in schemes.items():
        for index in chosen[taken : taken + helped]:
            ratio[index], scheme[int(index)] = effect, name
        taken += helped
    areas = [factories.area(code) for code in ("NBA1", "NBA2", "NBB1")]
    today = clock.today()
    built.people = Person.objects.bulk_create(
        # The same ids in every run: pseudonyms decide between children who are equally near.
        Person(
            id=FIRST_ID + index,
            surname=f"Example{index}", forenames="Robin", agency=by.agency,
            date_of_birth=today - timedelta(days=int(starts[index]) + int(chance.integers(4100, 6000))),
            sex="FM"[int(chance.integers(2))], recorded_at=moment(today - timedelta(days=SPAN)),
            surname_key=f"EXAMPLE{index}", forename_key="ROBIN", forename_initial="R",
            forenames_key="ROBIN", surname_sound="", forename_sound="", postcode_key="",
        )
        for index in range(number)
    )  # fmt: skip
    contacts, who = [], []
    for index, person in enumerate(built.people):
        start = int(starts[index])
        before = chance.integers(start + 1, SPAN, past[index])
        after = chance.integers(0, start, chance.poisson(rates[index] * ratio[index] * start / 365))
        home = areas[int(chance.integers(3))]
        for ago in [*before, *after]:
            at = moment(today - timedelta(days=int(ago) + 1))
            kind = TYPES[int(chance.choice(4, p=(0.2, 0.5, 0.2, 0.1)))]
            suspect = kind == TYPES[1] and chance.random() < 0.5
            suspect = suspect and age_on(person.date_of_birth, at.date()) >= AGE_OF_RESPONSIBILITY
            contacts.append(
                Contact(
                    source="demo", source_ref=f"planted {len(contacts)}", occurred_at=at,
                    recorded_at=at, received_at=at, completed_at=at, contact_type=kind, area=home,
                    agency=by.agency, recorded_by=by,
                )
            )  # fmt: skip
            who.append((person, "suspect" if suspect else "at risk"))
    made = Contact.objects.bulk_create(contacts)
    ContactChild.objects.bulk_create(
        ContactChild(contact=contact, person=person, role=role, suspect_outcome="Not decided yet")
        for contact, (person, role) in zip(made, who, strict=True)
    )
    case = factories.case(built.people[0])
    for index, name in sorted(scheme.items()):
        day = today - timedelta(days=int(starts[index]) + 1)
        enrol(built.people[index], built.services[name], day, by=by, case=case)
    return built
