"""What supervisors ask their people about: captures left over, and why nobody was referred."""

from datetime import timedelta

from django.db.models import Exists, Q, QuerySet

import accounts.queries
import clock
from accounts import permissions
from accounts.models import Membership, User
from cases.models import Contact
from cases.permissions import left_behind, left_to_no_team
from cases.queries.restrictions import with_hidden

# By then the shift in which it was captured has ended (default by judgement).
A_SHIFT = timedelta(hours=12)
# How long a decision not to refer stands on a supervisor's home page (default by judgement).
A_WEEK = timedelta(days=7)


def left_incomplete(*, viewer: User) -> QuerySet[Contact]:
    """Captures that the people of the supervisor's own teams have not completed, the oldest first; and
    those of leavers that no team has anybody for.

    `is_left_behind` on each: its author has left the team or the agency, and it is the viewer's to complete.
    """
    if not permissions.can(permissions.RECORD_CONTACT, by=viewer):
        return Contact.objects.none()
    # Two ways, each by its own index.
    theirs = _of_their_people(viewer).filter(completed_at=None).values("pk")
    nobody_s = Contact.objects.filter(left_to_no_team(by=viewer), completed_at=None)
    both = theirs.union(nobody_s.values("pk"), all=True)
    found = _asked_about(Contact.objects.filter(pk__in=both), viewer)
    found = found.annotate(is_left_behind=left_behind(by=viewer))
    # Nobody is on shift with what they left behind: it is listed in that second.
    over = Q(recorded_at__lt=clock.now() - A_SHIFT) | Q(is_left_behind=True)
    return found.filter(over).order_by("recorded_at", "pk")


def not_referred(*, viewer: User) -> QuerySet[Contact]:
    """What those people completed in the last week without referring, though something that they
    noticed asks whether to, newest first."""
    if not permissions.can(permissions.REVIEW_PROMPTS, by=viewer):
        return Contact.objects.none()
    found = _of_their_people(viewer).filter(completed_at__gte=clock.now() - A_WEEK)
    return found.exclude(not_referred_why="").order_by("-completed_at", "-pk")


def _of_their_people(viewer: User) -> QuerySet[Contact]:
    """What the supervisor asks of: theirs are who is in the team now, and who was when it was recorded."""
    teams = accounts.queries.supervised(viewer=viewer)
    times = Membership.objects.filter(team__in=teams)
    then = accounts.queries.worked_in(teams, user="recorded_by", at="recorded_at", viewer=viewer)
    theirs = Q(recorded_by__in=times.filter(until=None).values("user")) | Exists(then)
    # Whoever was ever in them, first: an index finds their contacts.
    ever = Contact.objects.filter(recorded_by__in=times.values("user"))
    return _asked_about(ever.filter(theirs), viewer)


def _asked_about(found: QuerySet[Contact], viewer: User) -> QuerySet[Contact]:
    """Only what kind of contact it was, when, and whose: the supervisor asks them for the rest.

    What it says of a child is open only to who has a ground on that child. Those of the viewer's agency, none
    of their own and none with a hidden child.
    """
    return (
        found.filter(agency=viewer.agency_id)
        .exclude(recorded_by=viewer)
        .exclude(pk__in=with_hidden(viewer=viewer))
        .select_related("recorded_by")
        .only("contact_type", "occurred_at", "recorded_at", "completed_at", "recorded_by__name")
    )
