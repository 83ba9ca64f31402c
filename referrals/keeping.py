"""How a referral is kept: with the case that it became, or from the decision against it."""

from collections.abc import Sequence

import clock
from cases import keeping, retention
from referrals.models import Referral


@keeping.works_out(Referral)
def of_referrals(ids: Sequence[int]) -> keeping.Keepings:
    """Accepted, a referral is kept as its case is; until it is decided it does not come up."""
    return {
        referral.pk: _of(referral)
        for referral in Referral.objects.filter(pk__in=ids).select_related("case")
    }


def _of(referral: Referral) -> retention.Keeping:
    if referral.case is not None:
        return retention.Keeping(referral.case.review_on, referral.case.category)
    decided_on = clock.london_date(referral.decided_at) if referral.decided_at else None
    return retention.of_referral(decided_on, retention.default())
