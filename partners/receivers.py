"""What partners says before a case closes, and does when it has: nothing stays open to another agency."""

from django.dispatch import receiver

import asking
from accounts.models import User
from cases.access import scope
from cases.models import Case, Contact
from cases.signals import case_closed, case_closing, contact_is_police_only
from partners import commands, queries
from partners.models import Share

REASON = "The case closed"


@receiver(case_closed)
def end_shares(*, case: Case, by: User, **_: object) -> None:
    """Each share of a closed case's places ends in that second, like one that was ended by hand: what is
    yet to begin, or held back by a suspended agreement, too."""
    standing = Share.objects.standing().filter(place__case=case).select_related("agency")
    # What was open of a child who is hidden from whoever closes has ended with the child's place.
    ending = list(standing.exclude(person__in=scope.hidden_from(by)).order_by("pk"))
    # All at once: closing one by one, two cases could wait for each other's agencies.
    asking.withdraw(groups=[share.agency.group_id for share in ending])
    for share in ending:
        commands.end_share(share, reason=REASON, by=by)


@receiver(contact_is_police_only)
def recall_notices(*, contact: Contact, by: User, **_: object) -> None:
    """Each notice about the contact is gone for its receiver in that second."""
    commands.recall_notices_of(contact, by=by)


@receiver(case_closing)
def name_what_is_undecided(*, case: Case, by: User, **_: object) -> list[str]:
    """A withdrawn agreement to help is decided on before the case closes."""
    return queries.in_the_way_of_closing(case, viewer=by)
