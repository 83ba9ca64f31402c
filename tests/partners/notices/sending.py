"""Notices as they are sent, refused and told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import clock
import partners.commands
from accounts.models import Notification, User
from cases.models import Contact, Person
from partners.models import Notice, NoticeKind
from tests import factories
from tests.partners.conftest import World

CONTENT = "Police were at home after shouting. Robin was upstairs and said the dog was frightened."


def abuse(world: World, *children: Person, ago: timedelta = timedelta(hours=1), **more: Any):
    """A contact of domestic abuse, logged by the lead worker."""
    contact = factories.contact(*(children or [world.child]), by=world.lead_worker, ago=ago, **more)
    Contact.objects.filter(pk=contact.pk).update(contact_type="Domestic abuse - child present")
    contact.refresh_from_db()
    return contact


def send(world: World, **changed: Any) -> Notice:
    said = {
        "person": world.child,
        "agency": world.school,
        "kind": NoticeKind.ENCOMPASS,
        "content": CONTENT,
        "purpose": "Keeping the child safe",
        "lawful_basis": "legal obligation",
        "by": world.lead_worker,
    } | changed
    if "contact" not in said:
        said["contact"] = abuse(world)
    person, contact = said.pop("person"), said["contact"]
    said.setdefault("happened_at", contact.occurred_at if contact else clock.now())
    return partners.commands.send_notice(person, **said)


def refused(send_it: Callable[[], Any]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        send_it()
    assert not Notice.objects.exists()
    return caught.value.message_dict


def told(user: User) -> list[str]:
    waiting = Notification.objects.filter(user=user, seen_at=None, text__contains="otice")
    return [line.text for line in waiting.order_by("pk")]
