"""What somebody must answer: flags, and the words that another system ticked."""

import cases.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section


def flags(viewer: User) -> Section | None:
    found = list(cases.queries.flags(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    shown = found[:MOST]
    return Section(
        "flags",
        {"flags": shown, "more": len(found) > MOST},
        waits=True,
        persons=frozenset(flag.person_id for flag in shown),
    )


def prompts(viewer: User) -> Section | None:
    found = cases.queries.prompts_waiting(viewer=viewer)
    return Section("prompts", found, waits=bool(found.words))
