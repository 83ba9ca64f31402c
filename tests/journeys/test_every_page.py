"""Every page of the access table, opened at both widths: axe, the console and the width find no fault.

The table must hold every address (tests/access), so that a new page is looked at by itself.
"""

import re
from collections.abc import Iterator

import pytest

from tests import factories
from tests.access import world
from tests.access.test_matrix import COLUMNS, ROWS
from tests.browser import Visitor

# Signed out: whoever has no account reads these.
OPEN = ("/sign-in", "/accessibility")


@pytest.fixture
def built(portal: str, held_clock: object) -> world.World:
    return world.build()


def first_to_see() -> Iterator[tuple[str, str]]:
    """(user, address) of each page: whoever comes first in the table's columns to be shown it."""
    for method, _, address, statuses in ROWS:
        is_file = address.endswith((".pdf", ".csv"))  # downloads: no page to look at
        if method == "GET" and 200 in statuses and not is_file:
            yield list(COLUMNS.values())[statuses.index(200)], address


def pages() -> dict[str, list[tuple[str, int]]]:
    """The addresses that each user opens and the status of each; beside the pages, two refusals."""
    found: dict[str, list[tuple[str, int]]] = {}
    for user, address in first_to_see():
        found.setdefault(user, []).append((address, 200))
    found.setdefault("officer", []).extend([("/record-of-use", 403), ("/children/999999999", 404)])
    return found


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_no_page_has_a_fault_that_axe_finds(
    built: world.World, portal: str, browser: object, width: str
) -> None:
    faults = []

    def opens(visitor: Visitor, address: str, status: int) -> None:
        path = address.format(**built.ids)
        name = re.sub(r"\W+", "-", address).strip("-") or "home"
        try:
            assert visitor.goes_to(path) == status, path
            visitor.looks(name)
        except AssertionError as fault:
            visitor.complaints.clear()
            faults.append(str(fault))

    stranger = Visitor(browser, portal, width, "every-page")
    for address in OPEN:
        opens(stranger, address, 200)
    stranger.leaves()
    for name, addresses in pages().items():
        visitor = Visitor(browser, portal, width, "every-page")
        visitor.signs_in(built.users[name].username, factories.PASSWORD)
        for address, status in addresses:
            opens(visitor, address, status)
        visitor.leaves()
    assert not faults, "\n".join(faults)
