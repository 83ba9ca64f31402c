"""What partners does when a case closes: nothing of it stays open to another agency."""

from django.dispatch import receiver

from accounts.models import User
from cases.models import Case
from cases.signals import case_closed
from partners import commands
from partners.models import Share

REASON = "The case closed"


@receiver(case_closed)
def end_shares(*, case: Case, by: User, **_: object) -> None:
    """Each share of a closed case's places ends in that second, like one that was ended by hand: what is
    yet to begin, or held back by a suspended agreement, too."""
    for share in Share.objects.standing().filter(place__case=case).order_by("pk"):
        commands.end_share(share, reason=REASON, by=by)
