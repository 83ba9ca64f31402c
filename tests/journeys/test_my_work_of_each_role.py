"""My work as each role sees it, at both widths: axe, the console and the width find no fault."""

import pytest

from tests import factories
from tests.access import world
from tests.access.test_matrix import COLUMNS
from tests.browser import Visitor


@pytest.fixture
def built(portal: str, held_clock: object) -> world.World:
    return world.build()


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_nobody_s_page_has_a_fault(
    built: world.World, portal: str, browser: object, width: str
) -> None:
    for name in COLUMNS.values():
        visitor = Visitor(browser, portal, width, "my-work")
        visitor.signs_in(built.users[name].username, factories.PASSWORD)
        visitor.looks(name)
        visitor.leaves()
