"""Characters that a person never types and a database refuses."""

import re

# Control characters but tab and new line, halves of surrogate pairs, and the two non-characters.
UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Word and others write a line break inside a paragraph with these.
SOFT_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def keepable(text: str) -> bool:
    """Whether the database, a page and a print can all hold the text."""
    return not UNKEEPABLE.search(text)


def showable(text: str) -> str:
    """The text with a replacement mark for each character that could not be sent to a browser."""
    return UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def with_plain_line_breaks(text: str) -> str:
    """Every kind of line break as one new line, so that length counts what was typed."""
    return SOFT_BREAKS.sub("\n", text)
