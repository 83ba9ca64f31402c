"""Send notices, read and acknowledge them, take them back, chase those that wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

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
from cases.models import Contact, EventKind, Person
from partners import permissions, queries
from partners.commands.not_sharing import tell_of_not_sharing
from partners.models import (
    DecisionNotToShare,
    LawfulBasis,
    Notice,
    NoticeKind,
)

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
    despite_decision: bool = False,
    by: User,
) -> Notice:
    """Tell one agency about one child and one incident, in words written for it.

    One for each contact (without a contact: for each moment), child, agency and kind: sent again,
    the first is the answer. `happened_at` of a notice about a contact is the contact's.
    `safe_to_tell_read`: the version of whom it is safe to tell that whoever sends has read.
    `despite_decision`: it cannot wait until a decision not to share is reviewed; kept where one stands.
    ValidationError at the field for whatever must not be sent so.
    """
    permissions.check_can_send_notice(person, by=by)
    if contact:
        # A newer text may be marking it police only at this moment.
        contact = _hold_contact(contact.pk)
        happened_at = contact.occurred_at
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    cases.commands.refuse_hidden(person, by=by)
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
        person,
        safe_to_tell_read=safe_to_tell_read,
        to=[agency],
        despite_decision=despite_decision,
        by=by,
    )
    decided = queries.decisions_in_the_way(person, None, agency, viewer=by)
    notice.despite_decision = bool(decided)
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
        records=_named(notice) | {"to agency": agency.pk} | _despite(decided),
        ground="notice",
        reason=f"{purpose} ({LawfulBasis(lawful_basis).label})",
        by=by,
    )
    says = f"Notice {notice.reference} sent to {agency} despite the decision not to share"
    for decision in decided:
        tell_of_not_sharing(decision, says, contact=contact, by=by)
    return notice


def _despite(decided: list[DecisionNotToShare]) -> dict[str, object]:
    """What the entry names where it could not wait."""
    pks = [decision.pk for decision in decided]
    return {"despite decision not to share": pks} if pks else {}


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
    cases.commands.tell_of(
        held.person,
        [accounts.queries.stands_for(held.sent_by, viewer=by)],
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
def recall_notices_of(contacts: Sequence[Contact], *, by: User) -> None:
    """These contacts are police only now: what they told other agencies is theirs no more."""
    for notice in Notice.objects.standing().filter(contact__in=contacts).order_by("pk"):
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
        cases.commands.tell_of(held.person, [held.sent_by], text, url=_for_sender(held), by=by)


@asking.command
def chase_notices(*, by: User) -> int:
    """Tell who must know of notices that wait: each of them once; how many were chased.

    An hour before the answer is due, unread: the receiver's managers. At that time, not seen to: the
    sender and the hub. Safe to run twice.
    """
    now = clock.now()
    waiting = Notice.objects.to_see_to().select_related("agency", "sent_by", "person")
    waiting = waiting.select_for_update(of=("self",), no_key=True).order_by("pk")
    unread = Q(read_at=None, managers_told_at=None, answer_due_at__lte=now + WARNED_BEFORE)
    unseen = Q(climbed_at=None, answer_due_at__lte=now)
    # All at once, in the order in which a contact that turns police only takes them back.
    held = [notice.pk for notice in waiting.filter(unread | unseen)]
    late = waiting.filter(pk__in=held)
    warned, climbed = list(late.filter(unread)), list(late.filter(unseen))
    for notice in warned:
        _chase(notice, "managers_told_at", _managers(notice.agency), by=by)
    for notice in climbed:
        sender = accounts.queries.stands_for(notice.sent_by, viewer=by)
        _chase(notice, "climbed_at", [sender], by=by)
        _call_hub(notice, by=by)
    return len(warned) + len(climbed)


def _chase(notice: Notice, told: str, whom: Iterable[User], *, by: User) -> None:
    setattr(notice, told, clock.now())
    notice.save(update_fields=[told])
    text = f"Nobody of {notice.agency} sees to notice {notice.reference} yet: call them"
    url = _for_sender(notice)
    if told == "managers_told_at":
        text = f"Notice {notice.reference} has not been opened yet: see to it now"
        url = _for_receiver(notice)
    cases.commands.tell_of(notice.person, whom, text, url=url, by=by)
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
    text += notice.agency.phone or "them"
    places = hub.memberships.filter(until=None, user__is_active=True).select_related("user")
    hub_staff = [place.user for place in places]
    cases.commands.tell_of(notice.person, hub_staff, text, url=_for_hub(notice), by=by)


def call_senders(person: Person, agencies: Iterable[int], *, by: User) -> None:
    """Whoever sent a notice that nobody sees to yet decides whether it is taken back, now that its
    receiver must not be told; of a sender who has left, whoever took over from them."""
    waiting = Notice.objects.to_see_to().filter(person=person, agency__in=agencies)
    for notice in waiting.select_related("agency", "sent_by", "person").order_by("pk"):
        sender = accounts.queries.successor(notice.sent_by, viewer=by) or notice.sent_by
        text = f"{notice.agency} must not be told, and notice {notice.reference} is open to them"
        cases.commands.tell_of(notice.person, [sender], text, url=_for_sender(notice), by=by)


def settle_notices_of(person: Person, *, by: User) -> None:
    """The child is hidden now: lines that lead to what was told of them leave every home page."""
    for notice in Notice.objects.filter(person=person).order_by("pk"):
        for url in (_for_receiver(notice), _for_sender(notice), _for_hub(notice)):
            accounts.commands.settle(url=url, by=by)
