"""Arguments that several commands take."""

from argparse import ArgumentTypeError
from datetime import date

import clock

BIGGEST_ID = 2**63 - 1


def day(text: str) -> date:
    """A day as it is typed on a command line: today or before."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-11-20") from error
    if found > clock.today():
        raise ArgumentTypeError("The date must be today or in the past.")
    return found


def person(text: str) -> int:
    """A person's number as it is typed on a command line."""
    try:
        found = int(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a number") from error
    if not 0 < found <= BIGGEST_ID:
        raise ArgumentTypeError("No person has this number.")
    return found
