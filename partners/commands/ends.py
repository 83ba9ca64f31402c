"""An agreement's end is warned of; what goes on after it for safeguarding climbs to its owners daily."""

from datetime import date

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from govuk.dates import date_in_words
from partners import permissions, queries
from partners.commands.telling import settle_owners, tell_owners
from partners.models import Agreement, EndWarning, Share

# Days before the end (design/access.md), the nearest first.
WARNED_OF = (7, 30, 60)


@asking.command
def warn_of_ends(*, on: date, by: User) -> int:
    """The day's warnings, each once: how many agreements and shares were told of. Run twice: no more.

    `on`: the London day. An agreement that was signed, or a day that was missed, so late that two
    warnings are due is warned of once, with the nearer.
    """
    permissions.check_can_warn_of_ends(by=by)
    ending = Agreement.objects.filter(ends_on__gt=on).order_by("pk")
    warned = [each for each in ending.select_for_update(no_key=True) if _warn(each, on, by=by)]
    going_on = (
        Share.objects.standing()
        .filter(agreement__ends_on__lte=on)
        .exclude(safeguarding_reason="")
        .exclude(climbed_on=on)
        .select_for_update(of=("self",), no_key=True)
        .select_related("agreement", "agency", "decided_by", "place__case__lead_worker", "person")
    )
    climbed = [_climb(each, on, by=by) for each in going_on.order_by("pk") if each.is_live]
    if warned or climbed:
        audit.commands.record(
            Kind.ALTERATION,
            "warn of ends",
            persons={share.person_id for share in climbed},
            records={
                "agreements": [agreement.pk for agreement in warned],
                "shares": [share.pk for share in climbed],
            },
            by=by,
        )
    return len(warned) + len(climbed)


def _warn(agreement: Agreement, on: date, *, by: User) -> bool:
    """Tell who signs agreements, and the owners of shares under it, if a warning is due."""
    left = (agreement.ends_on - on).days
    due = next((days for days in WARNED_OF if left <= days), None)
    if due is None:
        return False
    _, is_new = EndWarning.objects.get_or_create(
        agreement=agreement, days_before=due, defaults={"warned_at": clock.now()}
    )
    if not is_new:
        return False
    ends = f"{agreement} ends on {date_in_words(agreement.last_day)}"
    for signer in queries.signers(viewer=by):
        accounts.commands.notify(
            signer, f"{ends}: sign the next one", url=f"/agreements/{agreement.pk}", by=by
        )
    under = Share.objects.standing().filter(agreement=agreement).order_by("pk")
    for share in under.select_related("agency", "decided_by", "place__case__lead_worker"):
        tell_owners(share, f"{ends}: {share.agency} reads {share.reference} under it", by=by)
    return True


def _climb(share: Share, on: date, *, by: User) -> Share:
    """Yesterday's line gives way to today's."""
    share.climbed_on = on
    share.save(update_fields=["climbed_on"])
    settle_owners(share, by=by)
    tell_owners(
        share,
        f"{share.reference} with {share.agency}, for safeguarding, goes on without an agreement "
        f"{_how_long((clock.london_date(share.closes_at) - on).days)}: share anew or end it",
        by=by,
    )
    return share


def _how_long(days: int) -> str:
    """From the day's beginning, in whole London days, however long each is."""
    if days == 0:
        return "until later today"
    return f"for {days} more day{'' if days == 1 else 's'}"
