"""Put help on offer, and change what a service says of itself."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from interventions import permissions
from interventions.models import Approach, Service

# Beyond childhood by as much as help is offered: leaving care, or special needs (by judgement).
OLDEST = 25


@asking.command
def offer_service(
    name: str,
    *,
    provider: Agency,
    approach: Approach,
    description: str,
    youngest: int,
    oldest: int,
    capacity: int | None = None,
    unit_cost: Decimal | None = None,
    by: User,
) -> Service:
    """Put a service in the list. Ages in completed years, inclusive; `capacity` None: no limit.

    Sent twice, it is one. ValidationError at the field for what is missing or does not fit, and
    for an approach in which no single child can take part.
    """
    permissions.check_can_manage_services_of(provider, by=by)
    says: dict[str, Any] = {
        "name": name.strip(),
        "provider": provider,
        "approach": approach,
        "description": description,
        "youngest": youngest,
        "oldest": oldest,
        "capacity": capacity,
        "unit_cost": unit_cost,
    }
    # Of two sends at once, the second waits here for the first.
    Agency.objects.select_for_update(no_key=True).get(pk=provider.pk)
    if same := Service.objects.filter(**says, opened_by=by, closed_at=None).first():
        return same
    service = Service(**says, key=uuid4(), opened_at=clock.now(), opened_by=by)
    errors = _misfits(service)
    if not approach.is_for_one_child:
        errors["approach"] = "No child takes part in this by themselves: choose another kind."
    if errors:
        raise ValidationError(errors)
    service.save()
    audit.commands.record(Kind.COLLECTION, "offer service", records={"service": service.pk}, by=by)
    return service


@asking.command
def change_service(
    service: Service,
    *,
    name: str,
    description: str,
    youngest: int,
    oldest: int,
    capacity: int | None,
    unit_cost: Decimal | None,
    takes_children: bool,
    by: User,
) -> Service:
    """Change what a service says; provider and approach stay, for courses rest on them.

    `takes_children` False closes it to new children: who takes part goes on to the end.
    ValidationError at the field; `capacity` never falls below who takes part now.
    """
    permissions.check_can_manage_services_of(service.provider, by=by)
    service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    service.name, service.description = name.strip(), description
    service.youngest, service.oldest = youngest, oldest
    service.capacity, service.unit_cost = capacity, unit_cost
    if takes_children:
        service.closed_at = None
    elif service.closed_at is None:
        service.closed_at = clock.now()
    if errors := _misfits(service):
        raise ValidationError(errors)
    service.save()
    audit.commands.record(Kind.ALTERATION, "change service", records={"service": service.pk}, by=by)
    return service


def _misfits(service: Service) -> dict[str, str]:
    """What keeps a service from being listed: {field: what to do instead}."""
    taken = service.enrolments.live().count() if service.pk else 0
    namesakes = Service.objects.filter(provider=service.provider, name=service.name)
    room, cost = service.capacity, service.unit_cost
    misfits = {
        "name": (not service.name, "Enter a name."),
        "youngest": (
            not 0 <= service.youngest <= OLDEST,
            f"The youngest age must be between 0 and {OLDEST}.",
        ),
        "oldest": (
            not service.youngest <= service.oldest <= OLDEST,
            f"The oldest age must be between the youngest and {OLDEST}.",
        ),
        "capacity": (room is not None and room < 1, "Enter 1 place or more, or leave it out."),
        "unit_cost": (cost is not None and cost < 0, "Enter 0 pounds or more, or leave it out."),
    }
    errors = {field: words for field, (is_misfit, words) in misfits.items() if is_misfit}
    if service.name and namesakes.exclude(pk=service.pk).exists():
        errors["name"] = f"{service.provider} has a service of this name: choose another."
    if room is not None and 1 <= room < taken:
        errors["capacity"] = f"{taken} take part now: enter {taken} places or more."
    return errors
