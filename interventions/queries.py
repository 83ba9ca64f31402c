"""The catalogue of help, and who takes part in what."""

from django.db.models import QuerySet

from accounts.models import User
from interventions.models import Service


def services(*, viewer: User) -> QuerySet[Service]:
    """All services by name, closed ones too (`closed_at`). No child can be told from it."""
    return Service.objects.select_related("provider", "approach").order_by("name", "pk")
