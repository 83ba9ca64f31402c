"""Now, today, and the bounds of a London day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# A plain module value, not a context variable: the test server answers in another thread and must
# live in the same moment. No request and no task ever sets it.
_held: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _held or datetime.now(UTC)


def held() -> datetime | None:
    """The moment at which the clock is held, None where it runs."""
    return _held


def today() -> date:
    """Today's date in London."""
    return london_date(now())


def london(moment: datetime) -> datetime:
    """The same moment on London's clocks."""
    return moment.astimezone(LONDON)


def london_date(moment: datetime) -> date:
    """The date in London at an aware moment."""
    return london(moment).date()


def start_of(day: date) -> datetime:
    """The first moment of a London day, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a London day, in UTC: 'by the end of d' is '< end_of(d)'."""
    return start_of(day + timedelta(days=1))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment; for tests and for the demo's history."""
    global _held
    if moment.tzinfo is None:
        raise ValueError("clock.at needs an aware moment")
    before, _held = _held, moment.astimezone(UTC)
    try:
        yield
    finally:
        _held = before
