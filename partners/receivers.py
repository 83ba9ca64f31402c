"""What partners says before a case closes, and does when it has: nothing stays open to another agency."""

from django.dispatch import receiver

from accounts.models import User
from cases.models import Case
from cases.signals import case_closed, case_closing
from partners import commands, queries
from partners.models import Share

REASON = "The case closed"


@receiver(case_closed)
def end_shares(*, case: Case, by: User, **_: object) -> None:
    """Each live share of a closed case's places ends in that second, like one that was ended by hand."""
    for share in Share.objects.live().filter(place__case=case).order_by("pk"):
        commands.end_share(share, reason=REASON, by=by)


@receiver(case_closing)
def name_what_is_undecided(*, case: Case, by: User, **_: object) -> list[str]:
    """A withdrawn agreement to help is decided on before the case closes."""
    return queries.in_the_way_of_closing(case, viewer=by)
