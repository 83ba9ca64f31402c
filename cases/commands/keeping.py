"""Set anew how a record is kept, when its facts change: part of the command that changes them."""

from collections.abc import Iterable, Mapping

from django.db import connection

from accounts.models import User
from cases import keeping
from cases.models import Contact, Kept, Person
from cases.retention import Keeping

CHUNK = 2000
# Never sooner than what a person has decided in a review.
KEEP = """
with worked_out as (
    select asked.id, asked.category,
           greatest(asked.review_on, (
               select max(kept.review_on) from cases_keptlonger kept
               where kept.record = %(record)s and kept.record_id = asked.id
           )) as review_on
    from unnest(%(ids)s::bigint[], %(categories)s::text[], %(days)s::date[])
         as asked (id, category, review_on)
)
update {table} t set category = w.category, review_on = w.review_on
from worked_out w
where t.id = w.id and (t.category, t.review_on) is distinct from (w.category, w.review_on)
"""


def keep_anew(model: type[Kept], ids: Iterable[int], *, by: User) -> None:
    """Work out from the facts as they stand now how these records are kept, and write it.

    They are held first: of two commands that add a fact each, the second sees both. Contacts before
    children, as everywhere.
    """
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        hold_records(model, chunk)
        _write(model, keeping.WORKED_OUT[model](chunk))


def hold_records(model: type[Kept], ids: Iterable[int]) -> None:
    """Lock these records until the transaction ends, in the order of their ids."""
    held = model._default_manager.select_for_update(no_key=True).filter(pk__in=set(ids))
    list(held.order_by("pk").values_list("pk"))


def keep_cause_anew(contact: Contact | None, person: Person, *, by: User) -> None:
    """The contact that a fact came with is kept anew, or the child's record where it came with none."""
    if contact is None:
        keep_anew(Person, [person.pk], by=by)
    else:
        keep_anew(Contact, [contact.pk], by=by)


def _write(model: type[Kept], found: Mapping[int, Keeping]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP.format(table=connection.ops.quote_name(model._meta.db_table)),
            {
                "ids": list(found),
                "categories": [each.category for each in found.values()],
                "days": [each.review_on for each in found.values()],
                "record": keeping.word_for(model),
            },
        )
