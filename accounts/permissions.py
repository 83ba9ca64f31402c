"""What each role may do. Permissions are code: read here, changed by review."""

from collections.abc import Iterable

from accounts.models import Agency, Role, Team, User
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
# Restricted and sealed records, and break-glass.
RESTRICT_RECORD = "restrict and seal records"
REVIEW_BREAK_GLASS = "review break-glass"
# The record of use (READ_AUDIT opens it): its feed, and what looks through it at night.
READ_FEED = "read the feed of the record of use"
WATCH_USE = "look through the record of use"
KEEP_RECORDS = "decide how long records are kept"
LIST_DUE = "list the records that are due for review"
# Notices: one-off disclosures to an agency.
SEND_NOTICE = "send a notice"
READ_NOTICES = "read notices to us"
# agreement to help, not sharing, asking
DECIDE_NOT_TO_SHARE = "decide not to share"
ASK_INFORMATION = "ask an agency what it knows"
ANSWER_REQUEST = "answer what an agency asks"
# agreements and shares
WARN_OF_ENDS = "warn of agreements that end"
SEE_HOLDINGS = "see who holds what"
READ_AGREEMENTS = "read the agreements that bind us"
PASSING_ON_AGREED = "pass on what its author has agreed to"
# What a leaver left of whom no team has anybody to take it over.
COMPLETE_FOR_LEAVERS = "complete what a leaver left to no team"

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.OFFICER: frozenset(
        {RECORD_CONTACT, SEARCH, OPEN_RECORD, MAKE_REFERRAL, SET_ACTION, SEND_NOTICE}
    ),
    Role.SUPERVISOR: frozenset(
        {
            RECORD_CONTACT,
            SEARCH,
            OPEN_RECORD,
            MAKE_REFERRAL,
            SET_ACTION,
            ANSWER_FLAG,
            REVIEW_PROMPTS,
            SEND_NOTICE,
            DECIDE_NOT_TO_SHARE,
            COMPLETE_FOR_LEAVERS,
        }
    ),
    Role.TRIAGE_WORKER: frozenset(
        {SEARCH, OPEN_RECORD, TRIAGE, MAKE_REFERRAL, SHARE, DECIDE_NOT_TO_SHARE, ASK_INFORMATION}
    ),
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
            SEND_NOTICE,
            DECIDE_NOT_TO_SHARE,
            ASK_INFORMATION,
            ANSWER_REQUEST,
        }
    ),
    Role.PARTNER_PRACTITIONER: frozenset(
        {
            RECORD_CONTACT,
            MAKE_REFERRAL,
            OPEN_RECORD,
            SEE_SHARED,
            CONTRIBUTE,
            SET_ACTION,
            DELIVER_HELP,
            READ_NOTICES,
            ASK_INFORMATION,
            ANSWER_REQUEST,
        }
    ),
    Role.PARTNER_MANAGER: frozenset(
        {
            RECORD_CONTACT,
            MAKE_REFERRAL,
            OPEN_RECORD,
            SEE_SHARED,
            CONTRIBUTE,
            SET_ACTION,
            DELIVER_HELP,
            MANAGE_SERVICES,
            READ_NOTICES,
            ASK_INFORMATION,
            ANSWER_REQUEST,
            COMPLETE_FOR_LEAVERS,
        }
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
    Role.INFORMATION_GOVERNANCE: frozenset(
        {
            READ_AUDIT,
            SIGN_AGREEMENT,
            SEE_HOLDINGS,
            RESTRICT_RECORD,
            REVIEW_BREAK_GLASS,
            KEEP_RECORDS,
        }
    ),
    Role.ADMINISTRATOR: frozenset({MANAGE_PEOPLE, SEE_RUNS, START_RUN, MANAGE_CLIENTS}),
    # Its scopes narrow this further. Search lets a client of the lead agency or the hub be matched
    # against everybody; for any other agency it opens nothing (cases.permissions.can_match).
    Role.API_CLIENT: frozenset(
        {
            RECORD_CONTACT,
            SEARCH,
            OPEN_RECORD,
            MAKE_REFERRAL,
            SEE_SHARED,
            READ_FEED,
            READ_NOTICES,
            CONTRIBUTE,
            ANSWER_REQUEST,
            ASK_INFORMATION,
            READ_AGREEMENTS,
            PASSING_ON_AGREED,
        }
    ),
    Role.SYSTEM: frozenset(
        {
            RECORD_CONTACT,
            TAKE_OVER_CASES,
            START_RUN,
            SEE_WORKINGS,
            PUBLISH_MODEL,
            TAKE_SNAPSHOT,
            WRITE_EVALUATION,
            WATCH_USE,
            LIST_DUE,
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


# What an administrator of a partner may give their own people. Every other role reads or decides
# beyond one agency: the lead agency's administrators alone give it.
PARTNER_ROLES = frozenset(
    {
        Role.PARTNER_PRACTITIONER,
        Role.PARTNER_MANAGER,
        Role.LEAD_WORKER,
        Role.TRIAGE_WORKER,
        Role.ADMINISTRATOR,
        Role.API_CLIENT,
    }
)
# No person is the portal itself or a program.
OF_MACHINES = frozenset({Role.SYSTEM, Role.API_CLIENT})


def can_manage_people_of(agency: Agency, *, by: User) -> bool:
    """The lead agency's administrators manage everybody; others the people of their own agency."""
    return can(MANAGE_PEOPLE, by=by) and (by.agency.is_lead or agency.pk == by.agency_id)


def check_can_manage_people_of(agency: Agency, *, by: User) -> None:
    check(MANAGE_PEOPLE, by=by)
    if not can_manage_people_of(agency, by=by):
        raise NotAllowed("manage users and teams of another agency")


def check_can_manage_everybody(*, by: User) -> None:
    check(MANAGE_PEOPLE, by=by)
    if not by.agency.is_lead:
        raise NotAllowed("found an agency")


def can_manage_team(team: Team, *, by: User) -> bool:
    """A hub and an emergency duty team see referrals of all: the lead agency's administrators alone
    say who is in them."""
    reaches_all = by.agency.is_lead or not team.is_multi_agency
    return reaches_all and can_manage_people_of(team.agency, by=by)


def check_can_manage_team(team: Team, *, by: User) -> None:
    check(MANAGE_PEOPLE, by=by)
    if not can_manage_team(team, by=by):
        raise NotAllowed("manage a team of another agency, or of several")


def roles_to_give(*, by: User) -> list[Role]:
    """The roles of people that an administrator may give."""
    people = [role for role in Role if role not in OF_MACHINES]
    return people if by.agency.is_lead else [role for role in people if role in PARTNER_ROLES]


def check_can_give_roles(roles: Iterable[Role], *, agency: Agency, by: User) -> None:
    check_can_manage_people_of(agency, by=by)
    if not by.agency.is_lead and not PARTNER_ROLES.issuperset(roles):
        raise NotAllowed("give a role that reaches beyond one agency")


def can_be_on_duty(user: User) -> bool:
    """Whether the rota may name somebody: an active person of the lead agency, of a hub or of an
    emergency duty team, whom a child's danger may be told to."""
    if not user.is_active or not OF_MACHINES.isdisjoint(user.roles):
        return False
    live = user.memberships.filter(until=None)
    across = live.filter(team__is_hub=True) | live.filter(team__is_duty_team=True)
    return user.agency.is_lead or across.exists()


def can_see_rota(*, by: User) -> bool:
    """Whoever may have to call somebody, and whoever keeps the rota."""
    return any(can(each, by=by) for each in (SEARCH, ANSWER_FLAG, TRIAGE, MANAGE_PEOPLE))


def check_can_see_rota(*, by: User) -> None:
    if not can_see_rota(by=by):
        raise NotAllowed("see who is on duty")
