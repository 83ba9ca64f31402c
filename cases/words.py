"""What the words ticked in the police records system mean in the portal's catalogue.

A ticked word is a prompt: it is never scored until a person has confirmed it. The table is
`data/words_to_indicators.csv`; a force that ticks other words adds its own lines.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS_FILE = Path(__file__).parent / "data" / "words_to_indicators.csv"


@dataclass(frozen=True)
class Word:
    """One ticked word: `kind` is 'risk' or 'strength'; `code` is a catalogue code, '' where no code
    says just this and a person must look; `note` is for whoever confirms the prompt."""

    word: str
    kind: str
    code: str
    note: str


@cache
def words() -> dict[tuple[str, str], Word]:
    """The table by (kind, word), words in lower case."""
    with WORDS_FILE.open(encoding="utf-8-sig", newline="") as lines:
        table = [
            Word(line["word"].strip().casefold(), line["kind"], line["code"], line["note"])
            for line in csv.DictReader(lines)
        ]
    return {(word.kind, word.word): word for word in table}


def ticked(cell: str) -> tuple[str, ...]:
    """The words of one cell, in its order, each once, in lower case: they are parted by ';'."""
    found = (" ".join(word.split()).casefold() for word in cell.split(";"))
    return tuple(dict.fromkeys(word for word in found if word))
