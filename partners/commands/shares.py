"""Share one child with one agency under an agreement, and end it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import Q

import asking
import audit.commands
import cases.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from cases.access import grants
from cases.models import Action, CaseChild, Contact, Person, Section
from partners import permissions, queries, redaction
from partners.commands.telling import leave_entry, settle_owners, tell_chronology
from partners.commands.texts import write_partner_text
from partners.commands.windows import open_rows
from partners.models import (
    OF_A_CHILD,
    Agreement,
    DecisionNotToShare,
    LawfulBasis,
    Share,
    Shares,
    in_words,
)


@asking.command
def share(
    child: CaseChild | Person,
    /,
    *,
    agency: Agency,
    agreement: Agreement,
    purpose: str,
    lawful_basis: str,
    condition: str = "",
    necessity: str,
    is_safeguarding: bool = False,
    safeguarding_reason: str = "",
    summary: str,
    sections: Iterable[str],
    starts_at: datetime | None = None,
    until: datetime,
    contact: Contact | None = None,
    texts: Mapping[int, str] | None = None,
    safe_to_tell_read: int | None = None,
    by: User,
) -> Share:
    """Open sections of one child to one agency, from now (or `starts_at`) until a moment (exclusive).

    `child`: a place in a case, or a child before there is a case; with `contact` the summary and
    the partner's text of that contact alone. `texts`: what the partner reads of a line of the
    chronology, or of the contact, by its id. `safe_to_tell_read`: the version of whom it is safe to tell
    that whoever shares has read. ValidationError at the field for what the agreement does
    not allow, one that does not bind the sharer's own agency, what is missing, or an agency that
    this is shared with already.
    """
    if contact:
        # A newer text may be marking it police only at this moment; contacts before children, as everywhere.
        contact = Contact.objects.select_for_update(of=("self",), no_key=True).get(pk=contact.pk)
    person, place = _held(child, by=by)
    cases.commands.refuse_unless_safe(
        person, safe_to_tell_read=safe_to_tell_read, to=[agency], by=by
    )
    # Locked, so that no share slips in while it is being suspended.
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    chosen = [section for section in Section.values if section in set(sections)]
    shared = Share(
        person=person,
        place=place,
        contact=contact,
        agency=agency,
        agreement=agreement,
        purpose=purpose,
        lawful_basis=lawful_basis,
        condition=condition,
        necessity=necessity,
        safeguarding_reason=safeguarding_reason if is_safeguarding else "",
        summary=summary,
        sections=chosen,
        starts_at=max(starts_at or clock.now(), clock.now()),
        until=until,
        decided_by=by,
        grant_ref=uuid4(),
    )
    errors = agreement.refusals(
        agency=agency,
        purpose=purpose,
        lawful_basis=lawful_basis,
        condition=condition,
        sections=chosen,
        starts_at=starts_at,
        until=until,
        is_safeguarding=is_safeguarding,
    )
    errors |= _missing(shared, is_safeguarding)
    if decided := _decided_not_to(person, place, agency, by=by):
        errors["agency"] = decided.refusal
    if contact and not (texts or {}).get(contact.pk, "").strip():
        errors["texts"] = "Write what the partner reads of this contact."
    if errors:
        raise ValidationError(errors)
    shared.save()
    open_rows(shared, by=by)
    for of, text in (texts or {}).items():
        write_partner_text(shared, of, text=text, safe_to_tell_read=safe_to_tell_read, by=by)
    tell_chronology(shared, f"Shared with {agency}", ", ".join(in_words(chosen)), by=by)
    audit.commands.record(
        Kind.DISCLOSURE,
        "share",
        persons=[person.pk],
        records={"share": shared.pk, "agreement": agreement.pk, "to agency": agency.pk},
        sections=chosen,
        ground="share",
        reason=f"{purpose} ({LawfulBasis(lawful_basis).label})",
        by=by,
    )
    return shared


def _held(child: CaseChild | Person, *, by: User) -> tuple[Person, CaseChild | None]:
    """The child and their place, locked; who may not share it is refused."""
    if isinstance(child, Person):
        permissions.check_can_share_child(child, by=by)
        return Person.objects.select_for_update(no_key=True).get(pk=child.pk), None
    permissions.check_can_share(child, by=by)
    place = cases.commands.hold_open(child, by=by)
    return place.person, place


def _missing(shared: Share, is_safeguarding: bool) -> dict[str, str]:
    """What of a share is missing, or does not fit whom it is of: {field: what to do instead}."""
    shown = {Section.SUMMARY} if shared.contact_id else OF_A_CHILD
    protected = queries.protected_of(shared.person, viewer=shared.decided_by)
    beyond = shared.place is None and not set(shared.sections) <= shown
    refused = {
        "agreement": (
            not shared.agreement.parties.filter(pk=shared.decided_by.agency_id).exists(),
            "Choose an agreement that your agency has signed.",
        ),
        "sections": (
            beyond,
            f"Choose from what there is without a case: {', '.join(in_words(shown))}.",
        ),
        "contact": (
            _never_crosses(shared),
            "This contact never crosses to a partner: it is police only, or not of this child.",
        ),
        "necessity": (
            not shared.necessity.strip(),
            "Say why it is necessary and proportionate to share this.",
        ),
        "safeguarding_reason": (
            is_safeguarding and not shared.safeguarding_reason.strip(),
            "Say why this is shared for safeguarding.",
        ),
        "summary": (
            not shared.summary.strip() or redaction.holds(shared.summary, protected),
            redaction.NEVER_SHARED
            if shared.summary.strip()
            else "Write the summary that the partner will read.",
        ),
        "agency": (
            _same_standing(shared),
            f"This is shared with {shared.agency} already: end that share first.",
        ),
    }
    found = {field: words for field, (is_refused, words) in refused.items() if is_refused}
    if _plan_holds(shared, protected):
        found["sections"] = (
            "An action of the plan says the address of who was harmed, which is never shared: leave the "
            "plan out."
        )
    if shared.agency_id == shared.decided_by.agency_id:
        found["agency"] = "Choose another agency than your own."
    return found


def _plan_holds(shared: Share, protected: Iterable[str]) -> bool:
    """Whether the plan says a protected address: it may have been written before that was one."""
    if Section.PLAN not in shared.sections:
        return False
    actions = Action.objects.filter(place=shared.place).values_list("what", "came_of_it")
    return any(redaction.holds(words, protected) for each in actions for words in each)


def _never_crosses(shared: Share) -> bool:
    contact = shared.contact
    if contact is None:
        return False
    return contact.is_police_only or not contact.children.filter(person=shared.person).exists()


def _same_standing(shared: Share) -> bool:
    """Whether this is open to the same agency in some of the same time."""
    same = Share.objects.standing().filter(
        person=shared.person, place=shared.place, contact=shared.contact, agency=shared.agency
    )
    return same.filter(starts_at__lt=shared.until, until__gt=shared.starts_at).exists()


@asking.command
def end_share(share: Share, *, reason: str, by: User) -> Share:
    """Close a share in this second. One that is over, ended or run out, stays as it is."""
    permissions.check_can_end(share, by=by)
    shared = (
        Share.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "place__case", "agency", "agreement")
        .get(pk=share.pk)
    )
    if not shared.is_standing:
        return shared
    if not reason.strip():
        raise ValidationError({"reason": "Say why this share ends."})
    return _end(shared, reason, by=by)


@asking.command
def end_shares(of: Shares, *, reason: str, by: User) -> None:
    """End what another decision ends with it, in this second: live, yet to begin, or held back by a
    suspension, also of children of whom whoever decides may not know. The caller has decided."""
    held = of.standing().select_for_update(of=("self",), no_key=True).order_by("pk")
    ending = list(held.select_related("person", "place__case", "agency", "agreement"))
    # All at once: closing one by one, two decisions could wait for each other's agencies.
    asking.withdraw(groups=[share.agency.group_id for share in ending])
    for share in ending:
        _end(share, reason, by=by)


def _end(shared: Share, reason: str, *, by: User) -> Share:
    shared.ended_at, shared.ended_by, shared.end_reason = clock.now(), by, reason
    shared.save(update_fields=["ended_at", "ended_by", "end_reason"])
    grants.end(shared.grant_ref)
    settle_owners(shared, by=by)
    tell_chronology(shared, f"Sharing with {shared.agency} ended", reason, by=by)
    leave_entry(Kind.ALTERATION, "end share", shared, by=by)
    return shared


def _decided_not_to(
    person: Person, place: CaseChild | None, agency: Agency, *, by: User
) -> DecisionNotToShare | None:
    """The decision not to share this with them that stands, of those that the sharer may know of."""
    known = queries.decisions_not_to_share(person, viewer=by).filter(agency=agency, ended_at=None)
    return known.filter(Q(place=place) | Q(place=None)).first()
