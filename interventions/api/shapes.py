"""How one share is told over the API: its head and its sections."""

from typing import Any

from rest_framework import serializers

from cases.http import SafeToTell
from cases.models import EventKind
from partners.models import LawfulBasis, shareable


class ToCall(serializers.Serializer[Any]):
    """Whom to call about it."""

    name = serializers.CharField()
    agency = serializers.CharField()
    phone = serializers.CharField()


class ContactAsShared(serializers.Serializer[Any]):
    """One contact in words that a person wrote for your agency."""

    contact_type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    text = serializers.CharField()


class WatchedFor(serializers.Serializer[Any]):
    """What to watch for, in words. Never a number."""

    name = serializers.CharField()
    says = serializers.CharField()


class Step(serializers.Serializer[Any]):
    """A step of the plan: who does what by the end of which day, and what came of it."""

    what = serializers.CharField()
    owner = serializers.CharField()
    agency = serializers.CharField()
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    came_of_it = serializers.CharField()


class Line(serializers.Serializer[Any]):
    """A line of the chronology. `text`: what a person wrote of it for partners, '' where nobody did."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(EventKind.values)
    says = serializers.CharField()
    agency = serializers.CharField()
    text = serializers.CharField()


class Course(serializers.Serializer[Any]):
    """Help that the child has or had: `kept` of `planned` sessions. `ended_on` is null while it runs."""

    service = serializers.CharField()
    provider = serializers.CharField()
    goal = serializers.CharField()
    starts_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    planned = serializers.IntegerField()
    kept = serializers.IntegerField()
    last_session_at = serializers.DateTimeField(allow_null=True)


class Added(serializers.Serializer[Any]):
    """What an agency knows and meant for yours, or what yours added. `voice`: the child's own words."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    agency = serializers.CharField()
    text = serializers.CharField()
    voice = serializers.CharField()


class WholeShare(serializers.Serializer[Any]):
    """One child, shared with your agency, and what its `sections` show; what is not in them is empty.

    `case` is null before there is one; `contact` but for a share of one contact alone. `until` is
    exclusive. `undecided_since`: since when the family has taken back its agreement to help, and
    nobody has decided what follows. `chronology` holds the newest 100 lines; `is_whole`: there are no more.
    """

    reference = serializers.CharField()
    child = serializers.CharField()
    case = serializers.CharField(allow_null=True)
    purpose = serializers.CharField()
    lawful_basis = serializers.ChoiceField(LawfulBasis.values)
    agreement = serializers.CharField()
    sections = serializers.ListField(
        child=serializers.ChoiceField([section for section, _ in shareable()])
    )
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    to_call = ToCall()
    safe_to_tell = SafeToTell(allow_null=True)
    undecided_since = serializers.DateTimeField(allow_null=True)
    summary = serializers.CharField()
    contact = ContactAsShared(allow_null=True)
    watch_for = WatchedFor(many=True)
    plan = Step(many=True)
    chronology = Line(many=True)
    is_whole = serializers.BooleanField()
    interventions = Course(many=True)
    contributions = Added(many=True)
