"""The access rows of shares: opened, and their end moved within the agreement."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError

import asking
import cases.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases.access import grants
from govuk.dates import date_in_words
from partners import permissions
from partners.commands.telling import leave_entry, settle_owners, tell_chronology
from partners.models import Agreement, Share


def open_rows(shared: Share, *, by: User) -> None:
    """Write a share's rows from now, or from its start, until the least of its end and its agreement's.

    Part of the command that opens it, which leaves the entry.
    """
    grants.open_to(
        shared.agency.group,
        shared.subject,
        shared.sections,
        ground="share",
        grant_ref=shared.grant_ref,
        starts_at=shared.starts_at,
        until=shared.closes_at,
    )


def open_anew(shared: Share, *, by: User) -> None:
    """What begins again gets a new grant_ref. Part of the command that resumes it."""
    shared.grant_ref = uuid4()
    shared.save(update_fields=["grant_ref"])
    open_rows(shared, by=by)


@asking.command
def extend_share(
    share: Share, *, until: datetime, safe_to_tell_read: int | None = None, by: User
) -> Share:
    """Move a share's end to a later moment (exclusive), within its agreement. Sent twice, it is one.

    ValidationError at the field: the agreement is not in force, or does not reach so far; the share
    is over; whom it is safe to tell was not read (`safe_to_tell_read`: its version).
    """
    permissions.check_can_keep(share, by=by)
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=share.agreement_id)
    shared = (
        Share.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "place__case", "agency", "agreement")
        .get(pk=share.pk)
    )
    if shared.is_standing and shared.until == until:
        return shared
    cases.commands.refuse_hidden(shared.person, field="until", by=by)
    cases.commands.refuse_unless_safe(
        shared.person,
        safe_to_tell_read=safe_to_tell_read,
        to=[shared.agency],
        place=shared.place,
        field="until",
        instead="end the share",
        by=by,
    )
    if refused := _not_extended(shared, agreement, until):
        raise ValidationError({"until": refused})
    shared.until = until
    shared.save(update_fields=["until"])
    grants.set_until(shared.grant_ref, shared.closes_at)
    settle_owners(shared, by=by)
    tell_chronology(
        shared, f"Sharing with {shared.agency} extended", date_in_words(shared.last_day), by=by
    )
    leave_entry(Kind.DISCLOSURE, "extend share", shared, by=by)
    return shared


def _not_extended(shared: Share, agreement: Agreement, until: datetime) -> str:
    """Why a share's end cannot be moved there; '' if it can."""
    if not shared.is_standing:
        return "This share is over. Share anew instead."
    if agreement.is_suspended:
        return "The agreement is suspended: nothing can be extended under it."
    if not agreement.is_in_force:
        return "The agreement is not in force: share anew under one that is."
    latest = agreement.latest_end(is_safeguarding=shared.is_safeguarding)
    if not max(shared.until, clock.now()) < until <= latest:
        return (
            f"Choose a day after {date_in_words(shared.last_day)}, and "
            f"{date_in_words(_last_day_before(latest))} at the latest."
        )
    return ""


def _last_day_before(moment: datetime) -> date:
    return clock.london_date(moment - timedelta(microseconds=1))
