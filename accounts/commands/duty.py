"""Put people on the duty rota and take them off it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts import permissions
from accounts.commands.people import hold, refuse_who_left
from accounts.models import Area, DutyPost, User
from accounts.signals import duty_ended
from audit.models import Kind


@asking.command
def post_duty(
    name: str,
    *,
    step: int,
    user: User,
    area: Area | None = None,
    from_hour: int = 0,
    until_hour: int = 0,
    weekdays: Iterable[int] = (),
    by: User,
) -> DutyPost:
    """Put a user on the duty rota; on these weekdays (0 Monday), on every day where none is said.

    ValidationError for who has left, has no telephone number to be called on, or is neither of the
    lead agency nor in a hub or an emergency duty team.
    """
    user, by = hold(user, by, by=by)
    permissions.check_can_manage_people_of(user.agency, by=by)
    refuse_who_left(user, field="user", by=by)
    if not permissions.can_be_on_duty(user):
        raise ValidationError(
            {"user": f"{user} must be of the lead agency, the hub or an emergency duty team."}
        )
    if not user.phone:
        raise ValidationError({"user": f"{user} has no telephone number to be called on."})
    post = DutyPost.objects.create(
        name=name,
        step=step,
        user=user,
        area=area,
        from_hour=from_hour,
        until_hour=until_hour,
        weekdays=sorted(set(weekdays)),
    )
    audit.commands.record(
        Kind.ALTERATION, "post duty", records={"post": post.pk, "user": user.pk}, by=by
    )
    return post


@asking.command
def take_off_duty(post: DutyPost, *, by: User) -> None:
    """End a line of the rota from now on, and in this second what was open on the ground of it.

    Its hours may stand without cover: shown as a gap.
    """
    user, by = hold(post.user, by, by=by)
    permissions.check_can_manage_people_of(user.agency, by=by)
    post.user = user
    _end(post, by=by)


def end_posts(user: User, *, by: User) -> None:
    """End every line of the rota that names this user."""
    for post in DutyPost.objects.filter(user=user, ended_at=None).order_by("pk"):
        post.user = user
        _end(post, by=by)


def _end(post: DutyPost, *, by: User) -> None:
    if DutyPost.objects.filter(pk=post.pk, ended_at=None).update(ended_at=clock.now()):
        audit.commands.record(
            Kind.ALTERATION,
            "take off duty",
            records={"post": post.pk, "user": post.user_id},
            by=by,
        )
        duty_ended.send(sender=DutyPost, user=post.user, by=by)
