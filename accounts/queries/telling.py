"""What somebody was told."""

from django.db.models import QuerySet

from accounts.models import Notification, User
from audit.denied import NotVisible


def notifications(*, viewer: User) -> QuerySet[Notification]:
    """What the viewer has not followed yet, newest first."""
    return Notification.objects.filter(user=viewer, seen_at=None).order_by("-at", "-pk")


def notification(notification_id: int, *, viewer: User) -> Notification:
    """A line of the viewer's own, followed or not. NotVisible (404) otherwise."""
    found = Notification.objects.filter(pk=notification_id, user=viewer).first()
    if found is None:
        raise NotVisible("notification", notification_id)
    return found
