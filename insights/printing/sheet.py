"""The CSV: a header block, then every published figure and sentence in the order of the report."""

import csv as comma_separated
import io
import re
from collections.abc import Iterator

from insights.findings import Findings, Line

HEADER = ("section", "item", "value")
# What a spreadsheet would run as a formula; some read the full-width signs too.
FORMULA = re.compile(r"^\s*[=+\-@\t\r|%＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def csv(findings: Findings) -> bytes:
    """UTF-8 with a byte order mark, lines ended by CR LF, as spreadsheets read it."""
    out = io.StringIO(newline="")
    writer = comma_separated.writer(out)
    for row in _rows(findings):
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what would be a formula, not a number."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def _rows(findings: Findings) -> Iterator[tuple[str, ...]]:
    yield ("OFFICIAL-SENSITIVE", findings.title, "")
    yield ("Early Intervention Portal", "Data as of", findings.as_of.isoformat())
    yield ("", "Written on", findings.written_on.isoformat())
    yield ("", "", "")
    yield HEADER
    yield ("finding", "question", findings.question)
    yield ("finding", "verdict", findings.verdict.value)
    yield ("finding", "headline", findings.headline)
    if findings.effect is not None:
        for name in ("effect", "low", "high"):
            yield ("finding", name, f"{getattr(findings, name):.2f}")
    yield from _sentences("why we cannot tell", findings.reasons)
    yield ("finding", "level", findings.maryland)
    yield from _sentences("what one can say", findings.can_say)
    yield from _sentences("what one cannot say", findings.cannot_say)
    yield from _lines("rates", findings.rates)
    yield from _lines("who was compared", findings.who)
    for each in findings.balance:
        after = "" if each.after is None else f"{each.after:.2f}"
        yield ("difference before matching", each.label, f"{each.before:.2f}")
        yield ("difference after matching", each.label, after)
    yield from _sentences("checks", findings.checks)
    yield from _sentences("money", findings.money)
    yield from _sentences("what would help", findings.would_help)
    yield from _lines("method", findings.method)
    yield from _lines("provenance", findings.provenance)


def _sentences(section: str, sentences: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return ((section, str(number), said) for number, said in enumerate(sentences, start=1))


def _lines(section: str, lines: tuple[Line, ...]) -> Iterator[tuple[str, ...]]:
    return ((section, line.label, line.value) for line in lines)
