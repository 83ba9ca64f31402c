"""The figures of an area, and what evaluations found."""

from insights.queries.overview import Overview, Published, Work, is_taken, overview, work
from insights.queries.remits import Remit, remit, remits
from insights.queries.tables import Cell, Row, Table

__all__ = [
    "Cell",
    "Overview",
    "Published",
    "Remit",
    "Row",
    "Table",
    "Work",
    "is_taken",
    "overview",
    "remit",
    "remits",
    "work",
]
