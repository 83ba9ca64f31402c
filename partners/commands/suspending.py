"""Suspend an agreement, and resume it: decisions, each with its reason, that hold in that second."""

from django.core.exceptions import ValidationError

import asking
import audit.commands
import cases.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases.access import grants
from partners import permissions
from partners.commands.shares import end_shares
from partners.commands.telling import tell_chronology, tell_owners
from partners.commands.windows import open_anew
from partners.models import Agreement, Share, Suspension

NOT_OPENED = "Not opened again as the agreement was resumed"


@asking.command
def suspend_agreement(agreement: Agreement, *, reason: str, by: User) -> Suspension:
    """Nothing is open under it from this second on, safeguarding included; each share's owners are told.

    Suspended twice, the first decision stands.
    """
    permissions.check_can_sign_agreement(by=by)
    held = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if suspension := held.suspension:
        return suspension
    if not reason.strip():
        raise ValidationError({"reason": "Say why this agreement is suspended."})
    suspension = Suspension.objects.create(
        agreement=held, suspended_at=clock.now(), suspended_by=by, reason=reason
    )
    shares = _standing(held)
    # All at once: closing one by one, two suspensions could wait for each other's agencies.
    grants.end(*(share.grant_ref for share in shares))
    for share in shares:
        says = f"Sharing with {share.agency} suspended"
        tell_chronology(share, says, reason, by=by)
        tell_owners(
            share,
            f"{held} is suspended: {share.agency} sees nothing of {_named(share)}",
            by=by,
        )
    _record("suspend agreement", held, shares, reason, by)
    return suspension


@asking.command
def resume_agreement(agreement: Agreement, *, reason: str, by: User) -> Agreement:
    """What is still within its window is open again, as a new period. Resumed twice, it is once.

    A share with an agency that, it is said meanwhile, must not be told ends instead, and its owners
    are told.
    """
    permissions.check_can_sign_agreement(by=by)
    # Children before agreements, as where something is shared. While it is suspended none is added.
    under = Share.objects.standing().filter(agreement=agreement)
    unsafe = cases.commands.not_told(under.values_list("person_id", flat=True), by=by)
    held = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    suspension = held.suspension
    if suspension is None:
        return held
    if not reason.strip():
        raise ValidationError({"reason": "Say why this agreement is resumed."})
    suspension.resumed_at, suspension.resumed_by = clock.now(), by
    suspension.resumed_why = reason
    suspension.save(update_fields=["resumed_at", "resumed_by", "resumed_why"])
    shares = _standing(held)
    closed = [share for share in shares if share.agency_id in unsafe.get(share.person_id, ())]
    _leave_closed(held, closed, by=by)
    for share in (share for share in shares if share not in closed):
        open_anew(share, by=by)
        tell_chronology(share, f"Sharing with {share.agency} resumed", reason, by=by)
        tell_owners(share, f"{held} is resumed: {share.agency} sees {_named(share)} again", by=by)
    _record("resume agreement", held, shares, reason, by)
    return held


def _leave_closed(agreement: Agreement, shares: list[Share], *, by: User) -> None:
    """End what must not be open again. The receiver may read the reason: it does not say who said what."""
    of = Share.objects.filter(pk__in=[share.pk for share in shares])
    end_shares(of, reason=NOT_OPENED, by=by)
    for share in shares:
        says = (
            f"{share.agency} must not be told: {share.reference} ended as {agreement} was resumed"
        )
        tell_owners(share, says, by=by)


def _standing(agreement: Agreement) -> list[Share]:
    """The shares under it that are not over, locked."""
    standing = Share.objects.standing().filter(agreement=agreement).order_by("pk")
    return list(
        standing.select_for_update(of=("self",), no_key=True).select_related(
            "person", "place__case__lead_worker", "agency__group", "agreement", "decided_by"
        )
    )


def _named(share: Share) -> str:
    return share.place.case.reference if share.place else share.person.reference


def _record(verb: str, agreement: Agreement, shares: list[Share], reason: str, by: User) -> None:
    audit.commands.record(
        Kind.ALTERATION,
        verb,
        persons={share.person_id for share in shares},
        records={"agreement": agreement.pk, "shares": [share.pk for share in shares]},
        reason=reason,
        by=by,
    )
