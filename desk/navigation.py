"""Where one can go: a few links at the top of every page, all of them on a page of their own.

Only what the viewer's roles can use. A link belongs to one group of the page 'All pages'; DAY says
which come first at the top.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

import cases.permissions
import insights.permissions
import oversight.permissions
import partners.permissions
from accounts import permissions
from accounts.models import User
from accounts.permissions import can

# Any of these permissions, none for everybody, or a rule of its own.
Needed = tuple[str, ...] | Callable[..., bool]

# So many stand at the top, 'All pages' among them: one line at the width of a desk, one thumb's
# length in the menu of a phone (default by judgement).
AT_THE_TOP = 6


@dataclass(frozen=True)
class Link:
    """A page that one goes to by itself: the name of its address, and what one does there."""

    text: str
    name: str
    says: str
    needed: Needed = ()

    @property
    def url(self) -> str:
        return reverse(self.name)

    def leads_on(self, user: User) -> bool:
        if callable(self.needed):
            return self.needed(by=user)
        return not self.needed or any(can(permission, by=user) for permission in self.needed)

    def holds(self, path: str) -> bool:
        """Whether a path is this page, or one beneath it."""
        return path == self.url or (self.url != "/" and path.startswith(f"{self.url}/"))


@dataclass(frozen=True)
class Group:
    heading: str
    links: tuple[Link, ...]


GROUPS = (
    Group(
        "My day",
        (
            Link("My work", "home", "What needs you today"),
            Link("Search", "search", "Find a child or young person", (permissions.SEARCH,)),
            Link(
                "Flags",
                "flags",
                "Safeguarding flags that somebody must answer",
                (permissions.ANSWER_FLAG,),
            ),
            Link(
                "Prompts",
                "prompts",
                "What the records system ticked, to be confirmed or dropped",
                (permissions.REVIEW_PROMPTS,),
            ),
            Link(
                "Referrals",
                "referrals",
                "Waiting, decided, and what was answered",
                (permissions.TRIAGE, permissions.MAKE_REFERRAL),
            ),
            Link("Cases", "cases", "The cases of your team", (permissions.LEAD_CASE,)),
            Link(
                "What we told",
                "own",
                "Contacts, referrals and words of your agency, and what became of them",
                (permissions.RECORD_CONTACT, permissions.MAKE_REFERRAL, permissions.CONTRIBUTE),
            ),
            Link("On duty", "rota", "Whom to call, now and tonight", permissions.can_see_rota),
            Link(
                "Break-glass",
                "break_glass",
                "Open a restricted record when a child’s safety cannot wait",
                (permissions.SEARCH,),
            ),
        ),
    ),
    Group(
        "Sharing",
        (
            Link(
                "Notices",
                "notices",
                "What your agency was told of a child",
                (permissions.READ_NOTICES,),
            ),
            Link(
                "Shared with us",
                "shared",
                "Children of whom your agency sees something, and why",
                (permissions.SEE_SHARED,),
            ),
            Link(
                "Requests",
                "requests",
                "What agencies ask each other",
                (permissions.ASK_INFORMATION, permissions.ANSWER_REQUEST),
            ),
            Link(
                "Who holds what",
                "shares",
                "What each partner sees, and until when",
                partners.permissions.can_see_holdings,
            ),
            Link(
                "Agreements",
                "agreements",
                "What agencies may share, with whom and why",
                (permissions.SIGN_AGREEMENT, permissions.SHARE),
            ),
        ),
    ),
    Group(
        "Help, and whether it works",
        (
            Link(
                "Services",
                "services",
                "Who helps, and what is known of that kind of help",
                (
                    permissions.OPEN_RECORD,
                    permissions.MANAGE_SERVICES,
                    permissions.SEE_EVALUATIONS,
                ),
            ),
            Link("Figures", "dashboard", "Your areas at a glance", (permissions.SEE_DASHBOARD,)),
            Link(
                "Evaluations",
                "evaluations",
                "Does a service change anything?",
                insights.permissions.can_see_evaluations,
            ),
        ),
    ),
    Group(
        "How records are used and kept",
        (
            Link(
                "Dip samples",
                "dip_samples",
                "Looks and patterns to review",
                oversight.permissions.can_read,
            ),
            Link(
                "Break-glass reviews",
                "break_glass_reviews",
                "Every try, and what you found",
                cases.permissions.can_review_tries,
            ),
            Link(
                "Record of use",
                "record_of_use",
                "Who looked at what, when and why",
                oversight.permissions.can_read,
            ),
            Link(
                "Restricted records",
                "restrictions",
                "Records for a named list alone",
                cases.permissions.can_restrict,
            ),
            Link(
                "Retention",
                "retention",
                "What is due for review, and what is on hold",
                cases.permissions.can_keep_records,
            ),
        ),
    ),
    Group(
        "Running the portal",
        (
            Link(
                "People",
                "people",
                "Who may sign in, and their roles",
                (permissions.MANAGE_PEOPLE,),
            ),
            Link("Teams", "teams", "Their members and supervisors", (permissions.MANAGE_PEOPLE,)),
            Link(
                "API clients",
                "clients",
                "Programs of agencies, and their keys",
                (permissions.MANAGE_CLIENTS,),
            ),
            Link("Nightly runs", "runs", "Whether the night went well", (permissions.SEE_RUNS,)),
        ),
    ),
)
EVERYTHING = Link("All pages", "pages", "")

# What one's day turns round, the most urgent first; what is not named here follows in its order.
DAY = (
    *("home", "search", "flags", "notices", "cases", "referrals", "shared", "requests", "prompts"),
    *("dashboard", "evaluations"),
    *("dip_samples", "break_glass_reviews", "record_of_use", "restrictions"),
    *("people", "teams", "rota", "clients", "runs"),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """What base.html needs on every page."""
    phones = {"hub_phone": settings.HUB_PHONE}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], **phones}
    links = _at_the_top(user)
    here = _here(links, request.path)
    return {"navigation": [(link.text, link.url, link is here) for link in links], **phones}


def pages_for(viewer: User) -> list[Group]:
    """The groups of what the viewer can use, without those that are empty."""
    found = (
        Group(group.heading, tuple(link for link in group.links if link.leads_on(viewer)))
        for group in GROUPS
    )
    return [group for group in found if group.links]


def _here(links: list[Link], path: str) -> Link | None:
    """The link whose page this is, or lies beneath: of several the longest."""
    found = [link for link in links if link.holds(path)]
    return max(found, key=lambda link: len(link.url), default=None)


def _at_the_top(viewer: User) -> list[Link]:
    """All links where they are few; else those of the day, and one to all of them."""
    links = sorted(_links(viewer), key=_place)
    if len(links) <= AT_THE_TOP:
        return links
    return [*links[: AT_THE_TOP - 1], EVERYTHING]


def _links(viewer: User) -> Iterator[Link]:
    for group in pages_for(viewer):
        yield from group.links


def _place(link: Link) -> int:
    return DAY.index(link.name) if link.name in DAY else len(DAY)
