"""Flags that the viewer may answer, or learns what became of."""

from django.db.models import Q, QuerySet

from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Flag


def flags(*, viewer: User) -> QuerySet[Flag]:
    """Unanswered flags that called the viewer, or that stand on children open to them in full."""
    if not permissions.can(permissions.ANSWER_FLAG, by=viewer):
        return Flag.objects.none()
    found = Flag.objects.filter(answered_at=None).filter(
        Q(calls__user=viewer, calls__passed_at=None) | Q(person__in=scope.people_in_full(viewer))
    )
    if not viewer.agency.is_lead:
        # A call names the flag to them; this list would name the child.
        found = found.filter(police_only=False, person__in=scope.people_in_full(viewer))
    found = found.exclude(person__in=scope.hidden_from(viewer))
    return found.select_related("person", "area").distinct().order_by("raised_at", "pk")


def flag(flag_id: int, *, viewer: User) -> Flag:
    """A flag, open or answered, of a child that the viewer sees in full. NotVisible (404) otherwise.

    Answered, it is still found by whoever answered it or was called about it, though the task that
    showed them the child has ended: they learn what became of the call.
    """
    found = (
        Flag.objects.filter(pk=flag_id)
        .select_related("person", "answered_by", "observation__indicator", "contact")
        .prefetch_related("calls__user")
        .first()
    )
    if found is None or (found.police_only and not viewer.agency.is_lead):
        raise NotVisible("flag", flag_id)
    if scope.is_hidden_from(viewer, found.person_id):
        raise NotVisible("flag", flag_id)
    called = {call.user_id for call in found.calls.all() if not call.passed_at}
    involved = {found.answered_by_id, *called}
    if found.answered_at and viewer.pk in involved and viewer.is_active:
        return found
    if not scope.sight(viewer, found.person_id).everything:
        raise NotVisible("flag", flag_id)
    return found
