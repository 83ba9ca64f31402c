"""A person at a browser: signs in, goes from page to page; axe looks at every page on the way."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
PICTURES = ROOT / "var/pictures"
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
# Milliseconds until a state that never comes is given up, on a machine that is ten times slower too.
PATIENCE = 120_000
# What the console says of a request that never left: the browser's words, and htmx's.
NO_SIGNAL = ("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError")
# What htmx says there of an answer that nobody waits for any more, since more was typed meanwhile. The
# first is said of every fault as well, which then says its own name: sendError, timeout, responseError.
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")


class Visitor:
    """One user's browser of one width. Pages are looked at by axe as they are left.

    `pictures` names the folder of var/pictures that screenshots go to.
    """

    def __init__(self, browser: Browser, address: str, width: str, pictures: str) -> None:
        across, down = WIDTHS[width]
        self.address, self.width = address, width
        self.folder = PICTURES / pictures
        self.folder.mkdir(parents=True, exist_ok=True)
        self.context = browser.new_context(
            viewport={"width": across, "height": down},
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.was_without_signal = False
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _heard(self, message: object) -> None:
        # A page that answers 404 or 403 on purpose is said on the console too; that is no fault.
        if message.type != "error" or "status of 4" in message.text:
            return
        no_fault = (*REPLACED, *NO_SIGNAL) if self.was_without_signal else REPLACED
        if any(words in message.text for words in no_fault):
            return
        self.complaints.append(message.text)

    def goes_to(self, path: str) -> int:
        """Open a path; the answer's status."""
        answer = self.page.goto(self.address + path)
        return answer.status if answer else 0

    def signs_in(self, username: str, password: str) -> None:
        self.goes_to("/sign-in")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    @contextmanager
    def without_signal(self) -> Iterator[None]:
        """No network for a while. What the console says of that is no fault of the page.

        The console is heard when the browser gets round to it, on a busy machine well after the
        signal is back: what it says is known by its words, not by when it comes.
        """
        self.was_without_signal = True
        self.context.set_offline(True)
        yield
        self.context.set_offline(False)

    def looks(self, name: str) -> None:
        """Take a picture, and let axe, the console and the width find fault with the page."""
        page = self.page
        page.wait_for_load_state()
        page.screenshot(path=self.folder / f"{name}-{self.width}.png", full_page=True)
        found = page.evaluate(AXE + ";axe.run(document,{resultTypes:['violations']})")["violations"]
        faults = [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:120]})" for v in found]
        assert not faults, f"{page.url}: {json.dumps(faults, indent=1)}"
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} is {wide} px wider than the {self.width}"
        assert page.title().endswith("Early Intervention Portal"), page.title()
        assert "OFFICIAL-SENSITIVE" in re.sub(r"\s+", " ", page.inner_text("body").upper())
        assert not self.complaints, self.complaints

    def reads(self) -> str:
        """The words on the page, as one line; all of them: a click only waits until the next page begins."""
        self.page.wait_for_load_state()
        return re.sub(r"\s+", " ", self.page.inner_text("body"))

    def leaves(self) -> None:
        self.context.close()
