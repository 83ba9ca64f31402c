"""Who asks the database: somebody who signed in, or a named task of the portal itself.

The tables that hold children's data have a lock of their own (row-level security, docs/adr/0008):
they show rows to whoever has said who asks, and what they show is what that one may see. Nothing
said: no rows. A request says its viewer (accounts.middleware.Asking), a worker its task, a command
its own name: whoever decides must know the whole truth, such as a duplicate that the actor may not
see, and is handed records that were found under the viewer's lock.

What is said belongs to this thread and goes with its connection, over transactions and rollbacks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

P = ParamSpec("P")
T = TypeVar("T")

# What the policies ask for (accounts/migrations: portal_reach), in this order.
SETTINGS = ("viewer", "task", "agency", "police", "wide", "groups")
Said = tuple[str, ...]
NOTHING: Said = ("", "", "", "", "", "{}")

_said: ContextVar[Said] = ContextVar("asking", default=NOTHING)
_SAY = "select " + ", ".join(f"set_config('portal.{name}', %s, false)" for name in SETTINGS)


@contextmanager
def viewer(user_id: int, *, out_of_hours: bool = False) -> Iterator[None]:
    """Within, the database shows what this user may see, as their agency, teams and roles stand now.

    `out_of_hours`: an emergency duty team stands in for the hub.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select agency, police, wide, groups from portal_reach(%s, %s)", [user_id, out_of_hours]
        )
        reach = [each or "" for each in cursor.fetchone()]
    with _saying((str(user_id), "", *reach)):
        yield


@contextmanager
def task(name: str) -> Iterator[None]:
    """Within, the portal itself asks, in the name of this task. Inside another it keeps that name."""
    if _said.get()[1]:
        yield
    else:
        with _saying(_of(name)):
            yield


def process(name: str) -> None:
    """From now on this thread asks as the portal itself: a command on a terminal."""
    _said.set(_of(name))
    _say(connection)


def command(function: Callable[P, T]) -> Callable[P, T]:
    """A verb: one transaction, and the database is asked in the verb's name until it has ended."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with task(function.__name__), transaction.atomic():
            return function(*args, **kwargs)

    return run


def _of(name: str) -> Said:
    return ("", name, "", "", "", "{}")


@contextmanager
def _saying(said: Said) -> Iterator[None]:
    token = _said.set(said)
    try:
        _say(connection)
        yield
    finally:
        _said.reset(token)
        _say(connection)


def _say(to: Any) -> None:
    # A connection that is not open is told as it opens. One whose transaction has failed takes no
    # word: what was said before that transaction comes back with its rollback.
    if to.connection is not None and not to.needs_rollback:
        with to.cursor() as cursor:
            cursor.execute(_SAY, _said.get())


def _say_as_it_opens(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _said.get() != NOTHING:
        _say(connection)


connection_created.connect(_say_as_it_opens, dispatch_uid="asking")
