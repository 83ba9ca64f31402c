"""What is typed about contacts, searches, reviews and closures. Cleans; never saves."""

from cases.forms.capture import MOST_CHILDREN, NONE_OF_THESE, NOT_KNOWN, Capture, Child
from cases.forms.closing import Closing, Review
from cases.forms.completion import ChildCompletion, Completion, Offer
from cases.forms.search import Search

__all__ = [
    "MOST_CHILDREN",
    "NONE_OF_THESE",
    "NOT_KNOWN",
    "Capture",
    "Child",
    "ChildCompletion",
    "Closing",
    "Completion",
    "Offer",
    "Review",
    "Search",
]
