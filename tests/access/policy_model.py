"""The policy in plain Python: who sees which sections of whom, as design/access.md says it.

Nothing here knows of tables. Every ground is a window on one child; what a window opens is asked
moment by moment, so that nothing has to be done when one runs out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FULL = frozenset({"full"})
GOES_ON = timedelta(days=30)
# Outside the lead agency the full record opens on these grounds alone.
TO_ANY_AGENCY = {"hub", "reason", "named", "break-glass"}
BEYOND = {"restricted": {"named", "break-glass"}, "sealed": {"named"}}


@dataclass
class Who:
    """`holds` are what windows are written to: the user, their agency, their teams.

    Who stands in for the hub out of hours holds what it has of referrals then, and reads as it does.
    """

    name: str
    agency: str
    is_lead: bool
    holds: set[str]
    opens_records: bool = True
    stands_in: bool = False
    has_left: bool = False

    def is_wide(self, *, out_of_hours: bool) -> bool:
        """Lead agency and hub may match everybody, so the second lock shows them who is not hidden."""
        in_hub = "team hub" in self.holds or (self.stands_in and out_of_hours)
        return not self.has_left and (self.is_lead or in_hub)


@dataclass
class Agreement:
    ends: datetime
    suspended: bool = False


@dataclass
class Window:
    """One ground on one child. `agreement`: of a share, which ends no later and may be held back.

    `of_case`: on the child's place in the case with that number, and not on the child.
    """

    to: str
    child: str
    sections: frozenset[str]
    ground: str
    starts: datetime
    until: datetime | None = None
    agreement: Agreement | None = None
    safeguarding: bool = False
    of_case: int | None = None
    decided_by: str = ""

    def is_live(self, now: datetime) -> bool:
        ends = [self.until] if self.until else []
        if self.agreement:
            if self.agreement.suspended:
                return False
            ends.append(self.agreement.ends + (GOES_ON if self.safeguarding else timedelta()))
        return self.starts <= now and all(now < end for end in ends)


@dataclass
class Policy:
    people: dict[str, Who]
    out_of_hours: Callable[[datetime], bool]
    windows: list[Window] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)  # child: restricted or sealed
    keepers: dict[str, str] = field(default_factory=dict)  # child: who owns the hidden record
    told: set[tuple[str, str]] = field(default_factory=set)  # what an agency told of a child

    def end(self, now: datetime, windows: Iterable[Window]) -> None:
        for window in windows:
            window.until = min(window.until or now, now)

    def sections(self, name: str, child: str, now: datetime) -> frozenset[str]:
        """What somebody sees of a child now; nothing at all is the empty set."""
        who = self.people[name]
        if not who.opens_records or who.has_left:
            return frozenset()
        seen: set[str] = set()
        for window in self.windows:
            if window.child == child and self._counts(window, who, now):
                seen |= window.sections
        return frozenset(seen)

    def _counts(self, window: Window, who: Who, now: datetime) -> bool:
        if not window.is_live(now) or not self._holds(who, window, now):
            return False
        hidden = self.hidden.get(window.child)
        if hidden and window.ground not in BEYOND[hidden]:
            return False
        return "full" not in window.sections or who.is_lead or window.ground in TO_ANY_AGENCY

    def _holds(self, who: Who, window: Window, now: datetime) -> bool:
        if window.to in who.holds:
            return True
        stands_in = who.stands_in and self.out_of_hours(now)
        return stands_in and (window.to, window.ground) == ("team hub", "hub")

    def is_hidden_from(self, name: str, child: str, now: datetime) -> bool:
        """Whether the child does not exist for somebody."""
        return child in self.hidden and not self.sections(name, child, now)

    def may_be_shown(self, name: str, child: str, now: datetime) -> bool:
        """Whether the second lock may show somebody that the child exists."""
        who = self.people[name]
        if self.sections(name, child, now):
            return True
        if child in self.hidden or who.has_left:
            return False
        own = (who.agency, child) in self.told or self._decides(name, child, now)
        return own or who.is_wide(out_of_hours=self.out_of_hours(now))

    def _decides(self, name: str, child: str, now: datetime) -> bool:
        """Whoever decided a share reads it, to end it, until it is over."""
        theirs = [w for w in self.windows if (w.decided_by, w.child) == (name, child)]
        return any(window.until and now < window.until for window in theirs)
