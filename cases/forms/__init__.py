"""What is typed about contacts, children, searches, reviews and closures. Cleans; never saves."""

from cases.forms.capture import MOST_CHILDREN, NONE_OF_THESE, NOT_KNOWN, Capture, Child
from cases.forms.closing import Closing, Review
from cases.forms.completion import ChildCompletion, Completion, Offer
from cases.forms.hidden import (
    BreakGlass,
    BreakGlassReview,
    HandOver,
    HitDecision,
    NameOnList,
    Restrict,
    Unlink,
    Why,
)
from cases.forms.openings import Opening
from cases.forms.retention import REFERENCE, Hold, KeepLonger, Release
from cases.forms.search import Search
from cases.forms.standing import BirthDate, Caution, SafeToTell, Status

__all__ = [
    "MOST_CHILDREN",
    "NONE_OF_THESE",
    "NOT_KNOWN",
    "REFERENCE",
    "BirthDate",
    "BreakGlass",
    "BreakGlassReview",
    "Capture",
    "Caution",
    "Child",
    "ChildCompletion",
    "Closing",
    "Completion",
    "HandOver",
    "HitDecision",
    "Hold",
    "KeepLonger",
    "NameOnList",
    "Offer",
    "Opening",
    "Release",
    "Restrict",
    "Review",
    "SafeToTell",
    "Search",
    "Status",
    "Unlink",
    "Why",
]
