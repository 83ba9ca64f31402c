"""Entries of the record of use, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

import accounts.queries
from accounts.models import User
from audit.models import Entry, Kind
from partners.models import in_words

KINDS = {
    Kind.COLLECTION: "Recorded",
    Kind.ALTERATION: "Changed",
    Kind.CONSULTATION: "Looked at",
    Kind.DISCLOSURE: "Shared",
    Kind.COMBINATION: "Linked",
    Kind.ERASURE: "Erased",
    Kind.DENIED: "Refused",
}


@dataclass(frozen=True)
class Line:
    """One entry as it is shown: `name` is the user's name today, '' where nobody is known."""

    entry: Entry
    name: str

    @property
    def kind(self) -> str:
        return KINDS[Kind(self.entry.kind)]

    @property
    def what(self) -> str:
        return str(self.entry.verb).replace("_", " ")

    @property
    def children(self) -> list[str]:
        return [f"C-{person_id}" for person_id in self.entry.persons]

    @property
    def is_of_one(self) -> bool:
        """Whether it is of one child alone: then its other records are that child's too."""
        return len(self.entry.persons) == 1

    @property
    def sections(self) -> str:
        return ", ".join(in_words(self.entry.sections))

    @property
    def records(self) -> str:
        """Such as 'flag 12, prompt 3 and 24 more'."""
        found = ((kind, _few(ids)) for kind, ids in self.entry.records.items())
        return ", ".join(f"{kind} {few}" for kind, few in found if few)


def _few(ids: object, most: int = 3) -> str:
    many = ids if isinstance(ids, list) else [ids]
    more = f" and {len(many) - most} more" if len(many) > most else ""
    return ", ".join(str(each) for each in many[:most]) + more


def lines(entries: Iterable[Entry], *, viewer: User) -> list[Line]:
    """The entries with the names of who made them. The caller checks who may ask."""
    entries = list(entries)
    names = accounts.queries.names((e.user_id for e in entries if e.user_id), viewer=viewer)
    return [Line(entry, names.get(entry.user_id or 0, "")) for entry in entries]
