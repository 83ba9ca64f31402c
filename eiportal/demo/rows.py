"""The cohort's children, contacts and observations as rows: marked 'demo', written in bulk.

In bulk and past the commands, because a portal that is filled in seconds can't take twelve thousand
contacts one by one, and because each stands as recorded on the day that it tells of. What the
commands would do for each child is done here for all: a line in the chronology for each contact and
each observation, one entry in the record of use that names every child, readings made anew. Nothing
here raises a flag: no indicator that would is among the cohort's. No access row is written: nobody
has met these children but the portal itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta

from django.db import connection, transaction

import audit.commands
import clock
import risk.commands
from accounts.models import User
from audit.models import Kind
from cases.matching.keys import Described
from cases.models import (
    ChildRole,
    Contact,
    ContactChild,
    Handling,
    Indicator,
    NextStep,
    Observation,
    Person,
    Safe,
)
from eiportal.demo.cohort import Child, Met
from eiportal.demo.people import Town

SOURCE = "demo"
BATCH = 2000
NARRATIVES = {
    "Anti-social behaviour": "In a group that was asked to move on; gave a name and was polite.",
    "Domestic abuse - child present": "At home while adults argued; upstairs, and spoken to alone.",
    "Missing person": "Away from home overnight; came back and was spoken to the next day.",
    "Child concern": "A neighbour was worried; seen at the door, said that all was well.",
    "School incident": "An argument at school; staff had parted them when we came.",
    "Victim of crime": "A phone was taken on the way home; not hurt, shaken.",
    "Stop and search": "Stopped with others near the station; nothing was found.",
    "Mental health": "Upset and not wanting to go home; sat with us until an aunt came.",
    "Arrest": "Arrested after damage to a shelter; an appropriate adult was there.",
}
VOICES = ("I just want people to listen.", "It's fine, honestly.", "I was only with my friends.")
# What `record_contacts` and `observe` write for each, set-based.
LINES = """
    insert into cases_chronologyevent
        (person_id, kind, occurred_at, recorded_at, says, contact_id, police_only, audience,
         agency_id, by_id)
    select k.person_id, 'contact', c.occurred_at, c.recorded_at, c.contact_type, c.id,
           false, '{}'::bigint[], c.agency_id, c.recorded_by_id
    from cases_contactchild k join cases_contact c on c.id = k.contact_id
    where c.source = %(source)s
    union all
    select o.person_id, 'observation', c.occurred_at, o.recorded_at, i.name, c.id,
           false, '{}'::bigint[], o.agency_id, o.recorded_by_id
    from cases_observation o
         join cases_contact c on c.id = o.contact_id
         join cases_indicator i on i.id = o.indicator_id
    where o.source = %(source)s
"""
WORDS = """
    insert into cases_eventdetail (event_id, text)
    select e.id, c.narrative
    from cases_chronologyevent e join cases_contact c on c.id = e.contact_id
    where e.kind = 'contact' and c.source = %(source)s
"""
OUTCOMES = ("Words of advice", "No further action", "Community resolution")


def moment(day: int, minute: int = 9 * 60) -> datetime:
    """The moment at a minute of a London day, counted from today."""
    on = clock.today() + timedelta(days=day)
    return datetime.combine(on, time(*divmod(minute, 60)), clock.LONDON)


@transaction.atomic
def write(children: Sequence[Child], town: Town, *, by: User) -> dict[int, Person]:
    """Write the cohort down and read it; the records, by the children's numbers."""
    people = {child.number: _person(child, by) for child in children}
    Person.objects.bulk_create(people.values(), batch_size=BATCH)
    met = [(people[child.number], child, meeting) for child in children for meeting in child.met]
    contacts = Contact.objects.bulk_create(
        [
            _contact(child, meeting, town, number, by)
            for number, (_, child, meeting) in enumerate(met, start=1)
        ],
        batch_size=BATCH,
    )
    seen = [
        (contact, person, meeting)
        for contact, (person, _, meeting) in zip(contacts, met, strict=True)
    ]
    ContactChild.objects.bulk_create(
        [_child_in(contact, person, meeting) for contact, person, meeting in seen],
        batch_size=BATCH,
    )
    _observe(seen, {each.code: each for each in Indicator.objects.all()}, by)
    _tell_chronology()
    ids = [person.pk for person in people.values()]
    audit.commands.record(
        Kind.COLLECTION, "demo rows", persons=ids, records={"contacts": len(contacts)}, by=by
    )
    risk.commands.read_anew(ids, by=by)
    return people


def _person(child: Child, by: User) -> Person:
    described = Described(
        child.surname,
        child.forenames,
        clock.today() + timedelta(days=child.born),
        child.sex,
        f"{child.number % 97 + 1} {child.surname} Way",
        f"NB{child.number % 9 + 1} {child.number % 7 + 1}ZZ",
    )
    return Person(
        surname=described.surname,
        forenames=described.forenames,
        date_of_birth=described.date_of_birth,
        sex=described.sex,
        ethnicity=child.ethnicity,
        address=described.address,
        postcode=described.postcode,
        agency=by.agency,
        recorded_at=_recorded(child.met[0]),
        facts_version=1,
        **asdict(described.keys),
    )


def _recorded(met: Met) -> datetime:
    return moment(met.day, met.minute) + timedelta(minutes=20 + met.minute % 70)


def _contact(child: Child, met: Met, town: Town, number: int, by: User) -> Contact:
    recorded = _recorded(met)
    return Contact(
        source=SOURCE,
        source_ref=f"demo {number:05}",
        occurred_at=moment(met.day, met.minute),
        recorded_at=recorded,
        received_at=recorded,
        completed_at=recorded,
        contact_type=met.kind,
        area=town.areas[child.area],
        area_given=child.area,
        narrative=NARRATIVES[met.kind],
        handling=Handling.SHARE,
        safe_now=Safe.YES,
        told_family="yes",
        next_step=NextStep.NOTHING_MORE,
        not_referred_why="The family is known to early help already",
        agency=by.agency,
        recorded_by=by,
    )


def _child_in(contact: Contact, person: Person, met: Met) -> ContactChild:
    heard = met.minute % 3 == 0
    return ContactChild(
        contact=contact,
        person=person,
        role=met.role,
        voice=VOICES[met.minute % len(VOICES)] if heard else "",
        voice_why_not="" if heard else "Did not want to talk today",
        suspect_outcome=OUTCOMES[met.day % len(OUTCOMES)] if met.role == ChildRole.SUSPECT else "",
    )


def _observe(
    seen: Sequence[tuple[Contact, Person, Met]], indicators: Mapping[str, Indicator], by: User
) -> None:
    Observation.objects.bulk_create(
        [
            Observation(
                person=person,
                indicator=indicators[noticed.code],
                observed_on=clock.london_date(contact.occurred_at),
                recorded_at=contact.recorded_at,
                severity=noticed.severity,
                confidence=noticed.confidence,
                source=SOURCE,
                contact=contact,
                police_only=False,
                agency=by.agency,
                recorded_by=by,
            )
            for contact, person, met in seen
            for noticed in met.noticed
        ],
        batch_size=BATCH,
    )


def _tell_chronology() -> None:
    """A line for each contact and each observation, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"source": SOURCE})
        cursor.execute(WORDS, {"source": SOURCE})
