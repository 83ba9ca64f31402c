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
TAKE_OVER_CASES = "take over cases that closed before"
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
DELIVER_HELP = "enrol children and record help"
MANAGE_SERVICES = "keep the list of services"
COMMISSION = "keep the services of any provider"
SEE_DASHBOARD = "see the figures of an area"
TAKE_SNAPSHOT = "keep the night's figures"
SEE_EVALUATIONS = "see evaluations"
PLAN_EVALUATION = "plan an evaluation and ask for its report"
DECIDE_EVALUATION = "decide on what an evaluation found"
WRITE_EVALUATION = "write an evaluation's report"
MANAGE_CLIENTS = "manage API clients"
# agreements and shares
WARN_OF_ENDS = "warn of agreements that end"
SEE_HOLDINGS = "see who holds what"

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
    Role.TRIAGE_WORKER: frozenset({SEARCH, OPEN_RECORD, TRIAGE, MAKE_REFERRAL, SHARE}),
    Role.LEAD_WORKER: frozenset(
        {
            RECORD_CONTACT,
            SEARCH,
            OPEN_RECORD,
            MAKE_REFERRAL,
            LEAD_CASE,
            SET_ACTION,
            SHARE,
            SEE_HOLDINGS,
            DELIVER_HELP,
        }
    ),
    Role.PARTNER_PRACTITIONER: frozenset(
        {OPEN_RECORD, SEE_SHARED, CONTRIBUTE, SET_ACTION, DELIVER_HELP}
    ),
    Role.PARTNER_MANAGER: frozenset(
        {OPEN_RECORD, SEE_SHARED, CONTRIBUTE, SET_ACTION, DELIVER_HELP, MANAGE_SERVICES}
    ),
    Role.COMMANDER: frozenset({SEE_RUNS, SEE_DASHBOARD, SEE_EVALUATIONS, DECIDE_EVALUATION}),
    Role.COMMISSIONER: frozenset(
        {
            MANAGE_SERVICES,
            COMMISSION,
            SEE_DASHBOARD,
            SEE_EVALUATIONS,
            PLAN_EVALUATION,
            DECIDE_EVALUATION,
        }
    ),
    Role.ANALYST: frozenset({SEE_DASHBOARD, SEE_EVALUATIONS, PLAN_EVALUATION}),
    Role.INFORMATION_GOVERNANCE: frozenset({READ_AUDIT, SIGN_AGREEMENT, SEE_HOLDINGS}),
    Role.ADMINISTRATOR: frozenset({MANAGE_PEOPLE, SEE_RUNS, START_RUN, MANAGE_CLIENTS}),
    # Its scopes narrow this further. Search lets a client of the lead agency or the hub be matched
    # against everybody; for any other agency it opens nothing (cases.permissions.can_match).
    Role.API_CLIENT: frozenset({RECORD_CONTACT, SEARCH, OPEN_RECORD, MAKE_REFERRAL, SEE_SHARED}),
    Role.SYSTEM: frozenset(
        {
            RECORD_CONTACT,
            TAKE_OVER_CASES,
            START_RUN,
            SEE_WORKINGS,
            PUBLISH_MODEL,
            TAKE_SNAPSHOT,
            WRITE_EVALUATION,
            WARN_OF_ENDS,
        }
    ),
}


def roles_that(permission: str) -> list[str]:
    """The roles that include a permission."""
    return [role for role, may in PERMISSIONS.items() if permission in may]


def can(permission: str, *, by: User) -> bool:
    """Whether one of the user's roles includes the permission."""
    return by.is_active and any(permission in PERMISSIONS[role] for role in by.roles)


def check(permission: str, *, by: User) -> None:
    """NotAllowed (403) unless one of the user's roles includes the permission."""
    if not can(permission, by=by):
        raise NotAllowed(permission)
