"""Pieces of SQL that the floors above build on, so that an idea is said once."""

from pathlib import Path

STATEMENTS = Path(__file__).parent / "statements"
# A WITH query `areas (person_id, area_id)`; its parameters stand in the file.
AREAS = (STATEMENTS / "areas.sql").read_text()
