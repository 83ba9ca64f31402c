"""What referrals does when a case closes: whoever referred learns that the help has ended."""

from django.dispatch import receiver

import accounts.commands
from accounts.models import User
from cases.models import Case
from cases.signals import case_closed
from referrals.models import Referral


@receiver(case_closed)
def tell_referrers(*, case: Case, by: User, **_: object) -> None:
    """A line for each referral that the case came from, unless its maker closed the case."""
    for referral in Referral.objects.filter(case=case).exclude(made_by=by).order_by("pk"):
        accounts.commands.notify(
            referral.made_by,
            f"Case {case.reference}, from your referral {referral.reference}, has closed",
            url=f"/referrals/{referral.reference}",
            by=by,
        )
