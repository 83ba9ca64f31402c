"""Find a child, and see of it what the viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

import accounts.queries
import asking
import clock
from accounts.models import Agency, User
from cases import permissions
from cases.access import scope
from cases.matching import finding
from cases.matching.keys import Described
from cases.matching.weighing import Match, score
from cases.models import (
    CaseChild,
    Caution,
    ChronologyEvent,
    ContactChild,
    EventKind,
    Flag,
    LikelyMatch,
    Observation,
    Person,
    Section,
    StatutoryStatus,
    age_on,
)
from cases.queries.matched import proof_of_match
from cases.queries.restrictions import tells_of_hidden
from cases.queries.standing import cautions, statuses


@dataclass(frozen=True)
class Holder:
    """Who holds a child's case, and how to reach them."""

    case: str
    name: str
    phone: str
    team: str


@dataclass(frozen=True)
class Pointer:
    """Enough at a door, no more: known, cautions, status, who holds the case, whom to call.

    `duty_team` is the number that answers for a child with a statutory status out of hours.
    """

    person: Person
    cautions: tuple[Caution, ...]
    statuses: tuple[StatutoryStatus, ...]
    holders: tuple[Holder, ...]
    flag_open: bool
    call: str
    duty_team: str


@dataclass(frozen=True)
class Candidate:
    """A known child that this may be: how sure, and why. `proof`: that the viewer has met it by a match."""

    pointer: Pointer
    match: Match
    proof: str


@dataclass(frozen=True)
class LikelyRecord:
    """A record that may be the same child, and why. `opens`: the viewer has a ground on it too."""

    person: Person
    reasons: tuple[str, ...]
    opens: bool


def may_match(*, viewer: User) -> bool:
    """Lead agency and hub match against everybody; a partner's staff are matched blind."""
    return permissions.can_match(by=viewer)


def pointers(people: Iterable[Person], *, viewer: User) -> list[Pointer]:
    """The pointer of each of these children, in their order. The caller found them by a match."""
    people = list(people)
    ids = [person.pk for person in people]
    with_flag = flagged(people, viewer=viewer)
    cautioned = cautions(people, viewer=viewer)
    with_status = statuses(people, viewer=viewer)
    holders: dict[int, list[Holder]] = {}
    places = CaseChild.objects.filter(person__in=ids, left_at=None, case__closed_at=None)
    for place in places.select_related("case__lead_worker", "case__team").order_by("pk"):
        lead = place.case.lead_worker
        holders.setdefault(place.person_id, []).append(
            Holder(place.case.reference, lead.name, lead.phone, place.case.team.name)
        )
    return [
        Pointer(
            person=person,
            cautions=tuple(cautioned.get(person.pk, ())),
            statuses=tuple(with_status.get(person.pk, ())),
            holders=tuple(holders.get(person.pk, ())),
            flag_open=person.pk in with_flag,
            call=settings.HUB_PHONE,
            duty_team=settings.DUTY_TEAM_PHONE,
        )
        for person in people
    ]


def candidates(described: Described, *, viewer: User, most: int = 5) -> list[Candidate]:
    """Known children that this may be, likeliest first. Empty for whoever is matched blind."""
    if not may_match(viewer=viewer):
        return []
    met = met_by_probes(described, viewer=viewer)
    scored = [(score(described, described_as(known)), known) for known in met]
    likely = sorted(
        ((match, known) for match, known in scored if match.certainty != "no"),
        key=lambda pair: (-pair[0].weight, pair[1].pk),
    )[:most]
    found = pointers([known for _, known in likely], viewer=viewer)
    return [
        Candidate(pointer, match, proof_of_match(known, viewer=viewer))
        for pointer, (match, known) in zip(found, likely, strict=True)
    ]


def candidate(described: Described, person_id: int, *, viewer: User) -> Candidate | None:
    """One of the candidates by its id: the form may choose no child that the match did not offer."""
    found = candidates(described, viewer=viewer)
    return next((each for each in found if each.pointer.person.pk == person_id), None)


def met_by_probes(described: Described, *, viewer: User) -> list[Person]:
    """The records that the small index probes find, the surest probe's first, at most 300.

    Never one that is hidden from matching: who that is, is asked first and whatever is found, so that
    a search that would have hit does the work of one that hits nothing.
    """
    hidden = scope.not_offered_to(viewer)
    found: dict[int, Person] = {}
    for probe in finding.probes(described):
        room = finding.MOST_CANDIDATES - len(found)
        if room <= 0:
            break
        met = Person.objects.filter(**probe.lookups()).exclude(pk__in=[*hidden, *found])
        found |= {person.pk: person for person in met.order_by("pk")[:room]}
    return list(found.values())


def described_as(person: Person) -> Described:
    """A record in the words of the matching."""
    return Described(
        surname=person.surname,
        forenames=person.forenames,
        date_of_birth=person.date_of_birth,
        sex=person.sex,
        address=person.address,
        postcode=person.postcode,
    )


def record(person_id: int, *, viewer: User) -> scope.Sight:
    """What the viewer may see of a child. NotVisible (404) when that is nothing."""
    return scope.sight(viewer, person_id)


def grounds(people: Iterable[int], *, viewer: User) -> set[str]:
    """The grounds on which the viewer may see any of these children, given by id."""
    opened = scope.grounds(viewer, people)
    return {ground for each in opened.values() for ground in each}


def chronology(sight: scope.Sight, *, viewer: User) -> QuerySet[ChronologyEvent]:
    """The lines of a child's chronology that this sight shows, newest first."""
    events = (
        ChronologyEvent.objects.filter(person=sight.person)
        .select_related("agency", "by", "words")
        .order_by("-occurred_at", "-pk")
    )
    # One text tells of all the children of a contact: with one of them hidden, its line is too.
    events = events.exclude(Q(kind=EventKind.CONTACT) & tells_of_hidden(viewer=viewer))
    if not sight.police:
        events = events.filter(police_only=False)
    if sight.everything:
        return events
    if not sight.shows(Section.CHRONOLOGY):
        return events.none()
    # What help a child has is a section of its own: the chronology alone does not tell of it.
    open_to_them = scope.places_of(viewer, sight.person.pk, section=Section.INTERVENTIONS)
    other = ~Q(kind=EventKind.HELP) | Q(place__in=open_to_them)
    return events.filter(_crosses_to(viewer.agency), other)


def chronology_for(
    agency: Agency, sight: scope.Sight, *, viewer: User
) -> QuerySet[ChronologyEvent]:
    """Of what the viewer sees, the lines that a partner's staff see with the chronology section."""
    return chronology(sight, viewer=viewer).filter(_crosses_to(agency))


def _crosses_to(agency: Agency) -> Q:
    """Lines that a partner may read: none that is police only or meant for other agencies."""
    return Q(police_only=False) & (Q(audience=[]) | Q(audience__contains=[agency.pk]))


def police_hold_more(sight: scope.Sight, *, viewer: User) -> bool:
    """Whether a hub member of another agency is told, in one line, that police hold more."""
    if not sight.everything or sight.police:
        return False
    # That there is more, and no row of it: the database shows them none.
    with asking.task("police hold more"):
        return ChronologyEvent.objects.filter(person=sight.person, police_only=True).exists()


def observations(sight: scope.Sight, *, viewer: User) -> QuerySet[Observation]:
    """What was observed, for the full record; a partner's own agency's observations otherwise."""
    found = (
        Observation.objects.filter(person=sight.person, voided_at=None)
        .select_related("indicator", "agency", "contact")
        .order_by("-observed_on", "-pk")
    )
    if not sight.police:
        found = found.filter(police_only=False)
    if not sight.everything:
        found = found.filter(agency=viewer.agency_id)
    return found


def open_flags(sight: scope.Sight, *, viewer: User) -> QuerySet[Flag]:
    """Flags that nobody has answered: all with the full record, own agency's observations' else."""
    flags = (
        Flag.objects.filter(person=sight.person, answered_at=None)
        .prefetch_related("calls__user")
        .order_by("raised_at")
    )
    if sight.everything:
        return flags if sight.police else flags.filter(police_only=False)
    return flags.filter(police_only=False, observation__agency=viewer.agency_id)


def flag_held_back(sight: scope.Sight, *, viewer: User) -> bool:
    """Whether a flag is open that this viewer may not see: then no band stands here for them either."""
    if not sight.everything or sight.police:
        return False
    with asking.task("flag held back"):
        held = Flag.objects.filter(person=sight.person, answered_at=None, police_only=True)
        return held.exists()


def flagged(people: Iterable[Person], *, viewer: User) -> set[int]:
    """Whose flags nobody has answered, by id. The caller may be told so of these children.

    Police-only flags are for the lead agency: `police_hold_more` speaks of them to the others.
    """
    flags = Flag.objects.filter(person__in=list(people), answered_at=None)
    if not accounts.queries.is_in_lead_agency(viewer=viewer):
        flags = flags.filter(police_only=False)
    return set(flags.values_list("person_id", flat=True))


def voices(sight: scope.Sight, *, viewer: User) -> QuerySet[ContactChild]:
    """What the child said or showed, newest first; with the full record."""
    said = (
        ContactChild.objects.filter(person=sight.person)
        .exclude(voice="")
        .select_related("contact")
        .order_by("-contact__occurred_at", "-pk")
    )
    if not sight.everything:
        return said.none()
    return said if sight.police else said.exclude(contact__handling="police only")


def places(sight: scope.Sight, *, viewer: User) -> QuerySet[CaseChild]:
    """The child's places in cases that are open to the viewer."""
    return (
        scope.places_of(viewer, sight.person.pk)
        .select_related("case__lead_worker", "case__team")
        .order_by("-joined_at")
    )


def likely_matches(sight: scope.Sight, *, viewer: User) -> list[LikelyRecord]:
    """Records that may be this child too, not yet decided; with the full record of the lead agency."""
    if not (sight.everything and sight.police):
        return []
    found = (
        LikelyMatch.objects.filter(Q(person=sight.person) | Q(other=sight.person), decided_at=None)
        .select_related("person", "other")
        .order_by("-weight", "pk")
    )
    hidden = {
        *scope.not_offered_to(viewer),
        *scope.hidden_from(viewer).values_list("person", flat=True),
    }
    if sight.person.pk in hidden:
        # Sealed: never offered as a match, not even to its own list.
        return []
    others = [(m.other if m.person_id == sight.person.pk else m.person, m) for m in found]
    others = [(other, match) for other, match in others if other.pk not in hidden]
    if not others:
        return []
    known = scope.visible_to(viewer).filter(pk__in=[other.pk for other, _ in others])
    opens = set(known.values_list("pk", flat=True))
    return [LikelyRecord(other, tuple(match.reasons), other.pk in opens) for other, match in others]


def age(person: Person, *, viewer: User, on: date | None = None) -> int | None:
    """Completed years on a London day, today if none is said; None without a date of birth."""
    if person.date_of_birth is None:
        return None
    return age_on(person.date_of_birth, on or clock.today())
