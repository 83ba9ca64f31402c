"""What was left over from an earlier shift, for whoever supervises those who left it."""

from datetime import timedelta

from django.db.models import QuerySet

import accounts.queries
import clock
from accounts import permissions
from accounts.models import Membership, User
from cases.models import Contact

# By then the shift in which it was captured has ended (default by judgement).
A_SHIFT = timedelta(hours=12)


def left_incomplete(*, viewer: User) -> QuerySet[Contact]:
    """Captures that the people of the supervisor's own teams have not completed, the oldest first.

    Only what kind of contact it was, when, and whose: the supervisor asks them for the rest. What
    it says of a child is open only to who has a ground on that child.
    """
    if not permissions.can(permissions.REVIEW_PROMPTS, by=viewer):
        return Contact.objects.none()
    teams = accounts.queries.teams(viewer=viewer).filter(is_hub=False)
    people = Membership.objects.filter(team__in=teams, until=None).values("user")
    return (
        Contact.objects.filter(
            recorded_by__in=people,
            agency=viewer.agency_id,
            completed_at=None,
            recorded_at__lt=clock.now() - A_SHIFT,
        )
        .exclude(recorded_by=viewer)
        .only("contact_type", "occurred_at", "recorded_at", "recorded_by__name")
        .select_related("recorded_by")
        .order_by("recorded_at", "pk")
    )
