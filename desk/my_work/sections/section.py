"""What a section of My work is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import CaseChild

# Of each list; the rest stands on its own page.
MOST = 10


@dataclass(frozen=True)
class Section:
    """One section: `work` is what its partial shows, `waits` whether any of it is for today.

    `persons` are the children whose names stand in it, `cases` the cases, `notices` the notices to
    the viewer's agency that name them, by id.
    """

    name: str
    work: Any = None
    waits: bool = False
    persons: frozenset[int] = frozenset()
    cases: frozenset[int] = frozenset()
    notices: frozenset[int] = frozenset()

    @property
    def template(self) -> str:
        return f"desk/home/_{self.name}.html"


def of_places(
    name: str, found: Sequence[Any], places: Sequence[CaseChild], *, waits: bool
) -> Section | None:
    """A list of what hangs on these places, each of which is named; None where it is empty."""
    if not found:
        return None
    return Section(
        name,
        found,
        waits=waits,
        persons=frozenset(place.person_id for place in places),
        cases=frozenset(place.case_id for place in places),
    )
