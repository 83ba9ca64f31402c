"""Two requests at once, without luck: both are under way before either may write."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.db.models import QuerySet

import asking
from accounts.models import User

# Seconds until a test that holds nobody up ends all the same, on a machine that is ten times slower too.
PATIENCE = 300


def at_once(contested: QuerySet[Any], *works: Callable[[], Any]) -> list[Any]:
    """What each of the works answers, or the ValidationError that it ends with.

    Each runs in a thread with a connection of its own. The contested row is held until all of them
    wait for it, so what they read before they had their turn is what they read at the same moment.
    Needs the fixture `committing`.
    """
    with ThreadPoolExecutor(len(works)) as threads:
        with transaction.atomic():
            contested.select_for_update().get()
            answers = [threads.submit(_answer, work) for work in works]
            _until_waiting(len(works), answers)
        return [answer.result(timeout=PATIENCE) for answer in answers]


def in_turn(contested: QuerySet[Any], *works: Callable[[], Any]) -> list[Any]:
    """The same, and each has its turn in the order in which they stand here.

    All of them wait for the contested row before the first may have it.
    """
    with ThreadPoolExecutor(len(works)) as threads:
        with transaction.atomic():
            contested.select_for_update().get()
            answers = []
            for number, work in enumerate(works, start=1):
                answers.append(threads.submit(_answer, work))
                _until_waiting(number, answers)
        return [answer.result(timeout=PATIENCE) for answer in answers]


def while_read(reader: User, *works: Callable[[], Any]) -> list[Any]:
    """What each of the works answers, which all take sight from this reader, while an answer is being
    made to them. Each begins once those before it wait: nothing is withdrawn before the answer has been
    made, and whoever came first takes first."""
    with ThreadPoolExecutor(len(works)) as threads:
        with asking.viewer(reader.pk):
            answers = []
            for number, work in enumerate(works, start=1):
                answers.append(threads.submit(_answer, work))
                _until_waiting(number, answers)
        return [answer.result(timeout=PATIENCE) for answer in answers]


def _answer(work: Callable[[], Any]) -> Any:
    try:
        with asking.task("test"):
            return work()
    except ValidationError as error:
        return error
    finally:
        connections.close_all()


def _until_waiting(number: int, answers: Sequence[Future[Any]] = ()) -> None:
    """Until so many wait for a row or for each other; none of these answers comes before."""
    # Real time, whatever the portal's clock says: a test that holds nobody up must end.
    until = monotonic() + PATIENCE
    while (found := waiting()) != number:
        assert not any(answer.done() for answer in answers), "one of them waits for nobody"
        assert monotonic() < until, f"{found} of {number} wait"


def waiting() -> int:
    """How many wait just now for a row or for each other."""
    with connection.cursor() as cursor:
        # Otherwise who is there would be read once in the transaction and then remembered.
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() "
            # Two that write to one table at once wait for its next page: for a moment, for nobody.
            "and wait_event_type = 'Lock' and wait_event <> 'extend'"
        )
        (number,) = cursor.fetchone()
    return int(number)
