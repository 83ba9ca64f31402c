"""Small worlds for tests: agencies, people who work there, children, cases. All invented."""

from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import accounts.commands
import cases.commands
import clock
import interventions.commands
from accounts.models import Agency, AgencyKind, Area, Role, Team, User
from cases.commands.people import describe
from cases.matching.keys import Described
from cases.models import (
    Case,
    CaseChild,
    Caution,
    Contact,
    Handling,
    Indicator,
    Person,
    SafeToTell,
    StatusKind,
    StatutoryStatus,
)
from interventions.models import Approach, Service

_next = count(1)
PASSWORD = "correct horse battery staple"


def administrator() -> User:
    """Whoever makes the others: an administrator of the lead agency."""
    found = User.objects.filter(username="administrator").first()
    return found or user(Role.ADMINISTRATOR, agency=agency(is_lead=True), username="administrator")


def agency(
    kind: AgencyKind = AgencyKind.POLICE, *, name: str = "", is_lead: bool = False
) -> Agency:
    """An agency; asked for the lead agency again, the same one."""
    if is_lead:
        found = Agency.objects.filter(is_lead=True).first()
        if found:
            return found
    return accounts.commands.found_agency(
        name or f"{kind.label} {next(_next)}",
        kind=kind,
        is_lead=is_lead,
        phone="01632 960 001",
        by=None,
    )


def user(
    *roles: Role,
    agency: Agency | None = None,
    username: str = "",
    name: str = "",
    teams: tuple[Team, ...] = (),
) -> User:
    """A user with roles and teams, of the lead agency where none is said."""
    number = next(_next)
    made = accounts.commands.invite_user(
        username or f"user{number}",
        name=name or f"User {number}",
        agency=agency or globals()["agency"](is_lead=True),
        roles=roles,
        phone="01632 960 002",
        password=PASSWORD,
        by=None,
    )
    for team in teams:
        accounts.commands.join_team(made, team, by=administrator())
    return made


def area(code: str = "NBA1") -> Area:
    return Area.objects.get_or_create(code=code, defaults={"name": f"Area {code}"})[0]


def supervisor(team: Team, *roles: Role) -> User:
    """Who supervises a team: of its agency, and able to take over whatever its members hold."""
    agency = Agency.objects.get(pk=team.agency_id)
    made = user(*(roles or (Role.SUPERVISOR, Role.LEAD_WORKER)), agency=agency, teams=(team,))
    accounts.commands.name_supervisor(team, made, by=administrator())
    return made


def team(
    *,
    agency: Agency | None = None,
    area: Area | None = None,
    is_hub: bool = False,
    is_duty_team: bool = False,
    name: str = "",
) -> Team:
    """A team, of the lead agency where none is said."""
    return accounts.commands.form_team(
        name or f"Team {next(_next)}",
        agency=agency or globals()["agency"](is_lead=True),
        area=area,
        is_hub=is_hub,
        is_duty_team=is_duty_team,
        by=administrator(),
    )


def child(
    forenames: str = "Robin",
    surname: str = "Example",
    *,
    born: date | None = date(2013, 5, 4),
    postcode: str = "NB1 1AA",
    address: str = "1 Sample Street",
    sex: str = "U",
    by: User | None = None,
) -> Person:
    """A child's record, without any contact."""
    seen = cases.commands.ChildSeen(
        Described(surname, forenames, born, sex, address, postcode), sex=sex
    )
    return describe([seen], by=by or administrator())[0]


def caution(child: Person, says: str = "Dog at the address", *, by: User | None = None) -> Caution:
    """Something to beware of, noted by an officer who has met the child where nobody is said."""
    return cases.commands.note_caution(
        child, says=says, since=clock.today(), by=by or _who_knows(child)
    )


def status(
    child: Person,
    kind: StatusKind = StatusKind.IN_NEED,
    *,
    social_worker: str = "D. Fell",
    by: User | None = None,
) -> StatutoryStatus:
    """A statutory status with a social worker to call."""
    return cases.commands.record_status(
        child,
        kind=kind,
        since=clock.today(),
        social_worker=social_worker,
        social_worker_phone="01632 960 300",
        source="Children's services, by phone",
        by=by or _who_knows(child),
    )


def safe_to_tell(
    child: Person,
    safe_ways: str = "Ring the grandmother",
    *,
    never: str = "",
    agencies: tuple[Agency, ...] = (),
    court_orders: str = "",
    by: User | None = None,
) -> SafeToTell:
    """Whom it is safe to tell, over whatever was said before."""
    before = SafeToTell.objects.filter(person=child, replaced_at=None).first()
    return cases.commands.record_safe_to_tell(
        child,
        shown=before.pk if before else None,
        safe_ways=safe_ways,
        people_not_told=never,
        agencies_not_told=agencies,
        court_orders=court_orders,
        by=by or _who_knows(child),
    )


def _who_knows(child: Person) -> User:
    """An officer with the child's record open, by a reason."""
    officer = user(Role.OFFICER)
    cases.commands.open_record(child, kind="safeguarding check", words="To note it", by=officer)
    return officer


def contact(
    *children: Person,
    by: User,
    handling: Handling = Handling.SHARE,
    narrative: str = "Seen in the park",
    safe_now: str = "yes",
    area: Area | None = None,
    ago: timedelta = timedelta(hours=1),
) -> Contact:
    """A contact of a user with children that are known already."""
    return cases.commands.record_contact(
        cases.commands.Told(
            source="form",
            source_ref=str(uuid4()),
            occurred_at=clock.now() - ago,
            contact_type="Child concern",
            narrative=narrative,
            handling=handling,
            safe_now=safe_now,
            area=area,
            children=[
                cases.commands.ChildSeen(Described(c.surname, c.forenames), person=c)
                for c in children
            ],
        ),
        by=by,
    )


def case(*children: Person, lead_worker: User | None = None, team: Team | None = None) -> Case:
    """An open case of these children; its lead worker is in its team."""
    run_by = team or globals()["team"]()
    lead = lead_worker or user(Role.LEAD_WORKER, teams=(run_by,))
    return cases.commands.open_case(
        children[0].surname, children=children, team=run_by, lead_worker=lead, by=administrator()
    )


def place(child: Person, case: Case) -> CaseChild:
    return CaseChild.objects.get(case=case, person=child)


def indicator(code: str) -> Indicator:
    """An indicator of the catalogue, which the tests' database holds."""
    return Indicator.objects.get(code=code)


def service(
    approach: str = "mentoring",
    *,
    provider: Agency | None = None,
    name: str = "",
    youngest: int = 8,
    oldest: int = 17,
    capacity: int | None = 8,
    by: User | None = None,
) -> Service:
    """A service of a kind that is known, offered by a commissioner where nobody is said."""
    return interventions.commands.offer_service(
        name or f"Service {next(_next)}",
        provider=provider or agency(AgencyKind.CHARITY),
        approach=Approach.objects.get(code=approach),
        description="An hour a week with the same grown-up",
        youngest=youngest,
        oldest=oldest,
        capacity=capacity,
        by=by or user(Role.COMMISSIONER),
    )
