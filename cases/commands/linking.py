"""Link described children to known ones, where the match is sure (cases.matching says when)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from django.db import connection
from django.db.models import Q

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases.access import scope
from cases.commands.contacts import ChildSeen, note_likely
from cases.commands.keeping import hold_records, keep_anew
from cases.commands.observations import change_facts
from cases.commands.people import describe, hold, new_person
from cases.matching import finding
from cases.matching.keys import Described, birth_variants
from cases.models import Contact, Person
from cases.queries.people import described_as, met_by_probes

# What a description may fill of a record; its sex too, and with these the keys that it is found by.
DESCRIBED = ("surname", "forenames", "date_of_birth", "address", "postcode")
# How far back the nightly look goes for children whom nobody has matched yet.
LATEST = timedelta(days=2)


@dataclass(frozen=True)
class Linked:
    """A described child: the record, whether it was known, and known ones that it may be."""

    person: Person
    known: bool
    likely: tuple[Person, ...] = ()


def link_seen(children: Sequence[ChildSeen], *, by: User) -> list[Linked]:
    """The record of each child of one contact: a known one where the match is sure, else a new one.

    Two contacts at once that tell of one new child: the second waits and finds the first's record.
    """
    _wait_for_births(children)
    filled: dict[int, Person] = {}
    linked = [_link_one(child, filled, by=by) for child in children]
    # All at once: child by child, two reports of the same children could each hold what the other needs.
    _keep(list(filled.values()), by=by)
    return linked


def _wait_for_births(children: Sequence[ChildSeen]) -> None:
    births = {str(child.described.date_of_birth) for child in children}
    with connection.cursor() as cursor:
        for born in sorted(births):
            cursor.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"born {born}"]
            )


def _link_one(child: ChildSeen, filled: dict[int, Person], *, by: User) -> Linked:
    """`filled`: the known ones that this contact has filled so far, not written yet; added to here."""
    people = {each.pk: each for each in met_by_probes(child.described, viewer=by)} | filled
    decision = finding.decide_among(
        child.described, [(pk, described_as(person)) for pk, person in people.items()]
    )
    if decision.person is None:
        likely = [(people[pk], match) for pk, match in decision.likely]
        (person,) = describe([replace(child, is_provisional=bool(likely))], by=by)
        note_likely(person, [(other, match.weight, match.reasons) for other, match in likely])
        return Linked(person, known=False, likely=tuple(other for other, _ in likely))
    known = people[decision.person]
    if _fill(known, finding.filled(described_as(known), child.described)):
        filled[known.pk] = known
    return Linked(known, known=True)


def describe_blind(children: Sequence[ChildSeen], *, by: User) -> list[Linked]:
    """A new record for each child, nobody asked who is known: `match_blind` does that later.

    So neither the answer nor how long it takes depends on whether the child is known.
    """
    people = describe([replace(child, is_provisional=True) for child in children], by=by)
    return [Linked(person, known=False) for person in people]


@asking.command
def match_blind(person_ids: Sequence[int], *, by: User) -> int:
    """Keep whom these children may be, for a person of the hub or the lead agency to decide.

    Nobody is linked. May run twice: how many pairs there are stays the same.
    """
    noted = []
    people = Person.objects.filter(pk__in=person_ids, is_provisional=True)
    for person in people.exclude(pk__in=scope.not_offered_to(by)).order_by("pk"):
        met = met_by_probes(described_as(person), viewer=by)
        others = {other.pk: other for other in met if other.pk != person.pk}
        known = [(pk, described_as(other)) for pk, other in others.items()]
        decision = finding.decide_among(described_as(person), known)
        pairs = [(others[pk], match) for pk, match in decision.likely]
        if decision.person is not None and decision.match is not None:
            pairs = [(others[decision.person], decision.match)]
        note_likely(person, [(other, match.weight, match.reasons) for other, match in pairs])
        noted += [person.pk] * bool(pairs)
    if noted:
        audit.commands.record(Kind.COMBINATION, "match blind", persons=noted, by=by)
    return len(noted)


@asking.command
def match_latest(*, by: User) -> int:
    """The same for all that partners told of in the last two days and that may be nobody yet."""
    latest = Person.objects.filter(
        is_provisional=True,
        agency__is_lead=False,
        recorded_at__gte=clock.now() - LATEST,
        likely_matches=None,
    )
    return match_blind(list(latest.values_list("pk", flat=True)), by=by)


def link(children: Sequence[ChildSeen], *, amending: Iterable[int] = (), by: User) -> list[Person]:
    """The child of each row of a batch: a known one where the match is sure, else a new record.

    `amending`: the contacts that the batch amends too, by id, to be held before any child is.

    Rows with everything in them are decided first, so that a row with gaps meets the child that a
    fuller row describes. New records are saved here, with the records that they may be.
    """
    described = [child.described for child in children]
    index: finding.MatchIndex[int] = finding.MatchIndex()
    known: list[Person] = list(_neighbours(described, by=by))
    for number, person in enumerate(known):
        index.add(number, described_as(person))
    linked: list[Person | None] = [None] * len(children)
    filled: list[Person] = []
    likely: list[tuple[Person, list[tuple[Person, float, list[str]]]]] = []
    for position in finding.firmest_first(described):
        decision = finding.decide(described[position], index)
        number = len(known) if decision.person is None else decision.person
        if decision.person is None:
            person = new_person(
                replace(children[position], is_provisional=bool(decision.likely)), by=by
            )
            known.append(person)
            index.add(number, described[position])
            likely.append(
                (
                    person,
                    [(known[n], match.weight, list(match.reasons)) for n, match in decision.likely],
                )
            )
        else:
            filling = finding.filled(index.known(number), described[position])
            if _fill(known[number], filling):
                index.add(number, filling)
                filled.append(known[number])
        linked[position] = known[number]
    _keep([person for person in filled if person.pk], amending=amending, by=by)
    Person.objects.bulk_create([person for person in known if person.pk is None])
    for person, others in likely:
        if others:
            note_likely(person, others)
    return [person for person in linked if person is not None]


def _fill(person: Person, filled: Described) -> bool:
    """Take from a description what the record leaves blank. Whether there was anything to take."""
    if filled == described_as(person):
        return False
    for name in DESCRIBED:
        setattr(person, name, getattr(filled, name))
    if filled.sex:
        person.sex = filled.sex
    for name, value in asdict(filled.keys).items():
        setattr(person, name, value)
    return True


def _keep(filled: list[Person], *, amending: Iterable[int] = (), by: User) -> None:
    """Write what was filled of known records, and nothing else of them. `amending` as for `link`.

    They were read before they were held: whatever else stands in their rows may be older than what
    others have written since, and a birth date that somebody wrote meanwhile stands. A child whose
    birth date is known now is read anew by it.
    """
    people = {person.pk: person for person in filled}
    # Contacts before children, as everywhere: how old a child was decides how long they are kept.
    met = Contact.objects.filter(
        children__person__in=[person for person in filled if person.date_of_birth],
        children__person__date_of_birth=None,
    )
    contacts = list(met.values_list("pk", flat=True))
    hold_records(Contact, {*contacts, *amending})
    hold(people)
    born = dict(Person.objects.filter(pk__in=people).values_list("pk", "date_of_birth"))
    for person in people.values():
        person.date_of_birth = born[person.pk] or person.date_of_birth
        person.save(update_fields=[*DESCRIBED, "sex", *asdict(described_as(person).keys)])
    keep_anew(Contact, contacts, by=by)
    change_facts(*(person for person in people.values() if person.date_of_birth != born[person.pk]))


def _neighbours(described: list[Described], *, by: User) -> "list[Person]":
    """Every known child that any row's probes could find: same birth date or near, place, or name.

    None that is hidden from matching: such a row makes a new record, as any that meets nobody.
    """
    if not described:
        return []
    births = {
        born
        for each in described
        if each.date_of_birth
        for born in birth_variants(each.date_of_birth)
    }
    found = Person.objects.filter(
        Q(date_of_birth__in=births)
        | Q(postcode_key__in={each.keys.postcode_key for each in described} - {""})
        | Q(surname_key__in={each.keys.surname_key for each in described} - {""})
        | Q(surname_key__in={each.keys.forename_key for each in described} - {""})
        | Q(surname_sound__in={each.keys.surname_sound for each in described} - {""})
    )
    return list(found.exclude(pk__in=scope.not_offered_to(by)).order_by("pk"))
