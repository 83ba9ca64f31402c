"""The policy in plain Python: who sees which sections of whom, as design/access.md says it.

Nothing here knows of tables. Every ground is a window on one child; what a window opens is asked
moment by moment, so that nothing has to be done when one runs out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

FULL = frozenset({"full"})
GOES_ON = timedelta(days=30)
# Outside the lead agency the full record opens on these grounds alone.
TO_ANY_AGENCY = {"hub", "named", "break-glass"}


@dataclass
class Who:
    """`holds` are what windows are written to: the user, their agency, their teams."""

    name: str
    is_lead: bool
    holds: set[str]


@dataclass
class Agreement:
    ends: datetime
    suspended: bool = False


@dataclass
class Window:
    """One ground on one child. `agreement`: of a share, which ends no later and may be held back."""

    to: str
    child: str
    sections: frozenset[str]
    ground: str
    starts: datetime
    until: datetime | None = None
    agreement: Agreement | None = None
    safeguarding: bool = False

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
    windows: list[Window] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)  # child: restricted or sealed

    def open(self, **said: object) -> Window:
        window = Window(**said)  # type: ignore[arg-type]
        self.windows.append(window)
        return window

    def sections(self, name: str, child: str, now: datetime) -> frozenset[str]:
        """What somebody sees of a child now; nothing at all is the empty set."""
        who = self.people[name]
        seen: set[str] = set()
        for window in self.windows:
            if window.child != child or window.to not in who.holds or not window.is_live(now):
                continue
            beyond = {"restricted": {"named", "break-glass"}, "sealed": {"named"}}
            if child in self.hidden and window.ground not in beyond[self.hidden[child]]:
                continue
            if "full" in window.sections and not (who.is_lead or window.ground in TO_ANY_AGENCY):
                continue
            seen |= window.sections
        return frozenset(seen)
