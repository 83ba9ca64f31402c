"""Keep the digest of a user's home postcode, take it out, and forget those of whoever has left."""

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

import accounts.commands
import asking
import audit.commands
import clock
from accounts.commands.people import ANOTHER_ADMINISTRATOR
from accounts.models import User
from audit.models import Entry, Kind
from cases.matching import postcode_key
from oversight import permissions
from oversight.models import HomePostcode

MY_WORK = "/"
KEPT = (
    "Your home postcode was entered, to find looks at your own address. Only a digest is kept: "
    "nobody can read it"
)
TAKEN_OUT = "The digest of your home postcode was taken out of the portal"


@asking.command
def keep_home_postcode(user: User, postcode: str, *, by: User) -> None:
    """Keep the digest of where a user lives, in place of any before; they are told on My work.

    What it answers and does is the same whatever was kept before, so that nobody learns whether they
    guessed right. ValidationError for what is no whole postcode, for who has left, and for one's own.
    """
    user, by = _held(user, by)
    user = accounts.commands.hold_active(user, field="postcode", by=by)
    key = postcode_key(postcode)
    if not key:
        raise ValidationError({"postcode": "Enter the whole postcode, such as NB1 4QR."})
    HomePostcode.objects.update_or_create(
        user=user,
        defaults={"digest": HomePostcode.digest_of(user.pk, key), "kept_at": clock.now()},
    )
    audit.commands.record(Kind.COLLECTION, "keep home postcode", records={"user": user.pk}, by=by)
    accounts.commands.notify(user, KEPT, url=MY_WORK, by=by)


@asking.command
def remove_home_postcode(user: User, *, by: User) -> None:
    """Take the digest out; they are told on My work. Where none is kept nothing changes.

    ValidationError for one's own: nobody ends the look at their own use.
    """
    user, by = _held(user, by)
    removed, _ = HomePostcode.objects.filter(user=user).delete()
    if removed:
        audit.commands.record(
            Kind.ERASURE, "remove home postcode", records={"user": user.pk}, by=by
        )
        accounts.commands.notify(user, TAKEN_OUT, url=MY_WORK, by=by)


def _held(user: User, by: User) -> list[User]:
    user, by = accounts.commands.hold(user, by, by=by)
    permissions.check_can_keep_home_postcode(user, by=by)
    if user == by:
        raise ValidationError({"postcode": ANOTHER_ADMINISTRATOR})
    return [user, by]


@asking.command
def forget_home_postcodes(*, by: User) -> int:
    """Delete those of users who have left, once every day of theirs has been looked through.

    Who left today is kept until tomorrow night: today's looks are still to come. Returns how many.
    """
    permissions.check_can_watch(by=by)
    today = Entry.objects.filter(user_id=OuterRef("user_id"), at__gte=clock.start_of(clock.today()))
    left = HomePostcode.objects.filter(~Exists(today), user__is_active=False)
    users = sorted(left.values_list("user_id", flat=True))
    if users:
        HomePostcode.objects.filter(user__in=users).delete()
        audit.commands.record(
            Kind.ERASURE, "forget home postcodes", records={"users": users}, by=by
        )
    return len(users)
