"""Who asks the database: somebody who signed in, or a named task of the portal itself.

The tables that hold children's data have a lock of their own (row-level security, docs/adr/0008):
they show rows to whoever has said who asks, and what they show is what that one may see. Nothing
said: no rows. A request says its viewer (accounts.middleware.Asking), a worker its task, a command
its own name: whoever decides must know the whole truth, such as a duplicate that the actor may not
see, and is handed records that were found under the viewer's lock.

What is said belongs to this thread and goes with its connection, over transactions and rollbacks.

A withdrawal that has answered shows nothing more: a viewer's request holds, shared with others, what
their sight hangs on (themselves, their agency's and teams' groups) until its answer has been made;
`withdraw` waits for whoever holds it, and whoever comes after waits for the withdrawal's end. Bytes
that were sent are out of reach. A command lets go of what its request held, since it may have to wait
for others: a form that comes back refused may show what was read the moment before.

What a command withdraws is gathered, and waited for as the last thing it does, all in one order: what
it has written is seen by nobody before. So no withdrawal that is under way waits for another, nor for
a row that another command holds (the order of rows: DEVELOPERS.md, 'Two at once').
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

import clock

P = ParamSpec("P")
T = TypeVar("T")

# What the policies ask for (accounts/migrations: portal_reach), in this order.
SETTINGS = ("viewer", "task", "agency", "police", "wide", "groups", "moment")
Said = tuple[str, ...]
NOTHING: Said = ("", "", "", "", "", "{}", "")

# The class of our advisory locks, and in it: everybody, a user, a group.
HOLD = 20261129
EVERYBODY = 0

_said: ContextVar[Said] = ContextVar("asking", default=NOTHING)
# What was found out while this viewer asks; None while no viewer does.
_found_out: ContextVar[dict[Any, Any] | None] = ContextVar("found out", default=None)
# What the command that runs takes from whom, as keys of locks; None where none runs.
_taken: ContextVar[set[int] | None] = ContextVar("taken", default=None)
_SAY = "select " + ", ".join(f"set_config('portal.{name}', %s, false)" for name in SETTINGS)
_LET_GO = ", pg_advisory_unlock_all()"


@contextmanager
def viewer(user_id: int) -> Iterator[None]:
    """Within, the database shows what this user may see, as their agency, teams and roles stand now.

    No withdrawal of their sight comes between here and the end.
    """
    held = clock.held()
    # Only tests and the demo hold the clock; otherwise the database asks its own.
    moment = held.isoformat() if held else ""
    # An emergency duty team stands in for the hub then.
    out_of_hours = not clock.in_working_hours(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("select portal_ask(%s, %s, %s, %s)", [user_id, out_of_hours, moment, HOLD])
        (said,) = cursor.fetchone()
    token, found_out = _said.set(tuple(said)), _found_out.set({})
    try:
        yield
    finally:
        _said.reset(token)
        _found_out.reset(found_out)
        _say(connection, letting_go=True)


def once(about: Hashable, find: Callable[[], T]) -> T:
    """What `find` says, asked once while a viewer asks and nothing is decided; otherwise at every call.

    For what a viewer's request holds until it ends, such as the teams that they are in.
    """
    found_out = _found_out.get()
    if found_out is None or _said.get()[1]:
        return find()
    if about not in found_out:
        found_out[about] = find()
    return found_out[about]


@contextmanager
def task(name: str) -> Iterator[None]:
    """Within, the portal itself asks, in the name of this task. Inside another it keeps that name."""
    if _said.get()[1]:
        yield
    else:
        with _saying(_of(name)):
            yield


def withdraw(
    *, users: Iterable[int] = (), groups: Iterable[int] = (), everybody: bool = False
) -> None:
    """Before the command ends, wait until no answer is being made to these that rests on what is being
    taken from them; held until the transaction ends. To be called by a command, at any moment of it.
    """
    keys = {*(2 * user for user in users), *(2 * group + 1 for group in groups)}
    keys |= {EVERYBODY} if everybody else set()
    taken = _taken.get()
    if taken is None:
        _wait_for_readers(keys)
    else:
        taken |= keys


def _wait_for_readers(keys: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        # In one order, in which readers take theirs too (portal_ask).
        for key in sorted(keys):
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [HOLD, key])


def process(name: str) -> None:
    """From now on this thread asks as the portal itself: a command on a terminal."""
    _said.set(_of(name))
    _say(connection)


def command(function: Callable[P, T]) -> Callable[P, T]:
    """A verb: one transaction, and the database is asked in the verb's name until it has ended."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _taken.get() is not None:
            with transaction.atomic():
                return function(*args, **kwargs)
        with _named(function.__name__), transaction.atomic(), _withdrawing():
            return function(*args, **kwargs)

    return run


def _named(name: str) -> AbstractContextManager[None]:
    """A command asks in its own name, unless a task asks already."""
    return nullcontext() if _said.get()[1] else _saying(_of(name), letting_go=True)


@contextmanager
def _withdrawing() -> Iterator[None]:
    """Gather what is withdrawn within, and wait for its readers once all else is done."""
    taken: set[int] = set()
    token = _taken.set(taken)
    try:
        yield
        _wait_for_readers(taken)
    finally:
        _taken.reset(token)
        if (found_out := _found_out.get()) is not None:
            found_out.clear()


def _of(name: str) -> Said:
    return ("", name, "", "", "", "{}", "")


@contextmanager
def _saying(said: Said, *, letting_go: bool = False) -> Iterator[None]:
    token = _said.set(said)
    try:
        _say(connection, letting_go=letting_go)
        yield
    finally:
        _said.reset(token)
        _say(connection)


def _say(to: Any, *, letting_go: bool = False) -> None:
    # A connection that is not open is told as it opens. One whose transaction has failed takes no
    # word: what was said before that transaction comes back with its rollback.
    if to.connection is not None and not to.needs_rollback:
        with to.cursor() as cursor:
            cursor.execute(_SAY + _LET_GO if letting_go else _SAY, _said.get())


def _say_as_it_opens(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _said.get() != NOTHING:
        _say(connection)


connection_created.connect(_say_as_it_opens, dispatch_uid="asking")
