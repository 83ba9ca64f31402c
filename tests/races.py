"""Two requests at once, without luck: both are under way before either may write."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.db.models import QuerySet

import asking
from accounts.models import User


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
            _until_waiting(len(works))
        return [answer.result(timeout=30) for answer in answers]


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
                _until_waiting(number)
        return [answer.result(timeout=30) for answer in answers]


def while_read(reader: User, *works: Callable[[], Any]) -> list[Any]:
    """What each of the works answers, which all take sight from this reader, while an answer is being
    made to them. Each begins once those before it wait: nothing is withdrawn before the answer has been
    made, and whoever came first takes first."""
    with ThreadPoolExecutor(len(works)) as threads:
        with asking.viewer(reader.pk):
            answers = []
            for number, work in enumerate(works, start=1):
                answers.append(threads.submit(_answer, work))
                _until_waiting(number)
        return [answer.result(timeout=30) for answer in answers]


def _answer(work: Callable[[], Any]) -> Any:
    try:
        with asking.task("test"):
            return work()
    except ValidationError as error:
        return error
    finally:
        connections.close_all()


def _until_waiting(number: int) -> None:
    # Real time, whatever the portal's clock says: a test that holds nobody up must end.
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp() + interval '20 seconds'")
        (deadline,) = cursor.fetchone()
        while True:
            # Otherwise who is there would be read once in the transaction and then remembered.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select count(*), clock_timestamp() > %s from pg_stat_activity "
                "where datname = current_database() and wait_event_type = 'Lock'",
                [deadline],
            )
            waiting, is_late = cursor.fetchone()
            if waiting == number:
                return
            assert not is_late, f"{waiting} of {number} wait"
