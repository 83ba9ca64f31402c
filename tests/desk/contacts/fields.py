"""What is typed to log a contact and to complete it, as the forms' fields."""

import re
from uuid import uuid4

from django.test import Client

from cases.models import (
    Contact,
    ContactChild,
    Person,
)

NO_BIRTH_DATE = {f"child-0-date_of_birth-{part}": "" for part in ("day", "month", "year")}
LAST_WORDS = "No other record that you can open. Worried? Call the hub on"


def address() -> str:
    return f"/contacts/drafts/{uuid4()}"


def child(number: int = 0, **said: str) -> dict[str, str]:
    """The fields of a child, Robin Example born 4 May 2013 unless said otherwise."""
    robin = {
        "forenames": "Robin",
        "surname": "Example",
        "date_of_birth-day": "4",
        "date_of_birth-month": "5",
        "date_of_birth-year": "2013",
    }
    return {f"child-{number}-{name}": value for name, value in (robin | said).items()}


def typed(**changes: str) -> dict[str, str]:
    happened = {
        "contact_type": "Missing person",
        "narrative": "Found at the bus station, cold and hungry",
        "safe_now": "yes",
        "location": "Bus station",
        "occurred_at-day": "24",
        "occurred_at-month": "11",
        "occurred_at-year": "2026",
        "occurred_at-time": "09:45",
        "handling": "share",
    }
    return child() | happened | changes


def matched(answer: str, *offered: Person, number: int = 0) -> dict[str, str]:
    """The answer to 'is this one of these children?', given about those offered."""
    shown = " ".join(str(person.pk) for person in offered)
    return {f"child-{number}-person": answer, f"child-{number}-shown": shown}


def logged(client: Client, **changes: str) -> Contact:
    answer = client.post(address(), typed(**changes))
    assert answer.status_code == 302, answer.content.decode()
    number = re.fullmatch(r"/contacts/(\d+)/complete", answer["Location"])[1]
    return Contact.objects.get(pk=number)


def completed(contact: Contact, **changes: str) -> dict[str, object]:
    """The completion of a contact with one child; keys of the child without its prefix: '-role'."""
    prefix = f"child-{ContactChild.objects.filter(contact=contact).earliest('pk').pk}"
    given = {
        "-role": "at risk",
        "-voice": "I don't want to go home",
        "-voice_why_not": "",
        "behaviour": "Quiet, tired",
        "told_family": "yes",
        "next_step": "nothing more",
    } | changes
    return {
        (prefix + name if name.startswith("-") else name): value for name, value in given.items()
    }
