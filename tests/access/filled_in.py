"""Every form that offers a record: who sends it, what they type, and whose ids are put in instead."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Numbers that are no record of anybody: hours, days, steps, catalogues, a blank line of the contact
# form (its children are named by typing), how serious an indicator is.
SAME_FOR_ALL = re.compile(
    r"from_hour|until_hour|weekdays|step|window|approach|scale|area|severity|key"
    r"|child-#-(forenames|surname|date_of_birth-.*|age|sex|address|postcode)"
    r"|child-#-\w+-(severity|confidence)"
)


def day(name: str, day: int = 1, month: int = 2, year: int = 2027) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


@dataclass(frozen=True)
class Filled:
    """`has`: a field that tells this form from others of the page; `to`: where it is sent, if elsewhere;
    `taken`: the status of success, `refused` that of a form which comes back; `error_at`: fields whose
    error stands at another, or ('') at none; `keeps`: the table in which the sender's own unfinished
    form is kept as typed.
    """

    who: str
    address: str
    typed: Mapping[str, str | list[str]]
    swapped: Mapping[str, Sequence[str]]
    has: str = ""
    to: str = ""
    taken: int = 302
    refused: int = 422
    keeps: frozenset[str] = frozenset()
    error_at: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.who} {self.address}"


DRAFT = frozenset({"cases_contactdraft"})
CHILDREN = ("foreign child", "hidden child", "nobody")
USERS = ("foreign user", "nobody")
AGENCIES = ("foreign agency", "nobody")
SHARED = {
    "agency": "{third agency}",
    "purpose": "Early help",
    "lawful_basis": "public task",
    "necessity": "The school sees them daily",
    "is_safeguarding": "no",
    "sections": ["summary"],
    "summary": "Away from home twice",
    **day("until"),
}
SHARE_SWAPS = {"agreement": ("foreign agreement", "nobody"), "agency": AGENCIES}
READ = {"safe_to_tell_read": ("foreign version", "nobody")}
WRITTEN = {
    "line_{together}": "text",
    "text_{together}": "Was away from home",
    "safe_to_tell_read": ["{version}"],
}
HAPPENED = {
    "contact_type": "Missing person",
    "narrative": "Found at the bus station",
    "safe_now": "yes",
    "location": "Bus station",
    "handling": "share",
    "child-0-forenames": "Milo",
    "child-0-surname": "Example",
    "child-0-date_of_birth-day": "4",
    "child-0-date_of_birth-month": "5",
    "child-0-date_of_birth-year": "2013",
}
NOTICE = {
    "kind": "other",
    "agency": "{school agency}",
    "content": "Out late again",
    "purpose": "Keeping the child safe",
    "lawful_basis": "public task",
}

FORMS = [
    Filled(
        "author",
        "/contacts/drafts/{draft}",
        HAPPENED | {"child-0-person": "{milo}", "child-0-shown": "{milo}"},
        {"child-0-person": CHILDREN},
        error_at={"person": "child-0-person"},
        keeps=DRAFT,
    ),
    Filled(
        "author",
        "/contacts/drafts/{draft}",
        HAPPENED | {"child-0-person": "none", "child-0-shown": "{milo} {iris} {kit} {bo} {ola}"},
        {"child-0-shown": CHILDREN},
        error_at={"shown": "child-0-person"},
        refused=200,
        keeps=DRAFT,
    ),
    Filled(
        "author",
        "/contacts/{unsafe}/complete",
        {
            "child-{unsafe child}-role": "at risk",
            "child-{unsafe child}-voice": "I want to go home",
            "behaviour": "Quiet",
            "told_family": "yes",
            "next_step": "refer",
        },
        {
            "child-{unsafe child}-role": ("foreign contact child", "nobody"),
        },
        keeps=DRAFT,
    ),
    Filled(
        "author",
        "/contacts/{together}/refer",
        {"reason": "Again", "wanted": "Help", "agreed": "yes", "children": ["{milo}", "{iris}"]},
        {"children": (*CHILDREN, "kit")},
    ),
    Filled(
        "author",
        "/children/{milo}/safe-to-tell",
        {"safe_ways": "Ring the aunt", "agencies_not_told": ["{school agency}"]},
        {"shown": ("foreign version", "nobody"), "agencies_not_told": ("nobody",)},
        error_at={"shown": ""},
    ),
    Filled(
        "duty",
        "/flags/{flag}",
        {"action": "Went there", "also": ["{also}"]},
        {"also": ("foreign flag", "nobody")},
    ),
    Filled(
        "hub",
        "/referrals/R-{waiting}",
        {
            "decision": "accept",
            "reason": "Needs help",
            "answer": "Thank you",
            "family_name": "Castellan",
            "team": "{team}",
            "lead_worker": "{lead user}",
        },
        {"team": ("foreign team", "nobody"), "lead_worker": USERS},
    ),
    Filled(
        "lead",
        "/cases/EI-{case}/reviews/new",
        {"attended": "All"}
        | {
            f"{name}_{{{child}'s place}}": "Better"
            for name in ("progress", "voice", "voice_why_not")
            for child in ("milo", "iris")
        },
        {
            "progress_{milo's place}": ("foreign place", "nobody"),
        },
    ),
    Filled(
        "lead",
        "/places/{milo's place}/actions/new",
        {"what": "Ring", "owner": "{lead user}", **day("due_on", 1, 12, 2026)},
        {"owner": USERS},
    ),
    Filled(
        "lead",
        "/places/{milo's place}/seats/new",
        {"user": "{third user}", "role": "Mentor", "safe_to_tell_read": ["{version}"]},
        # Anybody of a partner may be put on a team.
        {"user": ("nobody",)} | READ,
    ),
    Filled(
        "lead",
        "/places/{milo's place}/shares/new",
        SHARED | {"safe_to_tell_read": ["{version}"]},
        SHARE_SWAPS | READ,
    ),
    Filled(
        "lead",
        "/children/{milo}/shares/new",
        SHARED | {"safe_to_tell_read": ["{version}"]},
        SHARE_SWAPS | READ,
    ),
    Filled(
        "lead",
        "/children/{milo}/contacts/{together}/shares/new",
        SHARED
        | {
            "safe_to_tell_read": ["{version}"],
            "written": "yes",
            "text_{together}": "Was away from home",
        },
        SHARE_SWAPS | READ | {"text_{together}": ("foreign contact", "nobody")},
    ),
    Filled(
        "author",
        "/contacts/{together}/notices/new",
        NOTICE | {"child": "{milo}", "safe_to_tell_read": ["{version}"]},
        {"child": (*CHILDREN, "kit"), "agency": ("nobody",)} | READ,
    ),
    Filled(
        "author",
        "/children/{milo}/notices/new",
        NOTICE | {"contact": "{together}", "safe_to_tell_read": ["{version}"]},
        {"contact": ("foreign contact", "unsafe", "nobody"), "agency": ("nobody",)} | READ,
    ),
    Filled(
        "lead",
        "/places/{milo's place}/not-shared/new",
        {
            "agency": "{third agency}",
            "considered": "All",
            "detriment": "Trust",
            **day("review_on", 1, 12, 2026),
        },
        {"agency": ("nobody",)},
    ),
    Filled(
        "lead",
        "/children/{milo}/not-shared/new",
        {
            "agency": "{third agency}",
            "considered": "All",
            "detriment": "Trust",
            **day("review_on", 1, 12, 2026),
        },
        {"agency": ("nobody",)},
    ),
    Filled(
        "lead",
        "/places/{milo's place}/requests/new",
        {
            "agency": "{school agency}",
            "what": "Is he late?",
            "why": "To help",
            "safe_to_tell_read": ["{version}"],
            **day("needed_by", 1, 12, 2026),
        },
        {"agency": AGENCIES} | READ,
    ),
    Filled(
        "school",
        "/places/{milo's place}/requests/new",
        {
            "agency": "{lead agency}",
            "what": "Is he well?",
            "why": "To help",
            "safe_to_tell_read": ["{version}"],
            **day("needed_by", 1, 12, 2026),
        },
        {"agency": AGENCIES} | READ,
    ),
    Filled(
        "lead",
        "/places/{milo's place}/enrolments/new",
        {"service": "{service}", "goal": "Someone to talk to", "override_reason": "It is needed"},
        {"service": ("foreign service", "nobody")},
    ),
    Filled(
        "commissioner",
        "/services/new",
        {
            "provider": "{school agency}",
            "name": "Breakfast club",
            "approach": "{approach}",
            "description": "Breakfast",
            "youngest": "8",
            "oldest": "16",
        },
        {"provider": ("nobody",)},
    ),
    Filled(
        "governance",
        "/agreements/new",
        {
            "title": "Third",
            "parties": ["{lead agency}", "{school agency}"],
            "purposes": "Early help",
            "lawful_bases": ["public task"],
            "sections": ["summary"],
            "impact_assessment": "DPIA-3",
            "signatories": "Police: N. Ash\nSchool: P. Oak\nCouncil: R. Elm\nCharity: S. Fir",
            **day("starts_on", 1, 12, 2026),
            **day("ends_on", 1, 12, 2027),
            **day("review_on", 1, 6, 2027),
        },
        {"parties": ("nobody",)},
    ),
    Filled(
        "admin",
        "/clients/new",
        {"name": "Records", "agency": "{school agency}", "scopes": ["services:read"]},
        {"agency": ("nobody",)},
        taken=200,
    ),
    Filled(
        "admin",
        "/people/new",
        {
            "username": "new.one",
            "name": "New One",
            "agency": "{school agency}",
            "roles": ["partner practitioner"],
            "password": "correct horse battery staple",
        },
        {"agency": ("nobody",)},
    ),
    Filled(
        "admin",
        "/teams/new",
        {"name": "New team", "agency": "{school agency}", "kind": "team"},
        {"agency": ("nobody",)},
    ),
    Filled(
        "admin",
        "/rota/new",
        {"name": "Night", "step": "1", "user": "{lead user}"},
        {"user": USERS},
    ),
    Filled(
        "analyst",
        "/evaluations/new",
        {
            "service": "{service}",
            "question": "Do fewer come?",
            "outcome": "contacts",
            "window": "6",
            "lock": "yes",
        },
        {"service": ("nobody",)},
    ),
    Filled(
        "governance",
        "/retention/holds/new",
        {"child": "C-{kit}", "reason": "Inquiry 13"},
        {"child": ("nobody",)},
    ),
    Filled(
        "lead",
        "/cases/EI-{closing}/close",
        {
            "reason": "{closing reason}",
            "outcome": "Better",
            "needs_met_{ola's place}": "{needs met}",
            "stays_in_place_{ola's place}": "School",
        },
        {"needs_met_{ola's place}": ("foreign place", "iris's place", "nobody")},
    ),
    Filled(
        "lead",
        "/shares/{share}/texts",
        WRITTEN,
        {"line_{together}": ("foreign contact", "unsafe", "nobody")},
        refused=302,
    ),
    Filled("lead", "/shares/{share}/texts", WRITTEN, READ),
    Filled(
        "school",
        "/requests/{request}",
        {"answer": "given", "text": "Twice", "safe_to_tell_read": ["{version}"]},
        READ,
    ),
    Filled(
        "lead",
        "/shares/{share}/extend",
        {"safe_to_tell_read": ["{version}"], **day("until", 1, 4, 2027)},
        READ,
    ),
    Filled(
        "school",
        "/places/{milo's place}/contributions/new",
        {"text": "Late twice", "audience": ["lead agency"], "named": ["{charity agency}"]},
        {"named": AGENCIES},
    ),
    Filled(
        "lead",
        "/contributions/{contribution}/pass-on",
        {
            "agencies": ["{charity agency}"],
            "agreed_by_author": "yes",
            "safe_to_tell_read": ["{version}"],
        },
        {"agencies": AGENCIES} | READ,
    ),
    Filled(
        "admin",
        "/teams/{team}",
        {"change": "join", "user": "{officer user}"},
        {"user": ("nobody", "foreign user")},
        has="user",
    ),
    Filled(
        "admin",
        "/teams/{team}",
        {"change": "supervisor", "supervisor": "{lead user}"},
        {"supervisor": (*USERS, "person")},
        has="supervisor",
    ),
]
