"""The catalogue of risk indicators and strengths: read from its file, and checked.

What may be observed, in which words, on whose evidence, and which observation raises a
safeguarding flag. What an observation weighs is an opinion of a model in `risk`; the words for
weight and decay stand here as the catalogue's default.
"""

from cases.catalogue.contents import Catalogue, Indicator
from cases.catalogue.files import DEFAULT_PATH, load, parse
from cases.catalogue.rows import CatalogueError, Row, read, unique

__all__ = [
    "DEFAULT_PATH",
    "Catalogue",
    "CatalogueError",
    "Indicator",
    "Row",
    "load",
    "parse",
    "read",
    "unique",
]
