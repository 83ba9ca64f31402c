"""Describe a child anew; hold the records of known ones."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction

import clock
from accounts.models import User
from cases import retention
from cases.models import Person

if TYPE_CHECKING:
    from cases.commands.contacts import ChildSeen

MATCH_BLIND = "cases.tasks.match_blind"


def describe(children: "Sequence[ChildSeen]", *, by: User) -> list[Person]:
    """A record for each child in the order given: the known one, or a new one as described.

    Part of recording a contact, whose audit entry names the new records too. One new record may be
    given for several children of a batch: it is written once.
    """
    people = [child.person or new_person(child, by=by) for child in children]
    new = {id(person): person for person in people if person.pk is None}
    Person.objects.bulk_create(new.values())
    return people


def new_person(child: "ChildSeen", *, by: User) -> Person:
    """An unsaved record of a child as described, with the keys that it is found by."""
    described, now = child.described, clock.now()
    kept = retention.of_person(
        clock.london_date(now), described.date_of_birth, [], [], retention.default()
    )
    return Person(
        surname=described.surname,
        forenames=described.forenames,
        date_of_birth=described.date_of_birth,
        birth_date_estimated=child.birth_date_estimated,
        sex=child.sex,
        ethnicity=child.ethnicity,
        address=described.address,
        postcode=described.postcode,
        is_provisional=child.is_provisional,
        agency=by.agency,
        recorded_at=now,
        review_on=kept.review_on,
        category=kept.category,
        **asdict(described.keys),
    )


def match_later(person_ids: Iterable[int]) -> None:
    """Once these children are written: whom they may be is looked for, apart from who told of them."""
    ids = list(person_ids)
    # The night looks again, should Redis not answer now.
    transaction.on_commit(lambda: current_app.send_task(MATCH_BLIND, [ids]), robust=True)


def hold(person_ids: Iterable[int]) -> None:
    """Lock these children's records until the transaction ends.

    In the order of their ids, so that two commands about the same children never wait for each
    other; not their keys, so that others may still write what points to them.
    """
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=set(person_ids))
    list(held.order_by("pk").values_list("pk"))
