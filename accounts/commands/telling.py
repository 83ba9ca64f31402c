"""Tell people things on their home page, and take it away once it is done."""

import asking
import audit.commands
import clock
from accounts.models import Notification, User
from audit.models import Kind


@asking.command
def notify(user: User, text: str, *, url: str, by: User) -> Notification:
    """Put a line on a user's home page. `text` names references, never a child.

    A line that says the same and has not been followed yet is brought up to date instead.
    """
    waiting = Notification.objects.filter(user=user, text=text, url=url, seen_at=None).first()
    notification = waiting or Notification(user=user, text=text, url=url)
    notification.at = clock.now()
    notification.save()
    audit.commands.record(
        Kind.ALTERATION, "notify", records={"notification": notification.pk, "user": user.pk}, by=by
    )
    return notification


@asking.command
def mark_seen(notification: Notification, *, by: User) -> None:
    """The user has followed this line; it leaves their home page. Followed twice, it stays as it was."""
    if notification.seen_at:
        return
    notification.seen_at = clock.now()
    notification.save(update_fields=["seen_at"])
    audit.commands.record(
        Kind.ALTERATION, "mark seen", records={"notification": notification.pk}, by=by
    )


@asking.command
def settle(*, url: str, user: User | None = None, by: User) -> None:
    """What these lines called for is done: each that leads there leaves its home page.

    With a user: theirs alone, because it is no longer for them.
    """
    waiting = Notification.objects.select_for_update().filter(url=url, seen_at=None).order_by("pk")
    settled = []
    for line in waiting if user is None else waiting.filter(user=user):
        line.seen_at = clock.now()
        line.save(update_fields=["seen_at"])
        settled.append(line.pk)
    if settled:
        audit.commands.record(
            Kind.ALTERATION, "settle notifications", records={"notifications": settled}, by=by
        )
