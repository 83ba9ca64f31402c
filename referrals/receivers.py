"""What referrals does when a case closes: whoever referred learns that the help has ended."""

from django.dispatch import receiver

import accounts.commands
import cases.commands
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


@receiver(case_closed)
def keep_with_the_case(*, case: Case, by: User, **_: object) -> None:
    """A referral is kept as long as the case that it became."""
    ids = Referral.objects.filter(case=case).values_list("pk", flat=True)
    cases.commands.keep_anew(Referral, ids, by=by)
