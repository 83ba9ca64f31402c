"""The PDF: Typst sets it from the findings, tagged for screen readers (PDF/UA-1)."""

import json
import re
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from insights.findings import Findings, Verdict

TEMPLATE = Path(__file__).parent.parent / "data" / "report.typ"
# What the fonts of Typst surely have: Latin letters, and the signs that our own sentences use.
UNSURE = re.compile("[^ -~\u00a0-\u024f\u2010-\u2027\u2212]")


def pdf(findings: Findings) -> bytes:
    """The report to print. The document's date is the day on which it was written, at noon.

    Only fonts that Typst brings itself are used, so that every machine makes the same bytes. What
    users typed reaches Typst as strings and is never read as its markup. A character that no font has
    (an emoji in the question) is no reason to have no report: then each character that may be it is
    printed as a replacement mark. The page and the CSV say it in full.
    """
    told = inputs(findings)
    try:
        return _set(told, findings)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    marked = UNSURE.sub("\N{REPLACEMENT CHARACTER}", _composed(told["findings"]))
    return _set({"findings": marked}, findings)


def _composed(told: str) -> str:
    """The JSON with its characters as such, letters and their accents as one."""
    return unicodedata.normalize("NFC", json.dumps(json.loads(told), ensure_ascii=False))


def _set(told: dict[str, str], findings: Findings) -> bytes:
    made = typst.compile(
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=told,
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
