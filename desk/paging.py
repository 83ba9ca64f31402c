"""Keyset paging: a page begins after a row, not at a number, so it stays true while rows come in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from desk.requests import Request

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A moment in microseconds and an id. More digits are no moment that a database holds.
CURSOR = re.compile("([0-9]{1,17})-([0-9]{1,18})")
QUEUED = re.compile("([01])-([0-9]{1,17})-([0-9]{1,18})")


class Cursor(NamedTuple):
    """A row's place in a list that is ordered by a moment, then by id."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.pk}"


@dataclass(frozen=True)
class Page:
    """Some rows, newest first. `newer` and `older`: addresses of the pages beside it, '' for none."""

    rows: Sequence[Any]
    newer: str
    older: str


def read_cursor(typed: str) -> Cursor | None:
    """The cursor of an address; None for whatever is none."""
    found = CURSOR.fullmatch(typed)
    return found and Cursor(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


def by_moment(
    request: Request, rows: QuerySet[Any], *, at: str, size: int = 25, fragment: str = ""
) -> Page:
    """The page of the request's address: `?before=CURSOR` older ones, `?after=CURSOR` newer ones.

    `rows` may stand in any order; `at` names the column of the moment; `fragment` is where on the
    page they stand, such as '#chronology'. An address that says something else leads to the newest.
    """
    before = read_cursor(request.GET.get("before", ""))
    after = read_cursor(request.GET.get("after", ""))
    addresses = _Addresses(request, at, fragment)
    if after is not None:
        found = list(_newer(rows, at, after).order_by(at, "pk")[: size + 1])
        # Fewer than a page: the first page is as new, and full.
        if len(found) > size:
            shown = found[:size][::-1]
            return Page(shown, addresses.newer(shown[0]), addresses.older(shown[-1]))
        before = None
    found = list(_older(rows, at, before).order_by(f"-{at}", "-pk")[: size + 1])
    shown = found[:size]
    return Page(
        rows=shown,
        newer=addresses.newer(shown[0] if shown else None) if before else "",
        older=addresses.older(shown[-1]) if len(found) > size else "",
    )


def first_due(request: Request, rows: QuerySet[Any], *, size: int = 25) -> Page:
    """A page of a queue: flagged rows first, then what is due first; `?from=CURSOR` goes on after a row.

    `rows` have `flagged` and `due_at`. Its `newer` is the beginning of the queue, '' on its first page.
    """
    after = QUEUED.fullmatch(request.GET.get("from", ""))
    if after is not None:
        flagged, due = after[1] == "1", EPOCH + timedelta(microseconds=int(after[2]))
        later = Q(due_at__gt=due) | Q(due_at=due, pk__gt=int(after[3]))
        rows = rows.filter(
            Q(flagged=flagged) & later | (Q(flagged=False) if flagged else Q(pk=None))
        )
    found = list(rows.order_by("-flagged", "due_at", "pk")[: size + 1])
    shown, query = found[:size], request.GET.copy()
    query.pop("from", None)
    beginning = f"{request.path}?{query.urlencode()}" if after is not None else ""
    if len(found) <= size:
        return Page(shown, beginning, "")
    last = shown[-1]
    query["from"] = f"{int(last.flagged)}-{Cursor(last.due_at, last.pk)}"
    return Page(shown, beginning, f"{request.path}?{query.urlencode()}")


def _older(rows: QuerySet[Any], at: str, than: Cursor | None) -> QuerySet[Any]:
    if than is None:
        return rows
    return rows.filter(**{f"{at}__lte": than.at}).exclude(**{at: than.at, "pk__gte": than.pk})


def _newer(rows: QuerySet[Any], at: str, than: Cursor) -> QuerySet[Any]:
    return rows.filter(**{f"{at}__gte": than.at}).exclude(**{at: than.at, "pk__lte": than.pk})


@dataclass(frozen=True)
class _Addresses:
    """The same page from another row on, with what else its address says."""

    request: Request
    at: str
    fragment: str

    def newer(self, row: Any | None) -> str:
        """Before a row; the first page where there is none."""
        return self._address(**({"after": self._cursor(row)} if row else {}))

    def older(self, row: Any) -> str:
        return self._address(before=self._cursor(row))

    def _cursor(self, row: Any) -> str:
        return str(Cursor(getattr(row, self.at), row.pk))

    def _address(self, **cursor: str) -> str:
        query = self.request.GET.copy()
        for name in ("before", "after"):
            query.pop(name, None)
        query.update(cursor)
        return f"{self.request.path}?{query.urlencode()}{self.fragment}"
