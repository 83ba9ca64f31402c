"""Restrict and seal a child's record, keep its named list, hand it to another owner, lift it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import ValidationError

import accounts.commands
import accounts.permissions
import asking
import audit.commands
import clock
from accounts.models import Role, User
from audit.models import Kind
from cases import permissions
from cases.access import grants, scope
from cases.commands.contacts import note_likely
from cases.commands.flags import call_list
from cases.commands.people import hold
from cases.commands.telling import tell_owner
from cases.matching.weighing import score
from cases.models import (
    Action,
    BreakGlass,
    Case,
    CaseChild,
    Flag,
    NamedPlace,
    Person,
    PrivateLink,
    Restriction,
    RestrictionKind,
    Section,
)
from cases.queries.people import described_as
from cases.signals import record_hidden

NOBODY_REACHABLE = (
    "Somebody on the list must be reachable at any hour: a flag of this child calls nobody else."
)


@dataclass(frozen=True)
class Named:
    """Somebody who is put on a list."""

    user: User
    reachable_at_any_hour: bool = False


@asking.command
def restrict(
    person: Person,
    *,
    owner: User,
    why: str,
    named: Sequence[Named],
    kind: str = RestrictionKind.RESTRICTED,
    by: User,
) -> Restriction:
    """Restrict or seal a child's record: from this second it exists for its named list alone.

    The owner, of the lead agency, stands on the list. Whatever else is open on the child opens
    nothing until this is lifted. Sent twice, it is one. ValidationError at the field for what is
    missing, for a list without anybody reachable at any hour, and for a record that is restricted
    or sealed already.
    """
    permissions.check_can_restrict(by=by)
    # Of a leaver and this at once, nobody who has left is put on a list.
    held = accounts.commands.hold(owner, *(each.user for each in named), by=by)
    owner, users = held[0], held[1:]
    places = {owner.pk: Named(owner)} | {
        user.pk: Named(user, each.reachable_at_any_hour)
        for user, each in zip(users, named, strict=True)
    }
    _check(owner, why, list(places.values()))
    # Whoever reads about any child just now: nobody knows through whom this one is open.
    asking.withdraw(everybody=True)
    hold([person.pk])
    if known := Restriction.objects.live().filter(person=person).first():
        if (known.made_by_id, known.owner_id, known.kind, known.why) == (
            by.pk,
            owner.pk,
            kind,
            why,
        ):
            return known
        raise ValidationError(
            {"person": f"{person.reference} is {known.kind} already: {known.reference}."}
        )
    now = clock.now()
    made = Restriction.objects.create(
        person=person,
        kind=kind,
        owner=owner,
        why=why,
        starts_at=now,
        made_by=by,
        sealed_at=now if kind == RestrictionKind.SEALED else None,
    )
    for each in places.values():
        _name(made, each, by=by)
    record_step(
        "restrict record" if kind == RestrictionKind.RESTRICTED else "seal record", made, by=by
    )
    _settle_lines(person, by=by)
    record_hidden.send(sender=Person, person=person, by=by)
    tell_owner(made, f"You keep the {kind} record {made.reference}", by=by)
    call_list(person, by=by)
    return made


def _check(owner: User, why: str, named: Sequence[Named]) -> None:
    errors: dict[str, str] = {}
    if not why.strip():
        errors["why"] = "Say why this record is for a named list alone."
    if not owner.agency.is_lead:
        errors["owner"] = "Choose an owner in the lead agency."
    elif unfit := unfit_for(Named(owner)):
        errors["owner"] = unfit
    if unfit := next((says for each in named if (says := unfit_for(each))), ""):
        errors["named"] = unfit
    elif not any(each.reachable_at_any_hour for each in named):
        errors["named"] = NOBODY_REACHABLE
    if errors:
        raise ValidationError(errors)


def unfit_for(named: Named) -> str:
    """Why somebody cannot stand on a list; '' where they can."""
    user = named.user
    may_open = accounts.permissions.can(accounts.permissions.OPEN_RECORD, by=user)
    if not may_open or Role.API_CLIENT in user.roles:
        return f"Choose somebody else: the role of {user} opens no records."
    may_answer = accounts.permissions.can(accounts.permissions.ANSWER_FLAG, by=user)
    if named.reachable_at_any_hour and not (may_answer and user.agency.is_lead):
        return f"{user} can't be the one reachable at any hour: they can't answer a flag."
    return ""


def _name(restriction: Restriction, named: Named, *, by: User) -> NamedPlace:
    place = NamedPlace.objects.create(
        restriction=restriction,
        user=named.user,
        reachable_at_any_hour=named.reachable_at_any_hour,
        starts_at=clock.now(),
        added_by=by,
        grant_ref=uuid4(),
    )
    grants.open_to(
        named.user,
        restriction.person,
        [Section.FULL],
        ground=scope.NAMED,
        grant_ref=place.grant_ref,
    )
    return place


def _settle_lines(person: Person, *, by: User) -> None:
    """Lines on anybody's home page that lead to the child, or to a case of nobody else, go with it."""
    accounts.commands.settle(url=f"/children/{person.pk}", by=by)
    for contact in person.contacts.order_by("contact").values_list("contact", flat=True):
        accounts.commands.settle(url=f"/contacts/{contact}", by=by)
    for place in CaseChild.objects.filter(person=person).select_related("case").order_by("pk"):
        accounts.commands.settle(url=place.address, by=by)
    for flag in Flag.objects.filter(person=person).values_list("pk", flat=True):
        accounts.commands.settle(url=f"/flags/{flag}", by=by)
    for action in Action.objects.filter(place__person=person).values_list("pk", flat=True):
        accounts.commands.settle(url=f"/actions/{action}", by=by)
    for case in Case.objects.filter(places__person=person).order_by("pk"):
        others = set(case.places.exclude(person=person).values_list("person", flat=True))
        if others <= scope.restricted_or_sealed(others):
            for url in (f"/cases/{case.reference}", f"/#{case.reference}"):
                accounts.commands.settle(url=url, by=by)


@asking.command
def seal(restriction: Restriction, *, why: str, by: User) -> Restriction:
    """Seal a restricted record. What break-glass opened ends in this second, and nothing is linked to it
    any more. Sealed twice, it is once."""
    permissions.check_can_restrict(by=by)
    # Before the restriction, as when somebody leaves who broke the glass and stands on the list.
    broken_open = BreakGlass.objects.filter(person=restriction.person_id, until__gt=clock.now())
    tries = list(broken_open.select_for_update(of=("self",), no_key=True).order_by("pk"))
    restriction = hold_restriction(restriction)
    if restriction.is_sealed:
        return restriction
    if not why.strip():
        raise ValidationError({"why": "Say why this record is sealed."})
    now = clock.now()
    restriction.kind, restriction.sealed_at = RestrictionKind.SEALED, now
    restriction.why_sealed = why
    restriction.save(update_fields=["kind", "sealed_at", "why_sealed"])
    for broken in tries:
        assert broken.grant_ref is not None, "a hit has its period, says a constraint"
        grants.end(broken.grant_ref)
        broken.until = now
        broken.save(update_fields=["until"])
    _end_links(restriction)
    record_step("seal record", restriction, by=by)
    tell_owner(restriction, f"Record {restriction.reference} is sealed from now on", by=by)
    return restriction


@asking.command
def lift(restriction: Restriction, *, why: str, by: User) -> Restriction:
    """End a restriction: its list ends, and every other window that is still live counts again.

    What a contact made and its owner linked is a likely match from now on, for anybody to decide.

    ValidationError without a reason, or once it is lifted already.
    """
    permissions.check_can_restrict(by=by)
    restriction = hold_restriction(restriction)
    if not why.strip():
        raise ValidationError({"why": "Say why this record is open again."})
    restriction.until, restriction.ended_by, restriction.why_ended = clock.now(), by, why
    restriction.save(update_fields=["until", "ended_by", "why_ended"])
    for place in restriction.places.filter(until=None):
        end_place(place)
    for link in _end_links(restriction):
        match = score(described_as(link.told), described_as(link.person))
        note_likely(link.told, [(link.person, match.weight, match.reasons)])
    record_step("lift restriction", restriction, by=by)
    tell_owner(restriction, f"Restriction {restriction.reference} is lifted", by=by)
    return restriction


@asking.command
def add_to_list(
    restriction: Restriction, user: User, *, reachable_at_any_hour: bool = False, by: User
) -> NamedPlace:
    """Put somebody on the list; who is on it already stands as they do, or becomes reachable.

    ValidationError where their role opens no records, or is reachable and may not answer a flag.
    """
    permissions.check_can_keep_list(restriction, by=by)
    # Of a leaver and this at once, nobody who has left is put on a list.
    (user,) = accounts.commands.hold(user, by=by)
    restriction = hold_restriction(restriction)
    named = Named(user, reachable_at_any_hour)
    if unfit := unfit_for(named):
        raise ValidationError({"user": unfit})
    place = restriction.places.filter(user=user, until=None).first()
    if place is None:
        place = _name(restriction, named, by=by)
    elif reachable_at_any_hour and not place.reachable_at_any_hour:
        place.reachable_at_any_hour = True
        place.save(update_fields=["reachable_at_any_hour"])
    else:
        return place
    record_step("add to list", restriction, place=place, by=by)
    tell_owner(restriction, f"The list of record {restriction.reference} has changed", by=by)
    return place


@asking.command
def take_off_list(place: NamedPlace, *, by: User) -> NamedPlace:
    """End somebody's place in this second. Taken off twice, it stays as it was.

    ValidationError for the owner, and for the last one who is reachable at any hour.
    """
    permissions.check_can_keep_list(place.restriction, by=by)
    restriction = hold_restriction(place.restriction)
    place = restriction.places.select_related("user").get(pk=place.pk)
    if place.until is not None:
        return place
    if place.user_id == restriction.owner_id:
        raise ValidationError("The owner stays on the list of their record.")
    rest = restriction.places.filter(
        until=None, reachable_at_any_hour=True, user__is_active=True
    ).exclude(pk=place.pk)
    if not rest.exists():
        raise ValidationError(NOBODY_REACHABLE)
    end_place(place)
    record_step("take off list", restriction, place=place, by=by)
    tell_owner(restriction, f"The list of record {restriction.reference} has changed", by=by)
    return place


@asking.command
def hand_over_record(
    restriction: Restriction, user: User, *, reachable_at_any_hour: bool = False, by: User
) -> Restriction:
    """Give a record another owner, who is put on its list if they are not on it yet.

    Who owned it stays on the list until somebody takes them off. What waits for the owner waits for the
    new one. Handed over twice, it is once. ValidationError at the field for somebody who may not own
    it, and where nobody on the list could answer a flag at any hour.
    """
    permissions.check_can_keep_list(restriction, by=by)
    # Of a leaver and this at once, nobody who has left is given a record.
    user = accounts.commands.hold_active(user, field="user", by=by)
    restriction = hold_restriction(restriction)
    # Of two owners' decisions at once, the second may not be the owner's any more.
    permissions.check_can_keep_list(restriction, by=by)
    if not user.agency.is_lead:
        raise ValidationError({"user": "Choose an owner in the lead agency."})
    place = add_to_list(restriction, user, reachable_at_any_hour=reachable_at_any_hour, by=by)
    if next_reachable(restriction) is None:
        raise ValidationError({"reachable_at_any_hour": NOBODY_REACHABLE})
    if restriction.owner_id != user.pk:
        before = restriction.owner
        pass_record(restriction, place, by=by)
        text = f"{restriction.reference} has another owner: {user}"
        url = f"/children/{restriction.person_id}"
        accounts.commands.notify(before, text, url=url, by=by)
    return restriction


def next_reachable(restriction: Restriction) -> NamedPlace | None:
    """Of those on the list, the first who may be called at any hour, and answer."""
    on_list = restriction.places.filter(until=None, reachable_at_any_hour=True)
    for place in on_list.select_related("user__agency").order_by("starts_at", "pk"):
        if place.user.is_active and not unfit_for(Named(place.user, reachable_at_any_hour=True)):
            return place
    return None


def pass_record(restriction: Restriction, heir: NamedPlace, *, by: User) -> None:
    """Make somebody on the list the owner: what waits for the owner alone waits for them."""
    before, restriction.owner = restriction.owner, heir.user
    restriction.save(update_fields=["owner"])
    record_step("hand over record", restriction, place=heir, by=by)
    tell_owner(
        restriction, f"You keep the {restriction.kind} record {restriction.reference}", by=by
    )
    accounts.commands.settle(url=f"/restrictions/{restriction.pk}", user=before, by=by)
    for hit in restriction.hits.filter(decided_at=None).order_by("pk"):
        url = f"/hits/{hit.pk}"
        accounts.commands.settle(url=url, user=before, by=by)
        text = f"Hit {hit.reference} on record {restriction.reference}"
        accounts.commands.notify(heir.user, text, url=url, by=by)


def hold_restriction(restriction: Restriction) -> Restriction:
    """The restriction, locked until the transaction ends. ValidationError once it is lifted."""
    held = Restriction.objects.select_for_update(of=("self",)).get(pk=restriction.pk)
    if not held.is_live:
        raise ValidationError("This restriction is lifted already.")
    return held


def _end_links(restriction: Restriction) -> list[PrivateLink]:
    links = PrivateLink.objects.live().select_for_update(of=("self",)).order_by("pk")
    ended = list(links.filter(person=restriction.person).select_related("person", "told"))
    for link in ended:
        link.until = clock.now()
        link.save(update_fields=["until"])
    return ended


def end_place(place: NamedPlace) -> None:
    """Take a place off the list: its access row ends with it."""
    grants.end(place.grant_ref)
    place.until = clock.now()
    place.save(update_fields=["until"])


def record_step(
    verb: str, restriction: Restriction, *, place: NamedPlace | None = None, by: User
) -> None:
    """The entry of what was done to a restriction, and to whose place on its list."""
    records: dict[str, object] = {"restriction": restriction.pk}
    if place is not None:
        records |= {"user": place.user_id}
    audit.commands.record(
        Kind.ALTERATION, verb, persons=[restriction.person_id], records=records, by=by
    )
