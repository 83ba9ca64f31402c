"""What everybody must know of the story's children, and records that were opened with a reason."""

from datetime import timedelta

import cases.commands
import clock
from accounts.models import User
from cases.models import Case, CaseChild, Contact, Person, ReasonKind, SafeToTell, StatusKind
from eiportal.demo.people import Town

OPENED = (
    ("ines", ReasonKind.MISSING, "Reported missing at shift change; need the last addresses"),
    ("bea", ReasonKind.SAFEGUARDING, "A neighbour rang about the child next door to my case"),
)


def of_castellans(case: Case, *, by: User) -> SafeToTell:
    """Of the family that is helped: a caution for the door, a status, whom it is safe to tell."""
    milo, iris = (
        place.person
        for place in CaseChild.objects.filter(case=case).select_related("person").order_by("pk")
    )
    cases.commands.note_caution(
        milo,
        says="A large dog in the yard: ring from the gate",
        since=clock.today() - timedelta(days=20),
        by=by,
    )
    cases.commands.record_status(
        iris,
        kind=StatusKind.IN_NEED,
        since=clock.today() - timedelta(days=10),
        social_worker="Dana Fell",
        social_worker_phone="01632 960 310",
        source="Northbridge Children's Services, by phone",
        by=by,
    )
    return cases.commands.record_safe_to_tell(
        milo,
        shown=None,
        safe_ways="Ring his mother on her mobile while he is at school. Never by letter.",
        people_not_told="His mother's former partner, who still collects post from the house.",
        parental_responsibility="His mother",
        court_orders="Non-molestation order against the former partner, until the end of the year.",
        by=by,
    )


def of_cerys(contact: Contact, *, by: User) -> None:
    """Of the young person who was found at night: she is looked after, out of hours as well."""
    cases.commands.record_status(
        contact.children.select_related("person").get().person,
        kind=StatusKind.LOOKED_AFTER,
        since=clock.today() - timedelta(days=200),
        social_worker="Ben Hale",
        social_worker_phone="01632 960 311",
        source="Emergency duty team, on the night",
        by=by,
    )


def open_records(people: list[Person], town: Town) -> None:
    """Two records opened today by whoever had no task with the child: for somebody to sample."""
    for person, (username, kind, words) in zip(people, OPENED, strict=True):
        cases.commands.open_record(person, kind=kind, words=words, by=town.users[username])
