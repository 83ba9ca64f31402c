"""What risk does when facts change: reads the children anew, there and then."""

from collections.abc import Iterable

from django.dispatch import receiver

import accounts.commands
import risk.commands
from cases.signals import facts_changed


@receiver(facts_changed)
def read_anew(*, person_ids: Iterable[int], **_: object) -> None:
    """In the transaction of the facts: no reader sees a reading older than its facts."""
    risk.commands.read_anew(person_ids, by=accounts.commands.system())
