"""What is typed to log a contact, to complete it, and to search. Cleans; never saves."""

from cases.forms.capture import MOST_CHILDREN, NONE_OF_THESE, NOT_KNOWN, Capture, Child
from cases.forms.completion import ChildCompletion, Completion, Offer
from cases.forms.search import Search

__all__ = [
    "MOST_CHILDREN",
    "NONE_OF_THESE",
    "NOT_KNOWN",
    "Capture",
    "Child",
    "ChildCompletion",
    "Completion",
    "Offer",
    "Search",
]
