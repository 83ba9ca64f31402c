"""What a page says, as somebody would read it."""

import re
from collections.abc import Callable
from html import unescape

from django.http import HttpResponse
from django.test import Client

from accounts.models import User

Signed = Callable[[User], Client]


def text_of(page: HttpResponse) -> str:
    """The words of the page's main part, tags and runs of white space left out."""
    found = re.search("<main.*</main>", page.content.decode(), re.DOTALL)
    assert found, f"no page: {page.status_code}"
    words = unescape(re.sub("<[^>]*>", " ", found[0]))
    # A space before a full stop or a comma is where a tag ended.
    return re.sub(r" ([.,:)])", r"\1", re.sub(r"\s+", " ", words))
