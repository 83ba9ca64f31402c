"""What is typed about contacts, searches, reviews and closures. Cleans; never saves."""

from cases.forms.capture import MOST_CHILDREN, NONE_OF_THESE, NOT_KNOWN, Capture, Child
from cases.forms.closing import Closing, Review
from cases.forms.completion import ChildCompletion, Completion, Offer
from cases.forms.retention import REFERENCE, Hold, KeepLonger, Release
from cases.forms.search import Search

__all__ = [
    "MOST_CHILDREN",
    "NONE_OF_THESE",
    "NOT_KNOWN",
    "REFERENCE",
    "Capture",
    "Child",
    "ChildCompletion",
    "Closing",
    "Completion",
    "Hold",
    "KeepLonger",
    "Offer",
    "Release",
    "Review",
    "Search",
]
