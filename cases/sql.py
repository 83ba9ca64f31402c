"""Pieces of SQL that the floors above build on, so that an idea is said once."""

from pathlib import Path

STATEMENTS = Path(__file__).parent / "statements"
# A WITH query `areas (person_id, area_id)`, after one named `asked (person_id)`.
AREAS = (STATEMENTS / "areas.sql").read_text()


def with_areas(statement: str) -> str:
    """A statement with the WITH query `areas` in the place of its {areas}."""
    return statement.replace("{areas}", AREAS)
