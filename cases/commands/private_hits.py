"""Decide on who came near a hidden record; take what a contact told of a restricted child into its record.

The contact and the record that it made stay as they are, so that its author and whoever else sees them
sees what they would see of an unknown child. What they tell is written into the restricted record, at
once and every minute after, and its flags call the named list.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import User
from audit.denied import NotVisible
from audit.models import Kind
from cases.access import scope
from cases.commands.chronology import add_event
from cases.commands.flags import raise_flag
from cases.commands.keeping import hold_records
from cases.commands.observations import change_facts, change_observation
from cases.commands.people import hold
from cases.models import (
    ChronologyEvent,
    Contact,
    ContactChild,
    EventKind,
    Flag,
    HitOutcome,
    Observation,
    ObservationState,
    PrivateHit,
    PrivateLink,
    Restriction,
)
from cases.queries.private_hits import decisions_open, told_of

# What is read with a link.
WITH_IT = ("person", "told", "hit__contact", "made_by__agency")
SAID = "What the child said or showed"
# Of what was observed, what may change on the record that it was taken from.
STATE = ("severity", "confidence", "ended_on", "confirmed_on", "voided_at")


@asking.command
def decide_hit(hit: PrivateHit, *, outcome: str, reason: str, by: User) -> PrivateHit:
    """The owner decides on somebody who came near the record. Decided twice, the first stands.

    Whoever asked is answered in person. 'It is the child', of a contact, takes what the contact tells
    into a restricted record. ValidationError at the field, where there is nothing to take, and for a
    sealed record, which is never linked.
    """
    if outcome == HitOutcome.LINKED and (told := told_of(hit, viewer=by)):
        _hold([(hit.restriction.person_id, told.pk)])
    # Nobody seals it or hands it over meanwhile.
    restriction = Restriction.objects.select_for_update(of=("self",)).get(pk=hit.restriction_id)
    hit = PrivateHit.objects.select_for_update(of=("self",)).get(pk=hit.pk)
    hit.restriction = restriction
    if restriction.owner_id != by.pk or not by.is_active:
        raise NotVisible("hit", hit.pk)
    if hit.decided_at:
        return hit
    errors = {}
    if outcome not in decisions_open(hit, viewer=by):
        errors["outcome"] = _refused(hit, outcome)
    if not reason.strip():
        errors["reason"] = "Say why, in a line."
    if errors:
        raise ValidationError(errors)
    hit.outcome, hit.reason, hit.decided_at, hit.decided_by = outcome, reason, clock.now(), by
    hit.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    accounts.commands.settle(url=f"/hits/{hit.pk}", by=by)
    audit.commands.record(Kind.ALTERATION, "decide on hit", records={"hit": hit.pk}, by=by)
    if outcome == HitOutcome.LINKED:
        _link(hit, by=by)
    return hit


def _refused(hit: PrivateHit, outcome: str) -> str:
    if outcome != HitOutcome.LINKED:
        return "Choose what you have decided."
    if hit.restriction.is_live and hit.restriction.is_sealed:
        return "A sealed record is never linked: decide what to do outside the portal."
    return "There is no record of a contact that can be taken into this one: answer in person."


def _link(hit: PrivateHit, *, by: User) -> None:
    """The record of use names the restricted child alone: who sees what the contact made learns nothing."""
    told = told_of(hit, viewer=by)
    assert told is not None, "this decision was open"
    person = hit.restriction.person
    live = PrivateLink.objects.live().filter(person=person, told=told).first()
    link = live or PrivateLink.objects.create(
        hit=hit, person=person, told=told, made_at=clock.now(), made_by=by
    )
    audit.commands.record(
        Kind.COMBINATION,
        "link hit",
        persons=[person.pk],
        records={"hit": hit.pk, "told": told.pk},
        by=by,
    )
    _follow(link, by=accounts.commands.system())


@asking.command
def unlink_hit(hit: PrivateHit, *, why: str, by: User) -> PrivateHit:
    """The owner says that it was somebody else after all. Said twice, it is once.

    What was observed of that child is void in the restricted record from now on, and nothing more is
    taken; the lines stay, with one that says so, and a flag stays until somebody answers it.
    """
    _hold(PrivateLink.objects.live().filter(hit=hit).values_list("person", "told"))
    restriction = Restriction.objects.select_for_update(of=("self",)).get(pk=hit.restriction_id)
    if restriction.owner_id != by.pk or not by.is_active:
        raise NotVisible("hit", hit.pk)
    live = PrivateLink.objects.live().select_for_update(of=("self",)).filter(hit=hit)
    link = live.select_related(*WITH_IT).first()
    if link is None:
        return hit
    if not why.strip():
        raise ValidationError({"why": "Say why it was somebody else."})
    taken = Observation.objects.filter(person=link.person, taken_from__person=link.told)
    system = accounts.commands.system()
    for each in taken.filter(voided_at=None).order_by("pk"):
        change_observation(
            each, "change taken observation", reason=why[:300], voided_at=clock.now(), by=system
        )
    add_event(
        link.person,
        EventKind.RECORD,
        "What a contact told was of another child",
        detail=f"{hit.reference}, contact {hit.contact_id}. {why}",
        contact=hit.contact,
        police_only=True,
        audience=[by.agency],
        by=by,
    )
    link.until, link.why_ended = clock.now(), why[:300]
    link.save(update_fields=["until", "why_ended"])
    audit.commands.record(
        Kind.ALTERATION,
        "unlink hit",
        persons=[link.person_id],
        records={"hit": hit.pk, "told": link.told_id},
        by=by,
    )
    return hit


@asking.command
def follow_links(*, by: User) -> int:
    """Take what is new from the records that contacts made of restricted children; of how many.

    Run each minute, and safe to run twice or by two workers at once. By whoever told of the child it
    is never done: neither what they do nor its time depends on it.
    """
    found = list(PrivateLink.objects.live())
    _hold((link.person_id, link.told_id) for link in found)
    # What a contact made may be hidden itself by now: then it is for its own list alone.
    closed = scope.restricted_or_sealed(link.told_id for link in found)
    live = PrivateLink.objects.live().select_for_update(of=("self",), skip_locked=True)
    links = live.filter(pk__in=[link.pk for link in found if link.told_id not in closed])
    links = links.select_related(*WITH_IT).order_by("pk")
    return sum(_follow(link, by=by) for link in links)


def _hold(pairs: Iterable[tuple[int, int]]) -> None:
    """Of each restricted child and what a contact made, by id: contacts, then children; links and
    restrictions after them (DEVELOPERS.md, 'Two at once')."""
    pairs = list(pairs)
    told = ContactChild.objects.filter(person__in=[told for _, told in pairs])
    hold_records(Contact, told.values_list("contact", flat=True))
    hold(person for person, _ in pairs)


def _follow(link: PrivateLink, *, by: User) -> bool:
    """Whether there was anything to take. The caller holds the link's records."""
    told = ContactChild.objects.filter(person=link.told).select_related("contact").order_by("pk")
    new = [_take_lines(link, child) for child in told]
    new.append(_take_observations(link, by=by))
    new.append(_take_flags(link, by=by))
    if any(new):
        audit.commands.record(
            Kind.COMBINATION,
            "follow link",
            persons=[link.person_id],
            records={"hit": link.hit_id},
            by=by,
        )
    return any(new)


def _take_lines(link: PrivateLink, child: ContactChild) -> bool:
    """The line of a contact, with its text, and what the child said at it."""
    contact = child.contact
    lines = [(EventKind.CONTACT, contact.contact_type, contact.narrative)]
    if child.voice:
        lines.append((EventKind.OBSERVATION, SAID, child.voice))
    missing = [
        (kind, says, detail)
        for kind, says, detail in lines
        if not ChronologyEvent.objects.filter(
            person=link.person, contact=contact, kind=kind, says=says
        ).exists()
    ]
    for kind, says, detail in missing:
        ChronologyEvent(
            person=link.person,
            kind=kind,
            occurred_at=contact.occurred_at,
            recorded_at=clock.now(),
            says=says,
            contact=contact,
            police_only=contact.is_police_only,
            # What the child said is for the full record, whoever reads the chronology one day.
            audience=[link.made_by.agency_id] if says == SAID else [],
            agency=contact.agency,
            by=contact.recorded_by,
        ).saying(detail).save()
    return bool(missing)


def _take_observations(link: PrivateLink, *, by: User) -> bool:
    """What was observed, in the name of whoever observed it; and what of it has changed since."""
    taken = {
        each.taken_from_id: each
        for each in Observation.objects.filter(person=link.person, taken_from__person=link.told)
    }
    observed = Observation.objects.filter(person=link.told).select_related("contact", "indicator")
    changed = False
    for each in observed.order_by("pk"):
        twin = taken.get(each.pk)
        if twin is None:
            changed |= _take_observation(link, each)
        else:
            changed |= _change_twin(twin, each, by=by)
    if changed:
        change_facts(link.person)
    return changed


def _take_observation(link: PrivateLink, observed: Observation) -> bool:
    if observed.voided_at:
        return False
    state = {name: getattr(observed, name) for name in STATE}
    said = ("indicator", "observed_on", "source", "contact", "note", "police_only")
    credit = {"agency": observed.agency, "recorded_by": observed.recorded_by}
    Observation.objects.create(
        person=link.person,
        recorded_at=clock.now(),
        taken_from=observed,
        **state,
        **credit,
        **{name: getattr(observed, name) for name in said},
    )
    contact = observed.contact
    ChronologyEvent(
        person=link.person,
        kind=EventKind.OBSERVATION,
        occurred_at=contact.occurred_at if contact else clock.start_of(observed.observed_on),
        recorded_at=clock.now(),
        says=observed.indicator.name,
        contact=contact,
        police_only=observed.police_only,
        agency=observed.agency,
        by=observed.recorded_by,
    ).saying(observed.note).save()
    return True


def _change_twin(twin: Observation, observed: Observation, *, by: User) -> bool:
    """What somebody has changed since, unless the named list has changed it later."""
    state = {name: getattr(observed, name) for name in STATE}
    if twin.voided_at or all(getattr(twin, name) == value for name, value in state.items()):
        return False
    latest = ObservationState.objects.filter(observation__in=[twin, observed]).order_by("pk").last()
    if latest is None or latest.observation_id == twin.pk:
        return False
    change_observation(twin, "change taken observation", reason=latest.reason, by=by, **state)
    return True


def _take_flags(link: PrivateLink, *, by: User) -> bool:
    """Each flag that nobody has answered is raised on the child's record too, and calls its list.

    What was answered before is told in a line: the list judges it by what it knows of the child.
    """
    flags = Flag.objects.filter(person=link.told).select_related("contact", "observation")
    taken = [_take_flag(link, flag, by=by) for flag in flags.order_by("pk")]
    return any(taken)


def _take_flag(link: PrivateLink, flag: Flag, *, by: User) -> bool:
    line = f"Flag F-{flag.pk}, raised where the child was not known"
    lines = ChronologyEvent.objects.filter(person=link.person, kind=EventKind.FLAG, says=line)
    if lines.exists():
        return False
    add_event(
        link.person,
        EventKind.FLAG,
        line,
        detail=f"{flag.says}: {flag.action}" if flag.action else flag.says,
        occurred_at=flag.raised_at,
        contact=flag.contact,
        police_only=flag.police_only,
        audience=[link.made_by.agency],
        by=by,
    )
    if flag.answered_at is None:
        taken = Observation.objects.filter(person=link.person, taken_from=flag.observation)
        observation = taken.first() if flag.observation else None
        # A flag has a cause: what was voided was not taken, and the contact that made the record was.
        contact = flag.contact or link.hit.contact
        raise_flag(
            link.person,
            flag.says,
            observation=observation,
            contact=contact,
            taken_from=flag,
            by=by,
        )
    return True
