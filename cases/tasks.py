"""What the workers do for cases."""

from datetime import date

from celery import shared_task

import accounts.commands
import cases.commands
import clock


@shared_task
def climb() -> int:
    """Call the next on duty about every flag and grave prompt that nobody has answered."""
    return cases.commands.climb(by=accounts.commands.system())


@shared_task
def match_blind(person_ids: list[int]) -> int:
    """Children whom a partner told of: who they may be is kept for a person to decide."""
    return cases.commands.match_blind(person_ids, by=accounts.commands.system())


@shared_task
def look_among_hidden(kept_ids: list[int] | None = None) -> int:
    """After a search or a contact: who came near a hidden record. Without ids, whatever is kept."""
    return cases.commands.look_among_hidden(kept_ids, by=accounts.commands.system())


@shared_task
def follow_links() -> int:
    """What is new where contacts told of restricted children is taken into their records."""
    return cases.commands.follow_links(by=accounts.commands.system())


@shared_task
def list_due(on: str = "") -> int:
    """What is due for review on a day, today where none is said, is listed anew.

    First what was written in bulk is worked out: it is never due before.
    """
    system = accounts.commands.system()
    while cases.commands.work_out_missing(by=system):
        pass
    return cases.commands.list_due(on=date.fromisoformat(on) if on else clock.today(), by=system)


@shared_task
def match_latest() -> int:
    """The same for all of the last two days that nobody was found for yet."""
    return cases.commands.match_latest(by=accounts.commands.system())
