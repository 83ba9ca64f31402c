"""Who works in Northbridge: agencies, users, teams, the duty rota, an agreement. All invented."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

from django.contrib.auth.hashers import make_password

import accounts.commands
import clock
import partners.commands
from accounts.models import Agency, AgencyKind, Area, Role, Team, User
from partners.models import Agreement, Condition, LawfulBasis

PASSWORD = "northbridge demo 2026"
AREAS = {
    "NBA1": "Harbour",
    "NBA2": "Old Town",
    "NBB1": "Eastfield",
    "NBB2": "Millside",
    "NBC1": "Northfield",
    "NBC2": "The Lanes",
    "NBD1": "Westgate",
    "NBD2": "Hillcrest",
}
POLICE = "Northbridge Police"
COUNCIL = "Northbridge Council Early Help"
SCHOOL = "Northfield Academy"
CHARITY = "Northbridge Youth Trust"
SPORTS = "Northbridge Athletic Foundation"
VISITS = "Second Look Northbridge"
ARTS = "Quayside Arts"
HEALTH = "Northbridge Community Health"
# The town's people, teams and agreement are older than all that is told of them.
FOUNDED_DAYS_AGO = 1130


@dataclass(frozen=True)
class Somebody:
    username: str
    name: str
    agency: str
    roles: tuple[Role, ...]
    does: str


PEOPLE = (
    Somebody("asha", "Asha Verma", POLICE, (Role.OFFICER,), "PCSO: logs a contact, refers"),
    Somebody(
        "sam", "Sam Okoro", POLICE, (Role.SUPERVISOR,), "duty sergeant: answers flags, prompts"
    ),
    Somebody("ines", "Ines Duarte", POLICE, (Role.SUPERVISOR,), "duty inspector: next on the rota"),
    Somebody("bea", "Bea Lindqvist", POLICE, (Role.LEAD_WORKER,), "lead worker: the other one"),
    Somebody("tariq", "Tariq Aziz-Lowe", COUNCIL, (Role.TRIAGE_WORKER,), "hub: decides referrals"),
    Somebody("lena", "Lena Holt", POLICE, (Role.LEAD_WORKER,), "lead worker: runs cases, shares"),
    Somebody(
        "grace", "Grace Oyelaran", SCHOOL, (Role.PARTNER_PRACTITIONER,), "school: sees its shares"
    ),
    Somebody(
        "jon", "Jon Pritchard", CHARITY, (Role.PARTNER_PRACTITIONER,), "charity: nothing shared"
    ),
    Somebody(
        "dele", "Dele Afolabi", CHARITY, (Role.PARTNER_PRACTITIONER,), "youth worker: gives help"
    ),
    Somebody(
        "rosa", "Rosa Whitlock", CHARITY, (Role.PARTNER_MANAGER,), "charity: keeps its services"
    ),
    Somebody("carys", "Carys Bowen", POLICE, (Role.COMMANDER,), "commander: sees figures and runs"),
    Somebody("mei", "Mei Tanaka", POLICE, (Role.COMMISSIONER,), "commissioner: what works"),
    Somebody("petra", "Petra Novakova", POLICE, (Role.ANALYST,), "analyst: plans evaluations"),
    Somebody("ivy", "Ivy Chandra", POLICE, (Role.INFORMATION_GOVERNANCE,), "sees who looked"),
    Somebody("adam", "Adam Reyes", POLICE, (Role.ADMINISTRATOR,), "administrator: starts runs"),
)


@dataclass(frozen=True)
class Town:
    """Everybody and everything that the casework needs, by short name."""

    agencies: dict[str, Agency]
    users: dict[str, User]
    teams: dict[str, Team]
    areas: dict[str, Area]
    agreement: Agreement


def found_town() -> Town:
    """Make the town: areas, agencies, users, teams, rota, agreement."""
    areas = {code: Area.objects.create(code=code, name=name) for code, name in AREAS.items()}
    agencies = _agencies()
    users = {
        each.username: accounts.commands.invite_user(
            each.username,
            name=each.name,
            agency=agencies[each.agency],
            roles=each.roles,
            phone="01632 960 1" + f"{number:02}",
            by=None,
        )
        for number, each in enumerate(PEOPLE, start=10)
    }
    _set_passwords(users.values())
    teams = _teams(agencies, users, areas)
    _rota(users)
    return Town(agencies, users, teams, areas, _agreement(agencies, users))


def _set_passwords(users: Collection[User]) -> None:
    """The one password of everybody, hashed once: a hash is slow on purpose."""
    hashed = make_password(PASSWORD)
    for user in users:
        user.password = hashed
    User.objects.bulk_update(users, ["password"])


def _agencies() -> dict[str, Agency]:
    kinds = {
        POLICE: AgencyKind.POLICE,
        COUNCIL: AgencyKind.EARLY_HELP,
        SCHOOL: AgencyKind.SCHOOL,
        CHARITY: AgencyKind.CHARITY,
        SPORTS: AgencyKind.CHARITY,
        VISITS: AgencyKind.CHARITY,
        ARTS: AgencyKind.CHARITY,
        "Northbridge Children's Services": AgencyKind.CHILDRENS_SERVICES,
        "Northbridge Youth Justice Service": AgencyKind.YOUTH_JUSTICE,
        HEALTH: AgencyKind.HEALTH,
    }
    return {
        name: accounts.commands.found_agency(
            name, kind=kind, phone="01632 960 100", is_lead=name == POLICE, by=None
        )
        for name, kind in kinds.items()
    }


def _teams(
    agencies: dict[str, Agency], users: dict[str, User], areas: dict[str, Area]
) -> dict[str, Team]:
    adam = users["adam"]

    def form(name: str, agency: str, *members: str, **of: Any) -> Team:
        team = accounts.commands.form_team(name, agency=agencies[agency], by=adam, **of)
        for member in members:
            accounts.commands.join_team(users[member], team, by=adam)
        return team

    teams = {
        "hub": form("Northbridge Hub", COUNCIL, "tariq", is_hub=True),
        "early": form("Early Intervention Team", POLICE, "lena", "bea"),
        "north": form("Northfield Neighbourhood Team", POLICE, "asha", area=areas["NBC1"]),
        "duty": form("Duty Supervisors", POLICE, "sam", "ines"),
        # No area: the whole force.
        "command": form("Northbridge Command", POLICE, "carys", "petra"),
        "commissioning": form("Northbridge Commissioning", POLICE, "mei"),
        # Ran the cases of the demo's cohort: nobody is in it.
        "cohort": form("Demo cohort", POLICE),
    }
    for name, supervisor in (("early", "bea"), ("duty", "ines")):
        accounts.commands.name_supervisor(teams[name], users[supervisor], by=adam)
    return teams


def _rota(users: dict[str, User]) -> None:
    """Sam by day and Ines by night, each the next step of the other; then the control room."""
    adam = users["adam"]
    post = accounts.commands.post_duty
    post("Duty sergeant", step=0, user=users["sam"], from_hour=7, until_hour=19, by=adam)
    post("Night inspector", step=0, user=users["ines"], from_hour=19, until_hour=7, by=adam)
    post("Duty inspector", step=1, user=users["ines"], from_hour=7, until_hour=19, by=adam)
    post("Sergeant on call", step=1, user=users["sam"], from_hour=19, until_hour=7, by=adam)


def signed_for(parties: Iterable[Agency]) -> list[str]:
    """A line each: who signed for it."""
    names = cycle(("J. Alder", "M. Birch", "S. Rowan", "T. Hazel", "E. Willow", "K. Linden"))
    return [
        f"{agency}: {name}, accountable officer"
        for agency, name in zip(parties, names, strict=False)
    ]


def _agreement(agencies: dict[str, Agency], users: dict[str, User]) -> Agreement:
    today = clock.today()
    return partners.commands.sign_agreement(
        title="Northbridge early help information sharing agreement",
        parties=agencies.values(),
        purposes=["Early help for a child and family", "Keeping a child safe at school"],
        lawful_bases=[LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGAL_OBLIGATION],
        conditions=[Condition.SAFEGUARDING],
        sections=["summary", "chronology", "watch", "plan", "interventions", "contributions"],
        starts_on=today,
        ends_on=today + timedelta(days=FOUNDED_DAYS_AGO + 640),
        review_on=today + timedelta(days=FOUNDED_DAYS_AGO + 275),
        impact_assessment="DPIA-0417",
        signatories=signed_for(agencies.values()),
        by=users["ivy"],
    )


def who() -> str:
    """Who can sign in, a line each, for the terminal."""
    lines = [f"  {each.username:<7} {each.name:<16} {each.agency}: {each.does}" for each in PEOPLE]
    return "\n".join([f"Sign in with the password '{PASSWORD}' as", *lines])
