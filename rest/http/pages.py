"""Lists, a page at a time: newest first, by id, so that a page stays true while rows come in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from rest.http.fields import Moment

MOST = 100


class Asked(serializers.Serializer[Any]):
    """What a list may be asked for. A list with filters adds its own fields."""

    cursor = serializers.RegexField("^[1-9][0-9]{0,17}$", required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=25)
    modified_since = Moment(required=False)


PAGE_PARAMETERS = [
    OpenApiParameter(
        "cursor",
        {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"},
        description="Where the page begins: taken from `next` of the page before.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": 25},
        description="How many at most.",
    ),
    OpenApiParameter(
        "modified_since",
        {"type": "string", "format": "date-time"},
        description="Only what was made or changed at that moment or later.",
    ),
]


@dataclass(frozen=True)
class Page:
    """The rows of a page, and the address of the next one, None after the last."""

    rows: Sequence[Any]
    next: str | None

    def shown(self, show: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
        return {"results": [show(row) for row in self.rows], "next": self.next}


def page_of(request: Request, rows: QuerySet[Any], asked: Mapping[str, Any]) -> Page:
    """The page that the cleaned query asks for."""
    if cursor := asked.get("cursor"):
        rows = rows.filter(pk__lte=int(cursor))
    limit: int = asked["limit"]
    found: list[Model] = list(rows.order_by("-pk")[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    query = {**request.query_params.dict(), "cursor": str(found[limit].pk)}
    return Page(found[:limit], f"{request.path}?{urlencode(query)}")
