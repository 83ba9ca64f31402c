"""A whole check: the chain, what stands beside it, and the files of anchors that the setting names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from audit.anchors import Head
from audit.beside import lost
from audit.findings import Report
from audit.verifying import verify

NOT_COMPARED = (
    "No anchored head was compared: a chain that is rewritten whole would not be noticed."
)


def check(heads: Mapping[Path, Sequence[Head]], sent: Mapping[Path, int]) -> Report:
    """Compare all that is sealed with the heads of these files; each of `sent` must hold its last."""
    report = verify([head for each in heads.values() for head in each])
    for file, number in sent.items():
        lost(file, number, heads.get(file, []), report)
    if not report.anchors:
        report.cautions.append(NOT_COMPARED)
    return report
