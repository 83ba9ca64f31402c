"""The PDF: Typst sets it from the findings, tagged for screen readers (PDF/UA-1)."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from insights.findings import Findings, Verdict

TEMPLATE = Path(__file__).parent.parent / "data" / "report.typ"


def pdf(findings: Findings) -> bytes:
    """The report to print. The document's date is the day on which it was written, at noon.

    Only fonts that Typst brings itself are used, so that every machine makes the same bytes. What
    users typed reaches Typst as strings and is never read as its markup.
    """
    made = typst.compile(
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=inputs(findings),
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(findings.written_on, time(12), tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


def inputs(findings: Findings) -> dict[str, str]:
    """What the template reads: the findings as JSON."""
    return {"findings": json.dumps(_plain(findings), sort_keys=True)}


def _plain(findings: Findings) -> dict[str, Any]:
    written = findings.written_on
    return asdict(findings) | {
        "title": findings.title,
        "told": findings.verdict != Verdict.CANNOT_TELL,
        "as_of": f"{findings.as_of:%-d %B %Y}",
        "written_on": f"{written:%-d %B %Y}",
        "written": [written.year, written.month, written.day],
        "balance": [
            {
                "label": each.label,
                "before": each.before_said,
                "after": each.after_said,
                "at": [each.before, each.after],
                "large": each.is_large,
            }
            for each in findings.balance
        ],
    }
