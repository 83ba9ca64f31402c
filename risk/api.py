"""Readings over the API, and what a partner is told to watch for instead."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

import audit.commands
import cases.queries
import risk.queries
from accounts.models import User
from audit.denied import NotVisible
from audit.models import Kind
from cases.access.scope import Sight
from cases.http import CHILD
from cases.models import Lens, Section
from rest.http.answers import answered
from rest.http.documented import MATCH, RECORD
from rest.http.endpoints import Request, endpoint
from risk.scoring import BANDS


class Seen(serializers.Serializer[Any]):
    """One observation that counts: what it weighs on the day."""

    observed_on = serializers.DateField()
    severity = serializers.CharField()
    confidence = serializers.CharField()
    points = serializers.FloatField()


class Part(serializers.Serializer[Any]):
    """What one indicator adds to a reading (a strength takes away), with its observations."""

    code = serializers.CharField()
    name = serializers.CharField()
    domain = serializers.CharField()
    points = serializers.FloatField()
    seen = Seen(many=True)


class Moved(serializers.Serializer[Any]):
    """What one indicator added to the change; below 0 it lowered it."""

    name = serializers.CharField()
    change = serializers.FloatField()


class Lensed(serializers.Serializer[Any]):
    """One lens: `points` is the sum of `parts`, less `lowered_by`, and `held_back`.

    `held_back` is what police-only facts make of it where you may not see these. `direction` and
    `change` compare with `compared_with`; `easings` say what would lower the reading.
    """

    lens = serializers.ChoiceField(Lens.values)
    name = serializers.CharField()
    points = serializers.FloatField()
    band = serializers.ChoiceField(list(BANDS))
    change = serializers.FloatField(allow_null=True)
    direction = serializers.ChoiceField(["new", "up", "down", "level"])
    moved = Moved(many=True)
    parts = Part(many=True)
    lowered_by = Part(many=True)
    held_back = serializers.FloatField()
    easings = serializers.ListField(child=serializers.CharField())


class Readings(serializers.Serializer[Any]):
    """Why a child reads as they do today. It orders attention: a person decides.

    `is_read` is false for who is not read (over 25; from 18 without agreement; no model is live):
    then nothing else is said. `missing` says what is not known. `police_hold_more`: there are facts
    that you are not shown.
    """

    child = serializers.CharField()
    is_read = serializers.BooleanField()
    as_of = serializers.DateField(allow_null=True)
    compared_with = serializers.DateField(allow_null=True)
    model = serializers.IntegerField(allow_null=True)
    lenses = Lensed(many=True)
    strengths = serializers.FloatField(allow_null=True)
    strength_parts = Part(many=True)
    breadth = serializers.IntegerField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    police_hold_more = serializers.BooleanField()


class WatchFor(serializers.Serializer[Any]):
    """An indicator in words. No points, no band, no date, and no order but that of the names."""

    name = serializers.CharField()
    says = serializers.CharField()


class ToWatchFor(serializers.Serializer[Any]):
    child = serializers.CharField()
    watch_for = WatchFor(many=True)


@extend_schema(
    operation_id="read_readings",
    summary="Read a child's readings, and why",
    description="Needs `risk:read`, and a ground that opens the full record: a client of the lead "
    "agency that posted a contact with the child, or of the hub while it decides. For anybody else "
    "it is 404, as for a child who does not exist: partners read what to watch for.",
    parameters=[CHILD, MATCH],
    responses={200: Readings, **RECORD},
    tags=["Children"],
)
@endpoint("GET", scope="risk:read")
def readings(request: Request, child: int) -> HttpResponse:
    """Points, bands, trend and reasons, for the full record alone."""
    sight = cases.queries.record(child, viewer=request.user)
    if not sight.readings:
        raise NotVisible("child", child)
    explained = risk.queries.explanation(sight, viewer=request.user)
    _told("api readings", sight, by=request.user)
    return answered(request, {"child": sight.person.reference, **_explained(explained)})


@extend_schema(
    operation_id="read_watch_for",
    summary="Read what to watch for",
    description="Needs `risk:read`, and a share that opens this section to your agency (or a ground "
    "that opens the full record). Made only from facts that you may see.",
    parameters=[CHILD, MATCH],
    responses={200: ToWatchFor, **RECORD},
    tags=["Children"],
)
@endpoint("GET", scope="risk:read")
def watch_for(request: Request, child: int) -> HttpResponse:
    """Words alone, for whoever sees the section."""
    sight = cases.queries.record(child, viewer=request.user)
    if not sight.shows(Section.WATCH):
        raise NotVisible("child", child)
    found = risk.queries.watch_for(sight, viewer=request.user)
    _told("api watch for", sight, by=request.user)
    content = {"child": sight.person.reference, "watch_for": [vars(each) for each in found]}
    return answered(request, content)


def _told(verb: str, sight: Sight, *, by: User) -> None:
    audit.commands.record(
        Kind.DISCLOSURE,
        verb,
        persons=[sight.person.pk],
        sections=sight.sections,
        ground=sight.ground,
        by=by,
    )


def _explained(found: risk.queries.Explanation | None) -> dict[str, Any]:
    return {
        "is_read": found is not None,
        "as_of": found and found.as_of,
        "compared_with": found and found.compared_with,
        "model": found and found.model,
        "lenses": [_lens(lens) for lens in found.lenses] if found else [],
        "strengths": found and found.strengths,
        "strength_parts": _parts(found.strength_parts) if found else [],
        "breadth": found and found.breadth,
        "missing": list(found.missing) if found else [],
        "police_hold_more": bool(found and found.police_hold_more),
    }


def _lens(lens: risk.queries.LensExplained) -> dict[str, Any]:
    return {
        "lens": lens.lens,
        "name": lens.label,
        "points": lens.points,
        "band": lens.band,
        "change": lens.change,
        "direction": lens.direction,
        "moved": [vars(moved) for moved in lens.moved],
        "parts": _parts(lens.parts),
        "lowered_by": _parts(lens.lowered_by),
        "held_back": lens.held_back,
        "easings": [easing.says for easing in lens.easings],
    }


def _parts(parts: tuple[risk.queries.Part, ...]) -> list[dict[str, Any]]:
    return [
        {
            "code": part.code,
            "name": part.name,
            "domain": part.domain,
            "points": part.points,
            "seen": [
                {
                    "observed_on": seen.observed_on,
                    "severity": seen.severity,
                    "confidence": seen.confidence,
                    "points": seen.points,
                }
                for seen in part.seen
            ],
        }
        for part in parts
    ]
