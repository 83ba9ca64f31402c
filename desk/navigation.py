"""The links at the top of every page: only what the viewer's roles can use."""

from collections.abc import Callable

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

LINKS: tuple[tuple[str, str, Needed], ...] = (
    ("My work", "home", ()),
    ("Search", "search", (permissions.SEARCH,)),
    ("Break-glass", "break_glass", (permissions.SEARCH,)),
    ("Prompts", "prompts", (permissions.REVIEW_PROMPTS,)),
    ("Flags", "flags", (permissions.ANSWER_FLAG,)),
    ("Referrals", "referrals", (permissions.TRIAGE, permissions.MAKE_REFERRAL)),
    (
        "What we told",
        "own",
        (permissions.RECORD_CONTACT, permissions.MAKE_REFERRAL, permissions.CONTRIBUTE),
    ),
    ("Cases", "cases", (permissions.LEAD_CASE,)),
    ("Notices", "notices", (permissions.READ_NOTICES,)),
    ("Shared with us", "shared", (permissions.SEE_SHARED,)),
    ("Requests", "requests", (permissions.ASK_INFORMATION, permissions.ANSWER_REQUEST)),
    (
        "Services",
        "services",
        (permissions.OPEN_RECORD, permissions.MANAGE_SERVICES, permissions.SEE_EVALUATIONS),
    ),
    ("On duty", "rota", permissions.can_see_rota),
    ("Who holds what", "shares", partners.permissions.can_see_holdings),
    ("Agreements", "agreements", (permissions.SIGN_AGREEMENT, permissions.SHARE)),
    ("Figures", "dashboard", (permissions.SEE_DASHBOARD,)),
    ("Evaluations", "evaluations", insights.permissions.can_see_evaluations),
    ("Nightly runs", "runs", (permissions.SEE_RUNS,)),
    ("People", "people", (permissions.MANAGE_PEOPLE,)),
    ("Teams", "teams", (permissions.MANAGE_PEOPLE,)),
    ("API clients", "clients", (permissions.MANAGE_CLIENTS,)),
    ("Retention", "retention", cases.permissions.can_keep_records),
    ("Restricted records", "restrictions", cases.permissions.can_restrict),
    ("Break-glass reviews", "break_glass_reviews", cases.permissions.can_review_tries),
    ("Dip samples", "dip_samples", oversight.permissions.can_read),
    ("Record of use", "record_of_use", oversight.permissions.can_read),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """What base.html needs on every page."""
    phones = {"hub_phone": settings.HUB_PHONE}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], **phones}
    return {
        "navigation": [
            (text, reverse(name), request.path == reverse(name))
            for text, name, needed in LINKS
            if _leads_on(needed, user)
        ],
        **phones,
    }


def _leads_on(needed: Needed, user: User) -> bool:
    if callable(needed):
        return needed(by=user)
    return not needed or any(can(permission, by=user) for permission in needed)
