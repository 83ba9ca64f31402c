"""A report's findings as files: a PDF to print and a CSV. The same findings, the same bytes."""

from insights.printing.paper import pdf
from insights.printing.sheet import csv

__all__ = ["csv", "pdf"]
