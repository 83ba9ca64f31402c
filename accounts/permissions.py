"""What each role may do. Permissions are code: read here, changed by review."""

from accounts.models import Role, User
from audit.denied import NotAllowed

RECORD_CONTACT = "record a contact"
SEARCH = "search for a child"
OPEN_RECORD = "open a child's record"
ANSWER_FLAG = "answer a safeguarding flag"
REVIEW_PROMPTS = "confirm or drop prompts"
MAKE_REFERRAL = "make a referral"
TRIAGE = "decide a referral"
LEAD_CASE = "lead a case"
SET_ACTION = "set and do actions"
SHARE = "share with a partner"
SIGN_AGREEMENT = "sign an agreement"
CONTRIBUTE = "add what we know"
SEE_SHARED = "see cases shared with us"
SEE_RUNS = "see the nightly runs"
START_RUN = "start a run"
SEE_WORKINGS = "see the workings of all readings"
PUBLISH_MODEL = "publish a risk model"
READ_AUDIT = "read the record of use"
MANAGE_PEOPLE = "manage users and teams"

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.OFFICER: frozenset({RECORD_CONTACT, SEARCH, OPEN_RECORD, MAKE_REFERRAL, SET_ACTION}),
    Role.SUPERVISOR: frozenset(
        {
            RECORD_CONTACT,
            SEARCH,
            OPEN_RECORD,
            MAKE_REFERRAL,
            SET_ACTION,
            ANSWER_FLAG,
            REVIEW_PROMPTS,
        }
    ),
    Role.TRIAGE_WORKER: frozenset({SEARCH, OPEN_RECORD, TRIAGE, MAKE_REFERRAL}),
    Role.LEAD_WORKER: frozenset(
        {RECORD_CONTACT, SEARCH, OPEN_RECORD, MAKE_REFERRAL, LEAD_CASE, SET_ACTION, SHARE}
    ),
    Role.PARTNER_PRACTITIONER: frozenset({OPEN_RECORD, SEE_SHARED, CONTRIBUTE, SET_ACTION}),
    Role.PARTNER_MANAGER: frozenset({OPEN_RECORD, SEE_SHARED, CONTRIBUTE, SET_ACTION}),
    Role.COMMANDER: frozenset({SEE_RUNS}),
    Role.INFORMATION_GOVERNANCE: frozenset({READ_AUDIT, SIGN_AGREEMENT}),
    Role.ADMINISTRATOR: frozenset({MANAGE_PEOPLE, SEE_RUNS, START_RUN}),
    Role.SYSTEM: frozenset({RECORD_CONTACT, START_RUN, SEE_WORKINGS, PUBLISH_MODEL}),
}


def can(permission: str, *, by: User) -> bool:
    """Whether one of the user's roles includes the permission."""
    return by.is_active and any(permission in PERMISSIONS[role] for role in by.roles)


def check(permission: str, *, by: User) -> None:
    """NotAllowed (403) unless one of the user's roles includes the permission."""
    if not can(permission, by=by):
        raise NotAllowed(permission)
