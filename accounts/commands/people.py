"""Found agencies, invite people, give them roles, keep until when their training holds."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

import asking
import audit.commands
import clock
from accounts import permissions
from accounts.models import Agency, Role, User
from accounts.signals import roles_changed
from audit.models import Kind
from govuk.dates import date_in_words

# No training holds for longer (default by judgement): a year typed wrongly is found.
LONGEST_TRAINING = timedelta(days=5 * 366)
ANOTHER_ADMINISTRATOR = "Ask another administrator to do this: it is your own account."


@asking.command
def found_agency(
    name: str, *, kind: str, phone: str = "", is_lead: bool = False, by: User | None
) -> Agency:
    """A new agency with its group. `by` None only for the first one, of the system itself."""
    if by is not None:
        permissions.check_can_manage_everybody(by=by)
    group = Group.objects.create(name=f"agency: {name}")
    agency = Agency.objects.create(name=name, kind=kind, phone=phone, is_lead=is_lead, group=group)
    audit.commands.record(Kind.COLLECTION, "found agency", records={"agency": agency.pk}, by=by)
    return agency


@asking.command
def invite_user(
    username: str,
    *,
    name: str,
    agency: Agency,
    roles: Iterable[Role],
    phone: str = "",
    password: str | None = None,
    by: User | None,
) -> User:
    """A new user of an agency. Without a password nobody can sign in until one is set.

    ValidationError for a user name that is taken.
    """
    roles = list(roles)
    if by is not None:
        permissions.check_can_give_roles(roles, agency=agency, by=by)
    user = User(username=username, name=name, agency=agency, roles=roles, phone=phone)
    user.set_password(password)
    try:
        # Of two who send one name at once, the second waits here for the first.
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"username": "Somebody has this user name already."}) from error
    user.groups.add(agency.group)
    audit.commands.record(Kind.COLLECTION, "invite user", records={"user": user.pk}, by=by)
    return user


def take_turn(*, by: User) -> None:
    """Of two in whose hands something is passed on, the second waits here until the first has ended.

    Before anybody is held. Cases, flags and named lists go from hand to hand in whatever order they
    lie: side by side two could each hold what the other waits for, or pass it to somebody who leaves.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('hand over', 0))")


def hold(*users: User, by: User | None) -> list[User]:
    """These people as they stand now, held until the transaction ends: of two who decide about
    one of them at once, the second waits. Always before teams and cases are held."""
    wanted = [user.pk for user in users]
    rows = User.objects.select_for_update(of=("self",), no_key=True).select_related("agency")
    found = {user.pk: user for user in rows.filter(pk__in=wanted).order_by("pk")}
    return [found[pk] for pk in wanted]


def hold_active(user: User, *, field: str, by: User) -> User:
    """Somebody who is given work, held: who leaves in the same second is given none.

    ValidationError at the field for who has left the agency.
    """
    (user,) = hold(user, by=by)
    refuse_who_left(user, field=field, by=by)
    return user


def refuse_who_left(user: User, *, field: str, by: User) -> None:
    """ValidationError at the field for who has left the agency. The caller holds them."""
    if not user.is_active:
        raise ValidationError({field: f"{user} works here no more. Choose somebody else."})


@asking.command
def give_roles(user: User, roles: Iterable[Role], *, by: User) -> User:
    """Give somebody these roles and no others, from now on: what they held by the others alone ends.

    NotAllowed for roles beyond who gives. ValidationError where nobody else could answer for what they
    keep, and for one's own account.
    """
    take_turn(by=by)
    user, by = hold(user, by, by=by)
    roles = list(roles)
    # What a lead agency's administrator gave is not for a partner's to change.
    gained_or_lost = [Role(role) for role in {*roles} ^ {*user.roles}]
    permissions.check_can_give_roles(gained_or_lost, agency=user.agency, by=by)
    if user == by:
        raise ValidationError({"roles": ANOTHER_ADMINISTRATOR})
    asking.withdraw(users=[user.pk])
    user.roles = roles
    user.save(update_fields=["roles"])
    roles_changed.send(sender=User, user=user, by=by)
    audit.commands.record(Kind.ALTERATION, "give roles", records={"user": user.pk}, by=by)
    return user


@asking.command
def record_training(user: User, trained_until: date | None, *, by: User) -> User:
    """Keep until when somebody's training holds, that day included; None: none is asked of them."""
    user, by = hold(user, by, by=by)
    permissions.check_can_manage_people_of(user.agency, by=by)
    if trained_until and trained_until > (latest := clock.today() + LONGEST_TRAINING):
        raise ValidationError(
            {"trained_until": f"Enter a day by {date_in_words(latest)} at the latest."}
        )
    user.trained_until = trained_until
    user.save(update_fields=["trained_until"])
    audit.commands.record(Kind.ALTERATION, "record training", records={"user": user.pk}, by=by)
    return user


def system() -> User:
    """The portal itself, as the actor of tasks and imports; made on first use, it can't sign in."""
    user = User.objects.select_related("agency").filter(username="system").first()
    if user is not None:
        return user
    with transaction.atomic():
        agency = found_agency("Early Intervention Portal", kind="police", by=None)
        return invite_user(
            "system",
            name="The portal",
            agency=agency,
            roles=[Role.SYSTEM],
            password=secrets.token_urlsafe(40),
            by=None,
        )
