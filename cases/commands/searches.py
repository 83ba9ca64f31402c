"""After every search and every new contact, hit or not, a look among hidden records, told to owners alone.

What was described is kept until that look and then deleted: the answer has long been given, so neither
its words nor its time depend on what the look finds.
"""

from collections.abc import Iterable, Sequence

from celery import current_app
from django.db import transaction

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases.matching import finding
from cases.matching.keys import Described
from cases.matching.weighing import score
from cases.models import (
    BreakGlass,
    Came,
    Contact,
    KeptSearch,
    NamedPlace,
    Person,
    PrivateHit,
    Restriction,
)
from cases.queries.people import described_as
from cases.queries.terms import digest

LOOK = "cases.tasks.look_among_hidden"


@asking.command
def keep_searches(
    described: Sequence[Described], *, kind: str = Came.SEARCH, by: User
) -> list[KeptSearch]:
    """Keep what was just searched for until it has been looked for among hidden records.

    The page's own entry in the record of use says who searched, with the same digests.
    """
    return keep([(each, None) for each in described], kind=kind, by=by)


def keep(
    described: Sequence[tuple[Described, Contact | None]], *, kind: str, by: User
) -> list[KeptSearch]:
    """The same as part of another command, with the contact in which each child was described."""
    kept = KeptSearch.objects.bulk_create(
        [
            KeptSearch(
                kind=kind,
                by=by,
                at=clock.now(),
                contact=contact,
                digest=digest(each),
                surname=each.surname[:80],
                forenames=each.forenames[:120],
                date_of_birth=each.date_of_birth,
                sex=each.sex,
                address=each.address[:200],
                postcode=each.postcode[:10],
            )
            for each, contact in described
        ]
    )
    ids = [each.pk for each in kept]
    # Every minute what was not looked for is looked for again, should Redis not answer now.
    transaction.on_commit(lambda: current_app.send_task(LOOK, [ids]), robust=True)
    return kept


@asking.command
def look_among_hidden(kept_ids: Iterable[int] | None = None, *, by: User) -> int:
    """Look for what was kept among restricted and sealed records; how many hits were new.

    All that is kept where no ids are given. Each owner is told of a hit on their record; then what was
    kept is deleted. Run twice, or by two workers at once, it is one look.
    """
    kept = KeptSearch.objects.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    if kept_ids is not None:
        kept = kept.filter(pk__in=list(kept_ids))
    looked = list(kept.select_related("by"))
    index, restrictions = _hidden()
    hits = [
        hit for search in looked for hit in _hits(search, index, restrictions) if _note(hit, by=by)
    ]
    KeptSearch.objects.filter(pk__in=[search.pk for search in looked]).delete()
    if hits:
        records = {"restrictions": sorted({hit.restriction_id for hit in hits})}
        audit.commands.record(Kind.CONSULTATION, "look among hidden", records=records, by=by)
    return len(hits)


def _hidden() -> tuple[finding.MatchIndex[int], dict[int, Restriction]]:
    """The hidden children, to be found as any other, and the restriction of each by the child's id."""
    live = Restriction.objects.live().select_related("person", "owner")
    restrictions = {each.person_id: each for each in live}
    index: finding.MatchIndex[int] = finding.MatchIndex()
    for person_id, each in restrictions.items():
        index.add(person_id, described_as(each.person))
    return index, restrictions


def _hits(
    search: KeptSearch, index: finding.MatchIndex[int], restrictions: dict[int, Restriction]
) -> Iterable[PrivateHit]:
    described = Described(
        surname=search.surname,
        forenames=search.forenames,
        date_of_birth=search.date_of_birth,
        sex=search.sex,
        address=search.address,
        postcode=search.postcode,
    )
    for person_id, known in index.candidates(described):
        certainty = score(described, known).certainty
        # What the search would have shown, had the record not been hidden.
        if certainty != "no" and not _is_known(search, restrictions[person_id]):
            yield PrivateHit(
                restriction=restrictions[person_id],
                kind=search.kind,
                by=search.by,
                at=search.at,
                found_at=clock.now(),
                digest=search.digest,
                certainty=certainty,
                contact=search.contact,
            )


def _is_known(search: KeptSearch, restriction: Restriction) -> bool:
    """Whether whoever searched had the record before them, or its owner knows by another way."""
    if search.by_id == restriction.owner_id:
        return True
    if search.contact is not None and _is_in(restriction.person, search.contact):
        return True
    if search.kind == Came.BREAK_GLASS:
        return BreakGlass.objects.filter(
            by=search.by, at=search.at, person=restriction.person
        ).exists()
    on_list = NamedPlace.objects.filter(restriction=restriction, user=search.by, until=None)
    return not restriction.is_sealed and on_list.exists()


def _is_in(person: Person, contact: Contact) -> bool:
    return contact.children.filter(person=person).exists()


def _note(hit: PrivateHit, *, by: User) -> bool:
    """Keep a hit and tell the owner by reference alone. Whether it was new."""
    kept, is_new = PrivateHit.objects.get_or_create(
        restriction=hit.restriction,
        kind=hit.kind,
        by=hit.by,
        at=hit.at,
        digest=hit.digest,
        contact=hit.contact,
        defaults={"found_at": hit.found_at, "certainty": hit.certainty},
    )
    if is_new:
        accounts.commands.notify(
            hit.restriction.owner,
            f"Hit {kept.reference} on record {hit.restriction.reference}",
            url=f"/hits/{kept.pk}",
            by=by,
        )
    return is_new
