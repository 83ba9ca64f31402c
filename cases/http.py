"""What several endpoints say alike of a child: by which number, whom it is safe to tell."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from cases.queries import WhoMayBeTold

CHILD = OpenApiParameter(
    "child",
    {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    OpenApiParameter.PATH,
    description="The id that posting a contact answered: 12 of the reference C-12.",
)


class SafeToTell(serializers.Serializer[Any]):
    """Whom it is safe to tell about a child, and how: show it before anybody is told anything.

    `version` is what a send names, once a person has read it.
    """

    version = serializers.IntegerField()
    safe_ways = serializers.CharField()
    people_not_told = serializers.CharField()
    agencies_not_told = serializers.ListField(child=serializers.CharField())
    parental_responsibility = serializers.CharField()
    recorded_at = serializers.DateTimeField()


def who_may_be_told(safe: WhoMayBeTold | None) -> dict[str, Any] | None:
    """What a query found, as it is told; None where nothing is said to this viewer."""
    if safe is None:
        return None
    plain = ("version", "safe_ways", "people_not_told", "parental_responsibility", "recorded_at")
    return {
        "agencies_not_told": [agency.name for agency in safe.agencies_not_told],
        **{name: getattr(safe, name) for name in plain},
    }
