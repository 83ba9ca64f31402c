"""What a check of the sealed record found, in sentences."""

from dataclasses import dataclass, field
from datetime import datetime

SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed.

    `what`: changed, removed, put in, late, out of order, rewritten, unsealed, anchors, guard.
    `batch`, `position` and `entry` where they are known.
    """

    what: str
    says: str
    batch: int | None = None
    position: int | None = None
    entry: int | None = None


@dataclass
class Report:
    """All that a check read and found; `findings` are the first SHOWN of `found`."""

    batches: int = 0
    entries: int = 0
    unsealed: int = 0
    head: str = ""
    sealed_at: datetime | None = None
    anchors: int = 0
    matched: int = 0  # the last batch whose anchored head is in the chain
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.found

    def add(self, finding: Finding) -> None:
        self.found += 1
        if len(self.findings) < SHOWN:
            self.findings.append(finding)
