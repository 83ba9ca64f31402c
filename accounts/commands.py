"""Invite people, give them roles and teams, put them on duty, tell them things."""

import secrets
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import connection, transaction

import asking
import audit.commands
import clock
from accounts import permissions
from accounts.models import (
    Agency,
    Area,
    DutyPost,
    Membership,
    Notification,
    Role,
    SignInAttempt,
    Team,
    User,
)
from accounts.signals import membership_changed
from audit.models import Kind


@asking.command
def found_agency(
    name: str, *, kind: str, phone: str = "", is_lead: bool = False, by: User | None
) -> Agency:
    """A new agency with its group. `by` None only for the first one, of the system itself."""
    if by is not None:
        permissions.check(permissions.MANAGE_PEOPLE, by=by)
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
    """A new user of an agency. Without a password nobody can sign in until one is set."""
    if by is not None:
        permissions.check(permissions.MANAGE_PEOPLE, by=by)
    user = User(username=username, name=name, agency=agency, roles=list(roles), phone=phone)
    user.set_password(password)
    user.save()
    user.groups.add(agency.group)
    audit.commands.record(Kind.COLLECTION, "invite user", records={"user": user.pk}, by=by)
    return user


@asking.command
def form_team(
    name: str, *, agency: Agency, area: Area | None = None, is_hub: bool = False, by: User
) -> Team:
    """A new team; a hub team takes members from any agency."""
    permissions.check(permissions.MANAGE_PEOPLE, by=by)
    group = Group.objects.create(name=f"team: {name}")
    team = Team.objects.create(name=name, agency=agency, area=area, is_hub=is_hub, group=group)
    audit.commands.record(Kind.COLLECTION, "form team", records={"team": team.pk}, by=by)
    return team


@asking.command
def join_team(user: User, team: Team, *, by: User) -> Membership:
    """Put a user in a team from now on. ValueError for a partner's user in a team that is no hub."""
    permissions.check(permissions.MANAGE_PEOPLE, by=by)
    if not team.is_hub and user.agency_id != team.agency_id:
        raise ValueError("Only a hub team takes members from other agencies")
    membership, _ = Membership.objects.get_or_create(
        user=user, team=team, until=None, defaults={"starts_at": clock.now()}
    )
    user.groups.add(team.group)
    audit.commands.record(
        Kind.ALTERATION, "join team", records={"user": user.pk, "team": team.pk}, by=by
    )
    membership_changed.send(sender=Membership, user=user, team=team)
    return membership


@asking.command
def leave_team(user: User, team: Team, *, by: User) -> None:
    """End a user's time in a team: what the team's grounds opened is closed in that second."""
    permissions.check(permissions.MANAGE_PEOPLE, by=by)
    asking.withdraw(users=[user.pk])
    Membership.objects.filter(user=user, team=team, until=None).update(until=clock.now())
    user.groups.remove(team.group)
    audit.commands.record(
        Kind.ALTERATION, "leave team", records={"user": user.pk, "team": team.pk}, by=by
    )
    membership_changed.send(sender=Membership, user=user, team=team)


@asking.command
def post_duty(
    name: str,
    *,
    step: int,
    user: User,
    area: Area | None = None,
    from_hour: int = 0,
    until_hour: int = 0,
    by: User,
) -> DutyPost:
    """Put a user on the duty rota."""
    permissions.check(permissions.MANAGE_PEOPLE, by=by)
    post = DutyPost.objects.create(
        name=name, step=step, user=user, area=area, from_hour=from_hour, until_hour=until_hour
    )
    audit.commands.record(
        Kind.ALTERATION, "post duty", records={"post": post.pk, "user": user.pk}, by=by
    )
    return post


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
def settle(*, url: str, by: User) -> None:
    """What these lines called for is done: each that leads there leaves its home page."""
    settled = []
    for line in Notification.objects.select_for_update().filter(url=url, seen_at=None):
        line.seen_at = clock.now()
        line.save(update_fields=["seen_at"])
        settled.append(line.pk)
    if settled:
        audit.commands.record(
            Kind.ALTERATION, "settle notifications", records={"notifications": settled}, by=by
        )


def await_turn(username: str, *, by: None = None) -> None:
    """Tries of one user name go one by one: what is asked next stands until the transaction ends.

    Otherwise any number of passwords sent at once would all be tried before the first is counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign in {username[:150]}"]
        )


@asking.command
def note_failed_sign_in(username: str, address: str | None, *, by: None = None) -> None:
    """Count a failed sign-in. What was typed may be anything, so only its start is kept."""
    SignInAttempt.objects.create(username=username[:150], address=address, at=clock.now())
    audit.commands.record(Kind.DENIED, "sign in", by=by)


@asking.command
def note_sign_in(*, by: User) -> None:
    """Record that a user has signed in."""
    audit.commands.record(Kind.CONSULTATION, "sign in", records={"user": by.pk}, by=by)


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
