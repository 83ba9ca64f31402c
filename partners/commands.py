"""Sign agreements, share a child's place under one, end it, add what a partner knows, send notices."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import Q

import accounts.commands
import accounts.queries
import asking
import audit.commands
import cases.commands
import clock
from accounts.models import Agency, Role, User
from audit.models import Kind
from cases.access import grants
from cases.models import CaseChild, Contact, EventKind, Person, Section
from partners import permissions
from partners.models import (
    Agreement,
    Contribution,
    LawfulBasis,
    Notice,
    NoticeKind,
    Share,
    in_words,
    shareable,
)


@asking.command
def sign_agreement(
    *,
    title: str,
    parties: Iterable[Agency],
    purposes: Iterable[str],
    lawful_bases: Iterable[str],
    sections: Iterable[str],
    starts_on: date,
    ends_on: date,
    review_on: date,
    impact_assessment: str,
    by: User,
) -> Agreement:
    """Put an agreement in the register: what may be shared, why, by whom, `ends_on` exclusive.

    Sent twice by one person, it is one. ValidationError at the field for what is missing or does
    not fit.
    """
    permissions.check_can_sign_agreement(by=by)
    agencies = list(parties)
    says: dict[str, Any] = {
        "title": title,
        "purposes": list(purposes),
        "lawful_bases": list(lawful_bases),
        "sections": list(sections),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "review_on": review_on,
        "impact_assessment": impact_assessment,
        "signed_by": by,
    }
    agreement = Agreement(**says, signed_at=clock.now())
    if errors := _misfits(agreement, agencies):
        raise ValidationError(errors)
    # Of two sends at once, the second waits here for the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    for signed in Agreement.objects.filter(**says).order_by("pk"):
        if set(signed.parties.all()) == set(agencies):
            return signed
    agreement.save()
    agreement.parties.set(agencies)
    audit.commands.record(
        Kind.COLLECTION, "sign agreement", records={"agreement": agreement.pk}, by=by
    )
    return agreement


def _misfits(agreement: Agreement, parties: list[Agency]) -> dict[str, str]:
    """What keeps an agreement from being signed: {field: what to do instead}."""
    allowed = {section for section, _ in shareable()}
    misfits = {
        "title": (not agreement.title.strip(), "Enter a title."),
        "parties": (
            len({agency.pk for agency in parties}) < 2 or not any(a.is_lead for a in parties),
            "Choose at least two agencies, the lead agency among them.",
        ),
        "purposes": (
            not agreement.purposes or not all(p.strip() for p in agreement.purposes),
            "Enter at least one purpose.",
        ),
        "lawful_bases": (
            not agreement.lawful_bases
            or not set(agreement.lawful_bases) <= set(LawfulBasis.values),
            "Choose at least one lawful basis of those listed.",
        ),
        "sections": (
            not agreement.sections or not set(agreement.sections) <= allowed,
            "Choose at least one section that may be shared.",
        ),
        "ends_on": (agreement.ends_on <= agreement.starts_on, "The end must be after the start."),
        "impact_assessment": (
            not agreement.impact_assessment.strip(),
            "Enter the reference of the impact assessment.",
        ),
    }
    return {field: words for field, (is_misfit, words) in misfits.items() if is_misfit}


@asking.command
def share(
    place: CaseChild,
    *,
    agency: Agency,
    agreement: Agreement,
    purpose: str,
    lawful_basis: str,
    necessity: str,
    summary: str,
    sections: Iterable[str],
    until: datetime,
    safe_to_tell_read: int | None = None,
    by: User,
) -> Share:
    """Open sections of one child's place to one agency, from now until a moment (exclusive).

    `safe_to_tell_read`: the version of whom it is safe to tell that whoever shares has read.
    ValidationError at the field for what the agreement does not allow, one that does not bind the
    sharer's own agency, what is missing, or an agency that this place is shared with already.
    """
    permissions.check_can_share(place, by=by)
    place = cases.commands.hold_open(place, by=by)
    cases.commands.refuse_unless_safe(
        place.person, safe_to_tell_read=safe_to_tell_read, to=[agency], by=by
    )
    chosen = [section for section in Section.values if section in set(sections)]
    errors = agreement.refusals(
        agency=agency, purpose=purpose, lawful_basis=lawful_basis, sections=chosen, until=until
    )
    if not agreement.parties.filter(pk=by.agency_id).exists():
        errors["agreement"] = "Choose an agreement that your agency has signed."
    if not necessity.strip():
        errors["necessity"] = "Say why it is necessary and proportionate to share this."
    if not summary.strip():
        errors["summary"] = "Write the summary that the partner will read."
    if Share.objects.live().filter(place=place, agency=agency).exists():
        errors["agency"] = f"This is shared with {agency} already: end that share first."
    if errors:
        raise ValidationError(errors)
    shared = Share.objects.create(
        place=place,
        agency=agency,
        agreement=agreement,
        purpose=purpose,
        lawful_basis=lawful_basis,
        necessity=necessity,
        summary=summary,
        sections=chosen,
        starts_at=clock.now(),
        until=until,
        decided_by=by,
        grant_ref=uuid4(),
    )
    grants.open_to(
        agency.group, place, chosen, ground="share", grant_ref=shared.grant_ref, until=until
    )
    _tell_chronology(shared, f"Shared with {agency}", ", ".join(in_words(chosen)), by=by)
    audit.commands.record(
        Kind.DISCLOSURE,
        "share",
        persons=[place.person_id],
        records={"share": shared.pk, "agreement": agreement.pk, "to agency": agency.pk},
        sections=chosen,
        ground="share",
        reason=f"{purpose} ({LawfulBasis(lawful_basis).label})",
        by=by,
    )
    return shared


def _tell_chronology(shared: Share, says: str, detail: str, *, by: User) -> None:
    """For the full record and the receiver: no partner learns who else is told."""
    cases.commands.add_event(
        shared.place.person,
        EventKind.SHARE,
        says,
        detail=detail,
        place=shared.place,
        audience=[shared.agency],
        by=by,
    )


@asking.command
def end_share(share: Share, *, reason: str, by: User) -> Share:
    """Close a share in this second. One that is over, ended or run out, stays as it is."""
    permissions.check_can_share(share.place, by=by)
    shared = (
        Share.objects.select_for_update(of=("self",), no_key=True)
        .select_related("place__person", "agency")
        .get(pk=share.pk)
    )
    if not shared.is_live:
        return shared
    if not reason.strip():
        raise ValidationError({"reason": "Say why this share ends."})
    shared.ended_at, shared.ended_by, shared.end_reason = clock.now(), by, reason
    shared.save(update_fields=["ended_at", "ended_by", "end_reason"])
    grants.end(shared.grant_ref)
    _tell_chronology(shared, f"Sharing with {shared.agency} ended", reason, by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "end share",
        persons=[shared.place.person_id],
        records={"share": shared.pk, "to agency": shared.agency_id},
        sections=shared.sections,
        ground="share",
        by=by,
    )
    return shared


@asking.command
def contribute(
    place: CaseChild, *, text: str, voice: str, for_partners: bool = False, by: User
) -> Contribution:
    """Add what a partner knows to a child's place that is open to them.

    The author's agency and the full record read it; `for_partners`: other partners too, where
    contributions are shared with them. The same words sent twice by one person are one.
    """
    permissions.check_can_contribute(place, by=by)
    if not text.strip():
        raise ValidationError({"text": "Write what you know."})
    place = cases.commands.hold_open(place, by=by)
    added, is_new = Contribution.objects.get_or_create(
        place=place,
        by=by,
        text=text,
        voice=voice,
        for_partners=for_partners,
        defaults={"agency": by.agency, "at": clock.now()},
    )
    if not is_new:
        return added
    cases.commands.add_event(
        place.person,
        EventKind.CONTRIBUTION,
        f"{by.agency} added what they know",
        detail=f"{text}\n\nThe child's words: {voice}" if voice else text,
        place=place,
        audience=[by.agency],
        by=by,
    )
    audit.commands.record(
        Kind.COLLECTION,
        "contribute",
        persons=[place.person_id],
        records={"contribution": added.pk, "place": place.pk},
        by=by,
    )
    accounts.commands.notify(
        place.case.lead_worker,
        f"{by.agency} added what they know to {place.case.reference}",
        url=f"/cases/{place.case.reference}",
        by=by,
    )
    return added


# --- notices -------------------------------------------------------------------------------------

# How long before its answer is due the receiver's managers hear of an unread notice (default by
# judgement).
WARNED_BEFORE = timedelta(hours=1)


@asking.command
def send_notice(
    person: Person,
    *,
    contact: Contact | None,
    happened_at: datetime,
    agency: Agency,
    kind: str,
    content: str,
    cautions: Iterable[str] = (),
    caution_words: str = "",
    purpose: str,
    lawful_basis: str,
    late_why: str = "",
    safe_to_tell_read: int | None = None,
    by: User,
) -> Notice:
    """Tell one agency about one child and one incident, in words written for it.

    One for each contact (without a contact: for each moment), child, agency and kind: sent again,
    the first is the answer. `happened_at` of a notice about a contact is the contact's.
    `safe_to_tell_read`: the version of whom it is safe to tell that whoever sends has read.
    ValidationError at the field for whatever must not be sent so.
    """
    permissions.check_can_send_notice(person, by=by)
    if contact:
        # A newer text may be marking it police only at this moment.
        contact = _hold_contact(contact.pk)
        happened_at = contact.occurred_at
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    notice = Notice(
        person=person,
        contact=contact,
        happened_at=happened_at,
        agency=agency,
        kind=kind,
        child_name=person.name,
        child_born=person.date_of_birth,
        content=content,
        cautions=list(cautions),
        caution_words=caution_words,
        purpose=purpose,
        lawful_basis=lawful_basis,
        late_why=late_why,
        sent_at=clock.now(),
        sent_by=by,
    )
    if sent := _sent_before(notice):
        return sent
    notice.fix_times()
    if errors := notice.refusals():
        raise ValidationError(errors)
    cases.commands.refuse_unless_safe(
        person, safe_to_tell_read=safe_to_tell_read, to=[agency], by=by
    )
    notice.event = cases.commands.add_event(
        person,
        EventKind.SHARE,
        f"Notice to {agency}",
        detail=f"{NoticeKind(kind).label}\n\n{content}",
        contact=contact,
        audience=[agency],
        by=by,
    )
    notice.save()
    audit.commands.record(
        Kind.DISCLOSURE,
        "send notice",
        persons=[person.pk],
        records=_named(notice) | {"to agency": agency.pk},
        ground="notice",
        reason=f"{purpose} ({LawfulBasis(lawful_basis).label})",
        by=by,
    )
    return notice


def _sent_before(notice: Notice) -> Notice | None:
    """The notice that this one repeats."""
    about = (
        Q(contact=notice.contact)
        if notice.contact
        else Q(contact=None, happened_at=notice.happened_at)
    )
    known = Notice.objects.standing().filter(about, person=notice.person)
    return known.filter(agency=notice.agency, kind=notice.kind).first()


def _named(notice: Notice) -> dict[str, object]:
    named: dict[str, object] = {"notice": notice.pk}
    return named | {"contact": notice.contact_id} if notice.contact_id else named


# Where the lines lead that tell somebody of a notice: the receiver, the sender, and the hub, which
# reads whom to call in the line itself and sees no notice.
def _for_receiver(notice: Notice) -> str:
    return f"/notices/{notice.pk}"


def _for_sender(notice: Notice) -> str:
    return f"/notices/{notice.pk}#state"


def _for_hub(notice: Notice) -> str:
    return f"/#{notice.reference}"


def _hold(notice: Notice) -> Notice:
    """The notice as it stands now, held until the transaction ends."""
    held = Notice.objects.select_related("person", "agency", "sent_by__agency", "event")
    return held.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)


def _hold_contact(contact_id: int) -> Contact:
    """The contact, held as its amendments and its completion hold it: before its children and notices."""
    return Contact.objects.select_for_update(of=("self",), no_key=True).get(pk=contact_id)


@asking.command
def read_notice(notice: Notice, *, by: User) -> Notice:
    """Somebody of the receiving agency opens a notice: the first who does is kept.

    It is held until what is shown of it is on its way, so that a recall which has answered leaves
    nothing to be shown. NotVisible for one that was recalled, or is another agency's.
    """
    held = _hold(notice)
    permissions.check_can_answer_notice(held, by=by)
    if held.read_at:
        return held
    held.read_at, held.read_by = clock.now(), by
    held.save(update_fields=["read_at", "read_by"])
    accounts.commands.settle(url=_for_receiver(held), by=by)
    audit.commands.record(
        Kind.ALTERATION, "read notice", persons=[held.person_id], records=_named(held), by=by
    )
    return held


@asking.command
def acknowledge_notice(notice: Notice, *, seen_to_by: str, answer: str = "", by: User) -> Notice:
    """Say who sees to it, with a word back to the sender if there is one. The first answer stands."""
    held = _hold(notice)
    permissions.check_can_answer_notice(held, by=by)
    if held.acknowledged_at:
        return held
    if not seen_to_by.strip():
        raise ValidationError({"seen_to_by": "Enter the name of who will see to it."})
    held.acknowledged_at, held.acknowledged_by = clock.now(), by
    held.seen_to_by, held.answer = seen_to_by, answer
    if not held.read_at:
        held.read_at, held.read_by = clock.now(), by
    held.save()
    for url in (_for_receiver(held), _for_sender(held), _for_hub(held)):
        accounts.commands.settle(url=url, by=by)
    accounts.commands.notify(
        held.sent_by,
        f"{held.agency} sees to notice {held.reference}",
        url=_for_sender(held),
        by=by,
    )
    audit.commands.record(
        Kind.ALTERATION, "acknowledge notice", persons=[held.person_id], records=_named(held), by=by
    )
    return held


@asking.command
def recall_notice(notice: Notice, *, reason: str, by: User) -> Notice:
    """Take a notice back, as when it went to the wrong school: in this second it is gone for them.

    What was read was read: information governance is told. Recalled twice, the first stands.
    """
    if notice.contact_id:
        _hold_contact(notice.contact_id)
    held = _hold(notice)
    permissions.check_can_recall_notice(held, by=by)
    if held.recalled_at:
        return held
    if not reason.strip():
        raise ValidationError({"reason": "Say why you recall this notice."})
    return _recall(held, reason=reason, by=by)


@asking.command
def recall_notices_of(contact: Contact, *, by: User) -> None:
    """A contact is police only now: what it told other agencies is theirs no more."""
    for notice in Notice.objects.standing().filter(contact=contact).order_by("pk"):
        _recall(_hold(notice), reason="Its contact was marked police only", by=by)


def _recall(held: Notice, *, reason: str, by: User) -> Notice:
    held.recalled_at, held.recalled_by, held.recall_reason = clock.now(), by, reason
    held.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
    for url in (_for_receiver(held), _for_sender(held), _for_hub(held)):
        accounts.commands.settle(url=url, by=by)
    if held.event:
        cases.commands.narrow_event(held.event, to=held.sent_by.agency, by=by)
    cases.commands.add_event(
        held.person,
        EventKind.SHARE,
        f"Notice to {held.agency} recalled",
        detail=reason,
        contact=held.contact,
        police_only=held.contact is not None and held.contact.is_police_only,
        audience=[held.sent_by.agency],
        by=by,
    )
    audit.commands.record(
        Kind.ALTERATION,
        "recall notice",
        persons=[held.person_id],
        records=_named(held) | {"to agency": held.agency_id},
        ground="notice",
        by=by,
    )
    _tell_of_recall(held, by=by)
    return held


def _tell_of_recall(held: Notice, *, by: User) -> None:
    """Information governance, and the sender where somebody else recalls it: no child is named."""
    read = "after it was read" if held.read_at else "before anybody there had read it"
    text = f"Notice {held.reference} was recalled {read}"
    governing = User.objects.filter(
        agency=held.sent_by.agency,
        is_active=True,
        roles__contains=[Role.INFORMATION_GOVERNANCE],
    )
    for user in governing.order_by("pk"):
        accounts.commands.notify(user, text, url="/record-of-use", by=by)
    if held.sent_by_id != by.pk:
        accounts.commands.notify(held.sent_by, text, url=_for_sender(held), by=by)


@asking.command
def chase_notices(*, by: User) -> int:
    """Tell who must know of notices that wait: each of them once; how many were chased.

    An hour before the answer is due, unread: the receiver's managers. At that time, not seen to: the
    sender and the hub. Safe to run twice.
    """
    now = clock.now()
    waiting = Notice.objects.to_see_to().select_related("agency", "sent_by", "person")
    waiting = waiting.select_for_update(of=("self",), no_key=True).order_by("pk")
    unread = waiting.filter(
        read_at=None, managers_told_at=None, answer_due_at__lte=now + WARNED_BEFORE
    )
    unseen = waiting.filter(climbed_at=None, answer_due_at__lte=now)
    warned, climbed = list(unread), list(unseen)
    for notice in warned:
        _chase(notice, "managers_told_at", _managers(notice.agency), by=by)
    for notice in climbed:
        _chase(notice, "climbed_at", [notice.sent_by], by=by)
        _call_hub(notice, by=by)
    return len(warned) + len(climbed)


def _chase(notice: Notice, told: str, whom: Iterable[User], *, by: User) -> None:
    setattr(notice, told, clock.now())
    notice.save(update_fields=[told])
    for user in whom:
        ours = user.agency_id == notice.agency_id
        text = f"Notice {notice.reference} has not been opened yet: see to it now"
        if not ours:
            text = f"Nobody of {notice.agency} sees to notice {notice.reference} yet: call them"
        url = _for_receiver(notice) if ours else _for_sender(notice)
        accounts.commands.notify(user, text, url=url, by=by)
    audit.commands.record(
        Kind.ALTERATION, "chase notice", persons=[notice.person_id], records=_named(notice), by=by
    )


def _managers(agency: Agency) -> list[User]:
    """The agency's active managers; all who read its notices where there is none."""
    staff = User.objects.filter(agency=agency, is_active=True).order_by("pk")
    managers = list(staff.filter(roles__contains=[Role.PARTNER_MANAGER]))
    return managers or list(staff.filter(roles__contains=[Role.PARTNER_PRACTITIONER]))


def _call_hub(notice: Notice, *, by: User) -> None:
    """The hub rings the agency: the line says which, and opens no notice."""
    hub = accounts.queries.hub(viewer=by)
    if hub is None:
        return
    text = f"Nobody of {notice.agency} sees to notice {notice.reference} yet: call "
    for place in hub.memberships.filter(until=None, user__is_active=True).select_related("user"):
        accounts.commands.notify(
            place.user, text + (notice.agency.phone or "them"), url=_for_hub(notice), by=by
        )
