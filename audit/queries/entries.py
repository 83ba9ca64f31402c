"""Entries by what is asked, how many there are, and which words they use."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet

import clock
from audit.models import Entry, Kind

# What is counted to the last; beyond it the page says 'more than'.
COUNTED = 10_000
# Columns whose words a filter offers.
WORDS = ("agency", "ground", "verb")
# One look at the index for each word, however many entries use it.
DISTINCT = """
with recursive word as (
    (select {column} from audit_entry order by {column} limit 1)
    union all
    select (select e.{column} from audit_entry e where e.{column} > w.{column}
            order by e.{column} limit 1)
    from word w where w.{column} is not null
)
select {column} from word where {column} <> ''
"""


@dataclass(frozen=True)
class Asked:
    """What of the record is asked for; '' and None: whatever it is.

    `user_id` is whose name `username` is, None where nobody has it: users are neither removed nor
    renamed. `ground` is one word: an entry on several grounds has each of them.
    """

    username: str = ""
    user_id: int | None = None
    person: int | None = None
    day: date | None = None
    kind: str = ""
    ground: str = ""
    agency: str = ""
    verb: str = ""

    @property
    def said(self) -> dict[str, object]:
        """As an entry keeps it among its records; the child stands among its persons."""
        words = {
            # Typed by hand: what is nobody's user name may be a child's name, and is not kept.
            "user name": self.username if self.user_id or not self.username else "nobody's",
            "day": self.day.isoformat() if self.day else "",
            "kind": self.kind,
            "ground": self.ground,
            "agency": self.agency,
            "verb": self.verb,
        }
        return {name: value for name, value in words.items() if value}


def trail(asked: Asked, *, viewer: object) -> QuerySet[Entry]:
    """Entries, newest first. The caller checks who may ask."""
    entries = Entry.objects.order_by("-at", "-pk")
    if asked.person is not None:
        entries = entries.filter(persons__contains=[asked.person])
    if asked.user_id is not None:
        entries = entries.filter(user_id=asked.user_id)
    elif asked.username:
        return entries.none()
    if asked.day is not None:
        entries = entries.filter(at__gte=clock.start_of(asked.day), at__lt=clock.end_of(asked.day))
    if asked.ground:
        combined = [said for said in words("ground", viewer=viewer) if asked.ground in _parts(said)]
        entries = entries.filter(ground__in=combined)
    same = {name: getattr(asked, name) for name in ("kind", "agency", "verb")}
    return entries.filter(**{name: value for name, value in same.items() if value})


def number(entries: QuerySet[Entry], *, viewer: object, most: int = COUNTED) -> tuple[int, bool]:
    """How many entries, and whether there are more than are counted."""
    counted = entries.order_by()[: most + 1].count()
    return min(counted, most), counted > most


def words(column: str, *, viewer: object) -> list[str]:
    """What the entries say in one of the columns WORDS, each once."""
    assert column in WORDS
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT.format(column=column))
        return [word for (word,) in cursor.fetchall()]


def grounds(*, viewer: object) -> list[str]:
    """The single grounds that entries stand on."""
    return sorted({part for said in words("ground", viewer=viewer) for part in _parts(said)})


def _parts(ground: str) -> list[str]:
    return ground.split(", ")


@dataclass(frozen=True)
class Refused:
    """Attempts that were refused: to see or do something while signed in, and to sign in."""

    inside: int
    sign_ins: int


def refused(*, viewer: object, since: datetime) -> Refused:
    """How many attempts have been refused since a moment. The caller checks who may ask."""
    signing_in = Q(verb="sign in")
    counted = Entry.objects.filter(kind=Kind.DENIED, at__gte=since).aggregate(
        inside=Count("pk", filter=~signing_in), sign_ins=Count("pk", filter=signing_in)
    )
    return Refused(**counted)


# What names a child in a list, and opens nothing of them.
LISTS = ("home", "shared", "notices", "requests", "api shared", "api notices", "api requests")


def opened(*, viewer: object, person: object, agency: object, since: object) -> QuerySet[Entry]:
    """The entries that show a child to somebody of an agency, by its name, since a moment.

    Each may be a value or a reference to an outer query. The caller checks who may ask.
    """
    shown = Entry.objects.filter(
        kind__in=(Kind.CONSULTATION, Kind.DISCLOSURE),
        persons__contains=[person],
        agency=agency,
        at__gte=since,
    )
    return shown.exclude(verb__in=LISTS)
