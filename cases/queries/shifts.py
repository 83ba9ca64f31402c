"""What supervisors ask their people about: captures left over, and why nobody was referred."""

from datetime import timedelta

from django.db.models import QuerySet

import accounts.queries
import clock
from accounts import permissions
from accounts.models import Membership, User
from cases.models import Contact
from cases.queries.restrictions import with_hidden

# By then the shift in which it was captured has ended (default by judgement).
A_SHIFT = timedelta(hours=12)
# How long a decision not to refer stands on a supervisor's home page (default by judgement).
A_WEEK = timedelta(days=7)


def left_incomplete(*, viewer: User) -> QuerySet[Contact]:
    """Captures that the people of the supervisor's own teams have not completed, the oldest first."""
    found = _of_their_people(viewer).filter(
        completed_at=None, recorded_at__lt=clock.now() - A_SHIFT
    )
    return found.order_by("recorded_at", "pk")


def not_referred(*, viewer: User) -> QuerySet[Contact]:
    """What those people completed in the last week without referring, though something that they
    noticed asks whether to, newest first."""
    found = _of_their_people(viewer).filter(completed_at__gte=clock.now() - A_WEEK)
    return found.exclude(not_referred_why="").order_by("-completed_at", "-pk")


def _of_their_people(viewer: User) -> QuerySet[Contact]:
    """Only what kind of contact it was, when, and whose: the supervisor asks them for the rest.

    What it says of a child is open only to who has a ground on that child.
    """
    if not permissions.can(permissions.REVIEW_PROMPTS, by=viewer):
        return Contact.objects.none()
    teams = accounts.queries.teams(viewer=viewer).filter(is_hub=False)
    people = Membership.objects.filter(team__in=teams, until=None).values("user")
    return (
        Contact.objects.filter(recorded_by__in=people, agency=viewer.agency_id)
        .exclude(recorded_by=viewer)
        .exclude(pk__in=with_hidden(viewer=viewer))
        .select_related("recorded_by")
        .only("contact_type", "occurred_at", "recorded_at", "completed_at", "recorded_by__name")
    )
