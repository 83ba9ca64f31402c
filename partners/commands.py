"""Sign agreements, share a child's place under one, end it, decide not to; add what a partner knows,
ask for it; keep what a family says to help; send notices."""

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
import cases.queries
import clock
from accounts.models import Agency, Role, User
from audit.models import Kind
from cases.access import grants, scope
from cases.models import CaseChild, Contact, EventKind, Person, Section
from govuk.dates import date_in_words
from partners import permissions, queries
from partners.models import (
    NOT_TO_BE_ASKED,
    Agreement,
    Answer,
    Audience,
    Consent,
    Contribution,
    DecisionNotToShare,
    InformationRequest,
    LawfulBasis,
    Notice,
    NoticeKind,
    NotSharingReview,
    Outcome,
    PassedOn,
    RequestAnswer,
    Share,
    Who,
    WithdrawalDecision,
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
    if decided := _decided_not_to(place, agency, by=by):
        errors["agency"] = _stands_already(decided)
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


def _decided_not_to(place: CaseChild, agency: Agency, *, by: User) -> DecisionNotToShare | None:
    """The decision not to share this with them that stands, of those that the sharer may know of."""
    person = Person.objects.select_for_update(no_key=True).get(pk=place.person_id)
    known = queries.decisions_not_to_share(person, viewer=by).filter(agency=agency, ended_at=None)
    return known.filter(Q(place=place) | Q(place=None)).first()


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
    place: CaseChild,
    *,
    text: str,
    voice: str,
    audience: Iterable[str],
    named: Iterable[Agency] = (),
    by: User,
) -> Contribution:
    """Add what a partner knows to a child's place that is open to them, for the audience they choose.

    `named`: agencies at the child's table, which the author may name while they sit there too. The
    author's own agency always reads it. The same words sent twice by one person are one.
    ValidationError at the field for what is missing, or an agency that is not theirs to name.
    """
    permissions.check_can_contribute(place, by=by)
    named = list(named)
    groups = [group for group in Audience.values if group in set(audience)]
    errors = {}
    if not text.strip():
        errors["text"] = "Write what you know."
    if not groups and not named:
        errors["audience"] = "Choose who may read it."
    if not set(named) <= set(queries.agencies_to_name(place, viewer=by)):
        errors["named"] = "Choose from the agencies on the team around the child."
    if errors:
        raise ValidationError(errors)
    place = cases.commands.hold_open(place, by=by)
    return _add(place, text=text, voice=voice, audience=groups, named=named, by=by)


def _add(
    place: CaseChild, *, text: str, voice: str, audience: list[str], named: list[Agency], by: User
) -> Contribution:
    """Keep somebody's words with their audience, once. The caller has checked, and holds the place."""
    added, is_new = Contribution.objects.get_or_create(
        place=place,
        by=by,
        text=text,
        voice=voice,
        audience=audience,
        named=sorted(agency.pk for agency in named),
        defaults={"agency": by.agency, "at": clock.now()},
    )
    if not is_new:
        return added
    _tell_chronology_of_contribution(added, named, by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "contribute",
        persons=[place.person_id],
        records={"contribution": added.pk, "place": place.pk, "to agencies": added.named},
        by=by,
    )
    if _is_meant_for_lead_worker(added):
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


def _tell_chronology_of_contribution(added: Contribution, named: list[Agency], *, by: User) -> None:
    """The line says that something was added, to the full record and its audience; the words stand
    in it where the audience holds everybody who reads the full record."""
    place = added.place
    told = {by.agency, *named}
    if Audience.CASE_TEAM in added.audience:
        told.add(place.case.team.agency)
    words = added.text
    if added.voice:
        words = f"{words}\n\nThe child's words: {added.voice}"
    cases.commands.add_event(
        place.person,
        EventKind.CONTRIBUTION,
        f"{by.agency} added what they know",
        detail=words if added.is_for_the_full_record else "",
        place=place,
        audience=sorted(told, key=lambda agency: agency.pk),
        by=by,
    )


def _is_meant_for_lead_worker(added: Contribution) -> bool:
    agency = added.place.case.lead_worker.agency
    return (
        Audience.CASE_TEAM in added.audience
        or agency.pk in added.named
        or (agency.is_lead and Audience.LEAD_AGENCY in added.audience)
    )


@asking.command
def pass_on(
    contribution: Contribution,
    *,
    agencies: Iterable[Agency],
    agreed_by_author: bool = False,
    override_reason: str = "",
    by: User,
) -> PassedOn:
    """Show a contribution to agencies that its author did not mean, with their agreement or a reason.

    Only agencies to which the contributions of this place are open. The author is told. Passed on
    to the same agencies twice, it is once. ValidationError at the field for what is missing.
    """
    permissions.check_can_pass_on(contribution.place, by=by)
    queries.contribution(contribution.pk, viewer=by)
    held = Contribution.objects.select_for_update(of=("self",), no_key=True)
    added = held.select_related("place__case", "agency", "by").get(pk=contribution.pk)
    chosen = sorted({agency.pk for agency in agencies})
    if done := _passed_on_already(added, chosen):
        return done
    override_reason = "" if agreed_by_author else override_reason.strip()
    offered = set(queries.agencies_to_pass_on_to(added, viewer=by).values_list("pk", flat=True))
    errors = {}
    if not chosen or not set(chosen) <= offered:
        errors["agencies"] = (
            "Choose agencies to which this child’s contributions are open, and that have not read it."
        )
    if not agreed_by_author and not override_reason:
        errors["override_reason"] = "Say why it is passed on without the author’s agreement."
    if errors:
        raise ValidationError(errors)
    passed = PassedOn.objects.create(
        contribution=added,
        agencies=chosen,
        agreed_by_author=agreed_by_author,
        override_reason=override_reason,
        at=clock.now(),
        by=by,
    )
    added.named = sorted({*added.named, *chosen})
    added.save(update_fields=["named"])
    _tell_of_passing_on(passed, added, by=by)
    return passed


def _passed_on_already(added: Contribution, chosen: list[int]) -> PassedOn | None:
    """The last passing on to exactly these agencies, if there was one."""
    return added.passed_on.filter(agencies=chosen).order_by("-pk").first() if chosen else None


def _tell_of_passing_on(passed: PassedOn, added: Contribution, *, by: User) -> None:
    """Audited as a disclosure; the author hears of it, and not to whom: they need not know who helps."""
    how = "with your agreement" if passed.agreed_by_author else "without your agreement"
    audit.commands.record(
        Kind.DISCLOSURE,
        "pass on",
        persons=[added.place.person_id],
        records={"contribution": added.pk, "to agencies": passed.agencies},
        sections=[Section.CONTRIBUTIONS],
        ground="author agreed" if passed.agreed_by_author else "override",
        by=by,
    )
    opens = scope.places_visible_to(added.by).filter(pk=added.place_id).exists()
    lead = added.place.case.lead_worker
    accounts.commands.notify(
        added.by,
        f"What you added to {added.place.case.reference} was passed on {how}. Ask {lead} about it",
        url=f"/children/{added.place.person_id}" if opens else "/",
        by=by,
    )


# --- agreement to help


@asking.command
def record_consent(
    place: CaseChild,
    *,
    answer: str,
    who: str = "",
    competence: str = "",
    competence_judged_by: str = "",
    said_to: str = "",
    said_on: date | None = None,
    in_writing: bool = False,
    until: date | None = None,
    ask_again_on: date | None = None,
    why_not: str = "",
    by: User,
) -> Consent:
    """Record what a family said to early help for one child: yes, no, or why they were not asked.

    `until` is exclusive. A no opens a decision due today, as a withdrawal does. The same sent twice
    by one person is one. ValidationError at the field for what is missing or not theirs to agree to.
    """
    permissions.check_can_keep_consent(place, by=by)
    place = cases.commands.hold_open(place, by=by)
    says = {
        "place": place,
        "answer": answer,
        "who": who,
        "competence": competence,
        "competence_judged_by": competence_judged_by,
        "said_to": said_to,
        "said_on": said_on,
        "in_writing": in_writing,
        "until": until,
        "ask_again_on": ask_again_on,
        "why_not": why_not,
        "recorded_by": by,
    }
    consent = Consent(**says, recorded_at=clock.now())
    if errors := consent.refusals(age=cases.queries.age(place.person, viewer=by)):
        raise ValidationError(errors)
    if kept := Consent.objects.filter(**says, withdrawn_at=None).first():
        return kept
    consent.save()
    _tell_of_consent(consent, "Agreement to help recorded", by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "record consent",
        persons=[place.person_id],
        records={"consent": consent.pk, "place": place.pk},
        by=by,
    )
    if answer == Answer.SAID_NO:
        _open_decision(consent, by=by)
    return consent


@asking.command
def withdraw_consent(consent: Consent, *, who: str, how: str, by: User) -> WithdrawalDecision:
    """Record that an agreement to help was taken back, and open the decision that is due today.

    `how`: whom they told, and what. Withdrawn twice, it stays as it was first. ValidationError at
    the field for what is missing.
    """
    permissions.check_can_keep_consent(consent.place, by=by)
    place = cases.commands.hold_open(consent.place, by=by)
    kept = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
    if kept.withdrawn_at:
        return kept.decision
    errors = {}
    if kept.answer != Answer.AGREED:
        errors["how"] = "Only an agreement can be withdrawn: record what they say now instead."
    elif not how.strip():
        errors["how"] = "Say how you know: whom they told, and what."
    if who not in Who.values:
        errors["who"] = "Choose who took it back."
    if errors:
        raise ValidationError(errors)
    kept.place = place
    kept.withdrawn_at, kept.withdrawn_by = clock.now(), by
    kept.withdrawn_who, kept.withdrawn_how = who, how
    kept.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_who", "withdrawn_how"])
    _tell_of_consent(kept, "Agreement to help withdrawn", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "withdraw consent",
        persons=[place.person_id],
        records={"consent": kept.pk, "place": place.pk},
        by=by,
    )
    return _open_decision(kept, by=by)


def _open_decision(consent: Consent, *, by: User) -> WithdrawalDecision:
    decision = WithdrawalDecision.objects.create(
        consent=consent, opened_at=clock.now(), due_on=clock.today()
    )
    _call_to_decide(decision, by=by)
    return decision


def _call_to_decide(decision: WithdrawalDecision, *, by: User) -> list[User]:
    """Tell the lead worker and whoever supervises; the line leads only where they may go."""
    case = decision.consent.place.case
    was = "withdrawn" if decision.consent.withdrawn_at else "refused"
    late = "" if decision.due_on == clock.today() else ", late"
    told = {case.lead_worker, *queries.supervisors(case, viewer=by)}
    for user in sorted(told, key=lambda each: each.pk):
        opens = scope.places_visible_to(user).filter(pk=decision.consent.place_id).exists()
        accounts.commands.notify(
            user,
            f"Agreement to help was {was} in {case.reference}: decide today{late}",
            url=f"/withdrawals/{decision.pk}" if opens else "/",
            by=by,
        )
    return list(told)


def _tell_of_consent(consent: Consent, says: str, detail: str = "", *, by: User) -> None:
    """For the full record and the agency that runs the case: what a family says stays with those."""
    cases.commands.add_event(
        consent.place.person,
        EventKind.CASE,
        says,
        detail=detail or consent.get_answer_display(),
        place=consent.place,
        audience=[consent.place.case.team.agency],
        by=by,
    )


@asking.command
def decide_on_withdrawal(
    decision: WithdrawalDecision, *, outcome: str, danger: str, basis: str = "", by: User
) -> WithdrawalDecision:
    """Decide what follows from a withdrawal, with the danger to the child weighed in words.

    To end ends the shares of the place in that second; help itself ends through the case. To go on
    takes the other basis in words. Decided twice, it stays as it was first decided. ValidationError
    at the field for what is missing.
    """
    permissions.check_can_keep_consent(decision.consent.place, by=by)
    held = WithdrawalDecision.objects.select_for_update(of=("self",), no_key=True)
    found = held.select_related("consent__place__person", "consent__place__case__team__agency")
    decided = found.get(pk=decision.pk)
    if decided.decided_at:
        return decided
    errors = {}
    if outcome not in Outcome.values:
        errors["outcome"] = "Choose what follows."
    if not danger.strip():
        errors["danger"] = "Weigh the danger to the child, in words."
    if outcome == Outcome.GO_ON and not basis.strip():
        errors["basis"] = "Say on which other basis help goes on."
    if errors:
        raise ValidationError(errors)
    decided.outcome, decided.danger = outcome, danger
    decided.basis = basis if outcome == Outcome.GO_ON else ""
    decided.decided_at, decided.decided_by = clock.now(), by
    decided.save(update_fields=["outcome", "danger", "basis", "decided_at", "decided_by"])
    _carry_out(decided, by=by)
    return decided


def _carry_out(decided: WithdrawalDecision, *, by: User) -> None:
    place = decided.consent.place
    _tell_of_consent(
        decided.consent,
        "Decided after agreement to help was withdrawn",
        f"{Outcome(decided.outcome).label}. {decided.danger} {decided.basis}".strip(),
        by=by,
    )
    if decided.outcome == Outcome.END:
        for running in Share.objects.live().filter(place=place).order_by("pk"):
            end_share(running, reason="The family withdrew their agreement to help", by=by)
    accounts.commands.settle(url=f"/withdrawals/{decided.pk}", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "decide on withdrawal",
        persons=[place.person_id],
        records={"withdrawal": decided.pk, "consent": decided.consent_id},
        reason=Outcome(decided.outcome).label,
        by=by,
    )


@asking.command
def remind_of_withdrawals(*, by: User) -> int:
    """Call again for each decision that was due on an earlier day, once a day; returns how many."""
    due = WithdrawalDecision.objects.filter(decided_at=None, due_on__lt=clock.today())
    unsaid = due.exclude(reminded_on=clock.today()).select_for_update(of=("self",), no_key=True)
    called = unsaid.select_related("consent__place__case__lead_worker").order_by("pk")
    for decision in called:
        told = _call_to_decide(decision, by=by)
        decision.reminded_on = clock.today()
        decision.save(update_fields=["reminded_on"])
        audit.commands.record(
            Kind.ALTERATION,
            "remind of withdrawal",
            persons=[decision.consent.place.person_id],
            records={"withdrawal": decision.pk, "users": sorted(user.pk for user in told)},
            by=by,
        )
    return len(called)


# --- decisions not to share


@asking.command
def decide_not_to_share(
    person: Person,
    *,
    place: CaseChild | None = None,
    agency: Agency,
    considered: str,
    detriment: str,
    review_on: date,
    by: User,
) -> DecisionNotToShare:
    """Keep that a child's record, or one place of it, is not shared with an agency, and why.

    Until it is reviewed nothing of it can be shared with them. ValidationError at the field for
    what is missing, a review that is not after today, or an agency that it is shared with already.
    """
    permissions.check_can_decide_not_to_share(person, place, by=by)
    # Whoever shares holds the place: of a share and this at once, the second learns of the first.
    if place is not None:
        place = cases.commands.hold_open(place, by=by)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    says = {"person": person, "place": place, "agency": agency}
    standing = DecisionNotToShare.objects.standing().filter(**says).first()
    if standing and (standing.considered, standing.detriment) == (considered, detriment):
        return standing
    if errors := _not_decidable(standing, considered, detriment, review_on, says):
        raise ValidationError(errors)
    decision = DecisionNotToShare.objects.create(
        **says,
        considered=considered,
        detriment=detriment,
        review_on=review_on,
        decided_at=clock.now(),
        decided_by=by,
    )
    _tell_of_not_sharing(decision, f"Decided not to share with {agency}", by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "decide not to share",
        persons=[person.pk],
        records={"decision not to share": decision.pk, "agency": agency.pk},
        by=by,
    )
    return decision


def _not_decidable(
    standing: DecisionNotToShare | None,
    considered: str,
    detriment: str,
    review_on: date,
    says: dict[str, Any],
) -> dict[str, str]:
    """What keeps a decision not to share from being kept: {field: what to do}."""
    agency, place = says["agency"], says["place"]
    where = {"place": place} if place else {"place__person": says["person"]}
    shared = Share.objects.live().filter(agency=agency, **where).exists()
    misfits = {
        "considered": (not considered.strip(), "Say what was asked for, or considered."),
        "detriment": (
            not detriment.strip(),
            "Weigh what harm could come of sharing, and of not sharing.",
        ),
        "review_on": (review_on <= clock.today(), "The review must be after today."),
    }
    if shared:
        misfits["agency"] = (True, f"This is shared with {agency} now: end that share first.")
    elif standing or agency.is_lead:
        lead = "Choose a partner: the lead agency holds the record."
        misfits["agency"] = (True, _stands_already(standing) if standing else lead)
    return {field: words for field, (is_misfit, words) in misfits.items() if is_misfit}


def _stands_already(decision: DecisionNotToShare) -> str:
    on = date_in_words(clock.london_date(decision.decided_at))
    return f"It was decided on {on} not to share this with {decision.agency}: review that first."


def _tell_of_not_sharing(decision: DecisionNotToShare, says: str, *, by: User) -> None:
    """For the full record and the agency that runs the case: no partner learns who is not told."""
    place = decision.place
    runs = place.case.team.agency if place else accounts.queries.lead_agency(viewer=by)
    cases.commands.add_event(
        decision.person,
        EventKind.SHARE,
        says,
        place=decision.place,
        audience=[runs or by.agency],
        by=by,
    )


@asking.command
def review_not_sharing(
    decision: DecisionNotToShare,
    *,
    still_not: bool,
    reason: str,
    next_on: date | None = None,
    by: User,
) -> DecisionNotToShare:
    """Look back at a decision not to share: it stands until `next_on`, or it ends and sharing follows.

    The same sent twice by one person on a day is one; what has ended stays ended. ValidationError
    at the field for what is missing.
    """
    permissions.check_can_decide_not_to_share(decision.person, decision.place, by=by)
    held = DecisionNotToShare.objects.select_for_update(of=("self",), no_key=True)
    reviewed = held.select_related("person", "place__case__team__agency", "agency").get(
        pk=decision.pk
    )
    says = {"still_not": still_not, "reason": reason, "by": by}
    next_on = next_on if still_not else None
    if reviewed.ended_at or reviewed.reviews.filter(**says, next_on=next_on).exists():
        return reviewed
    errors = {}
    if not reason.strip():
        errors["reason"] = "Say why."
    if still_not and (next_on is None or next_on <= clock.today()):
        errors["next_on"] = "The next review must be after today."
    if errors:
        raise ValidationError(errors)
    NotSharingReview.objects.create(decision=reviewed, **says, next_on=next_on, at=clock.now())
    if next_on is None:
        reviewed.ended_at = clock.now()
    else:
        reviewed.review_on = next_on
    reviewed.save(update_fields=["ended_at", "review_on"])
    outcome = "stands" if still_not else "ended"
    _tell_of_not_sharing(reviewed, f"Decision not to share with {reviewed.agency} {outcome}", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "review not sharing",
        persons=[reviewed.person_id],
        records={"decision not to share": reviewed.pk},
        reason=outcome,
        by=by,
    )
    return reviewed


# --- requests for information


@asking.command
def ask_for_information(
    place: CaseChild, *, agency: Agency, what: str, why: str, needed_by: date, by: User
) -> InformationRequest:
    """Ask an agency to which the child's place is open what it knows, by a day (inclusive).

    The same sent twice by one person is one. ValidationError at the field for what is missing, and
    for an agency that may not be asked by name: to it the request itself would tell of the child.
    """
    permissions.check_can_ask(place, by=by)
    place = cases.commands.hold_open(place, by=by)
    errors = {}
    if agency not in queries.agencies_to_ask(place, viewer=by):
        errors["agency"] = NOT_TO_BE_ASKED
    if not what.strip():
        errors["what"] = "Say what you ask for."
    if not why.strip():
        errors["why"] = "Say why you need to know."
    if needed_by < clock.today():
        errors["needed_by"] = "The date must be today or later."
    if errors:
        raise ValidationError(errors)
    says = {
        "place": place,
        "from_agency": by.agency,
        "to_agency": agency,
        "what": what,
        "why": why,
        "needed_by": needed_by,
        "sent_by": by,
    }
    if waiting := InformationRequest.objects.filter(**says, answered_at=None).first():
        return waiting
    asked = InformationRequest.objects.create(**says, sent_at=clock.now())
    audit.commands.record(
        Kind.DISCLOSURE,
        "ask for information",
        persons=[place.person_id],
        records={"request": asked.pk, "to agency": agency.pk},
        by=by,
    )
    _tell_who_is_asked(asked, by=by)
    return asked


def _tell_who_is_asked(asked: InformationRequest, *, by: User) -> None:
    """Those of the agency who sit at the child's table, or lead the case; the others read My work."""
    seats = asked.place.team_places.filter(until=None, user__agency=asked.to_agency)
    told = {seat.user for seat in seats.select_related("user")}
    lead = asked.place.case.lead_worker
    if lead.agency_id == asked.to_agency_id:
        told.add(lead)
    for user in sorted(told, key=lambda each: each.pk):
        accounts.commands.notify(
            user,
            f"{asked.from_agency} asks what you know, in {asked.place.case.reference}",
            url=f"/requests/{asked.pk}",
            by=by,
        )


@asking.command
def answer_request(
    asked: InformationRequest,
    *,
    answer: str,
    text: str = "",
    reason: str = "",
    by: User,
) -> InformationRequest:
    """Answer an agency that asked: what is known (kept as a contribution for them), nothing, or no.

    Answered twice, it stays as it was first answered. ValidationError at the field for what is
    missing, and where what they see of the child leaves out contributions.
    """
    queries.request(asked.pk, viewer=by)
    # As every writer does: the child's place first, then what belongs to it.
    place = cases.commands.hold_open(asked.place, by=by)
    held = InformationRequest.objects.select_for_update(of=("self",), no_key=True)
    request = held.select_related("from_agency", "to_agency", "sent_by").get(pk=asked.pk)
    if request.answered_at:
        return request
    permissions.check_can_answer(request, by=by)
    request.place = place
    if errors := _unanswerable(request, answer, text, reason):
        raise ValidationError(errors)
    if answer == RequestAnswer.GIVEN:
        is_lead = request.from_agency.is_lead
        request.contribution = _add(
            place,
            text=text,
            voice="",
            audience=[Audience.LEAD_AGENCY] if is_lead else [],
            named=[] if is_lead else [request.from_agency],
            by=by,
        )
    request.answer, request.reason = answer, reason if answer == RequestAnswer.DECLINED else ""
    request.answered_at, request.answered_by = clock.now(), by
    request.save()
    _tell_who_asked(request, by=by)
    return request


def _unanswerable(
    request: InformationRequest, answer: str, text: str, reason: str
) -> dict[str, str]:
    """What an answer lacks: {field: what to do}."""
    if answer not in RequestAnswer.values:
        return {"answer": "Choose an answer."}
    if answer == RequestAnswer.DECLINED and not reason.strip():
        return {"reason": "Say why you decline."}
    if answer != RequestAnswer.GIVEN:
        return {}
    if not text.strip():
        return {"text": "Write what you know."}
    told = scope.places_visible_to(request.sent_by, section=Section.CONTRIBUTIONS)
    if not told.filter(pk=request.place_id).exists():
        return {
            "answer": f"What {request.from_agency} sees of this child leaves out contributions: "
            "tell them in person, or have contributions shared with them first."
        }
    return {}


def _tell_who_asked(request: InformationRequest, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        "answer request",
        persons=[request.place.person_id],
        records={
            "request": request.pk,
            "to agency": request.from_agency_id,
            "contribution": request.contribution_id,
        },
        reason=RequestAnswer(request.answer).label,
        by=by,
    )
    accounts.commands.settle(url=f"/requests/{request.pk}", by=by)
    opens = scope.places_visible_to(request.sent_by).filter(pk=request.place_id).exists()
    accounts.commands.notify(
        request.sent_by,
        f"{request.to_agency} answered what you asked in {request.place.case.reference}",
        url=f"/requests/{request.pk}" if opens else "/",
        by=by,
    )
