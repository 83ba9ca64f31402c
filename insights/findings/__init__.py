"""What a report says, in words: the same for the page, the PDF and the CSV. Pure, no table.

No exact small number leaves here: counts are published as `insights.rounding` has them, rates are
made of rounded counts, and a withheld effect is not in the findings at all.
"""

from insights.findings.findings import Difference, Findings, Line, method, of
from insights.findings.verdicts import Verdict

__all__ = ["Difference", "Findings", "Line", "Verdict", "method", "of"]
