"""What help there is here, and what is known of it."""

from django.db.models import QuerySet

from accounts.models import User
from audit.denied import NotVisible
from interventions.models import Approach, Scale, Service, Services
from interventions.permissions import can_see_services


def approaches(*, viewer: User) -> QuerySet[Approach]:
    """The kinds of help with their ratings, by name: public knowledge, open to everybody."""
    return Approach.objects.all()


def scales(*, viewer: User) -> QuerySet[Scale]:
    """What can be measured, by name."""
    return Scale.objects.all()


def services(*, viewer: User) -> Services:
    """All services by name, each with `free_places`; closed ones too (`closed_at`).

    Empty for whoever may not see what help there is. No child can be told from it.
    """
    known = Service.objects.select_related("provider", "approach").order_by("name", "pk")
    return known.with_taken() if can_see_services(by=viewer) else known.with_taken().none()


def service(service_id: int, *, viewer: User) -> Service:
    """One service with its `free_places`. NotVisible otherwise."""
    found = services(viewer=viewer).filter(pk=service_id).first()
    if found is None:
        raise NotVisible("service", service_id)
    return found
