"""What is counted as somebody signs in."""

from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import SignInAttempt, User
from audit.models import Kind


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
