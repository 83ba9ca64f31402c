"""A town in which the portal and the small model of the policy stand side by side."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import asking
import clock
from accounts.models import AgencyKind, Role, Team, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Case, CaseChild, Person
from partners.models import Agreement, Share
from referrals.models import Referral
from tests import factories
from tests.access.policy_model import FULL, Policy, Who, Window
from tests.access.policy_model import Agreement as Signed
from tests.conftest import TODAY

SECTIONS = ("summary", "chronology", "watch", "plan", "contributions")
# Those at the table read and write the child's part of the case: all of it but the full record.
AT_THE_TABLE = frozenset({*SECTIONS, "interventions"})
BORN = date(2013, 5, 4)
# Milo and Iris are siblings in one case; Kit is alone, and may be referred.
NAMES = ("milo", "iris", "kit")
SIBLINGS = ("milo", "iris")


class Town:
    """`now` is everybody's moment, `chance` what happens; `users` and `policy.people` go by name."""

    def __init__(self, seed: int) -> None:
        self.chance, self.now = Random(seed), TODAY
        self.teams: dict[str, Team] = {}
        self.users = self._people()
        self.administrator = factories.administrator()
        self.policy = Policy(
            {name: self._who(name) for name in self.users},
            lambda moment: not clock.in_working_hours(moment),
        )
        self.children = {name: factories.child(name, "Example", born=BORN) for name in NAMES}
        self.supervisor: str | None = "supervisor"
        self.cases: list[Case] = []
        self.agreements: list[tuple[Agreement, Signed]] = []
        self.shares: list[tuple[Share, Window, str | None]] = []
        self.referral: tuple[Referral, Window] | None = None
        self._begin()

    def _people(self) -> dict[str, User]:
        council, school, charity, elsewhere = (
            factories.agency(kind)
            for kind in (
                AgencyKind.EARLY_HELP,
                AgencyKind.SCHOOL,
                AgencyKind.CHARITY,
                AgencyKind.SCHOOL,
            )
        )
        early = self.teams["early"] = factories.team()
        other = self.teams["other"] = factories.team()
        hub = self.teams["hub"] = factories.team(agency=council, is_hub=True)
        duty = self.teams["duty"] = factories.team(agency=council, is_duty_team=True)
        return {
            "officer": factories.user(Role.OFFICER),
            "leaver": factories.user(Role.OFFICER, teams=(early,)),
            "lead": factories.user(Role.LEAD_WORKER, teams=(early,)),
            "other": factories.user(Role.LEAD_WORKER, teams=(other,)),
            "supervisor": factories.supervisor(early),
            "keeper": factories.user(Role.SUPERVISOR),
            "hub": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,)),
            "duty": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(duty,)),
            "teacher": factories.user(Role.PARTNER_PRACTITIONER, agency=school),
            "worker": factories.user(Role.PARTNER_PRACTITIONER, agency=charity),
            "elsewhere": factories.user(Role.PARTNER_PRACTITIONER, agency=elsewhere),
            "governance": factories.user(Role.INFORMATION_GOVERNANCE),
        }

    def _who(self, name: str) -> Who:
        user, agency = self.users[name], self.agency_of(name)
        members = {team: each for team, each in self.teams.items() if team != "duty"}
        teams = {f"team {team}" for team, each in members.items() if self._is_in(user, each)}
        return Who(
            name,
            agency,
            is_lead=user.agency.is_lead,
            holds={name, agency} | teams,
            opens_records=name != "governance",
            stands_in=name == "duty",
        )

    def _is_in(self, user: User, team: Team) -> bool:
        return user.memberships.filter(team=team).exists()

    def _begin(self) -> None:
        """The siblings' case, and three contacts: of two officers, and of one who will leave."""
        self.case_opens(SIBLINGS, team="early", lead="lead")
        for who, child in (("officer", "kit"), ("leaver", "iris"), ("leaver", "kit")):
            factories.contact(self.children[child], by=self.users[who])
            self.open(who, child, FULL, "task")

    def case_opens(self, children: tuple[str, ...], *, team: str, lead: str) -> None:
        people = [self.children[child] for child in children]
        self.case_opened(
            factories.case(*people, lead_worker=self.users[lead], team=self.teams[team]),
            children, team=team, lead=lead,
        )  # fmt: skip

    def case_opened(self, case: Case, children: tuple[str, ...], *, team: str, lead: str) -> None:
        number = len(self.cases)
        self.cases.append(case)
        for child in children:
            self.open(f"team {team}", child, FULL, "task", of_case=number)
            self.open(lead, child, FULL, "case team", of_case=number)

    def agency_of(self, name: str) -> str:
        return f"agency {self.users[name].agency_id}"

    def open(
        self,
        to: str,
        child: str,
        sections: frozenset[str],
        ground: str,
        *,
        lasts: timedelta | None = None,
        of_case: int | None = None,
    ) -> Window:
        """A window in the model, from now."""
        window = Window(to, child, sections, ground, self.now, of_case=of_case)
        window.until = self.now + lasts if lasts else None
        self.policy.windows.append(window)
        return window

    def place(self, child: str) -> CaseChild:
        """A sibling's place in their case."""
        places = CaseChild.objects.select_related("case__team", "person")
        return places.get(case=self.cases[0], person=self.children[child])

    def seats(self, *, who: str, child: str | None = None) -> list[Window]:
        """Somebody's seats round the siblings' table now."""
        return [
            w
            for w in self.policy.windows
            if (w.to, w.ground, w.of_case) == (who, "case team", 0)
            and w.is_live(self.now)
            and child in {None, w.child}
        ]

    def runner(self) -> str:
        """Who runs the siblings' case: a lead worker who is in its team."""
        return "lead" if "team early" in self.policy.people["lead"].holds else "supervisor"

    # --- both asked

    def differences(self, *, thoroughly: bool = False) -> Iterator[str]:
        """Where portal or second lock say something else than the model, in words.

        Lists and lock are asked about everybody and every child. A child's page is asked of whom a list
        or the model shows them to, which is dear; `thoroughly`, of everybody.
        """
        with clock.at(self.now):
            for name, user in self.users.items():
                user = User.objects.select_related("agency").get(pk=user.pk)
                yield from self._locked(name, user)
                yield from self._seen(name, user, thoroughly=thoroughly)

    def _locked(self, name: str, user: User) -> Iterator[str]:
        with asking.viewer(user.pk):
            kept = set(Person.objects.values_list("pk", flat=True))
        for child, person in self.children.items():
            shown = person.pk in kept
            if self.policy.sections(name, child, self.now) and not shown:
                yield f"the lock keeps {child} from {name}"
            if shown and not self.policy.may_be_shown(name, child, self.now):
                yield f"the lock shows {child} to {name}"

    def _seen(self, name: str, user: User, *, thoroughly: bool) -> Iterator[str]:
        listed = set(scope.visible_to(user).values_list("pk", flat=True))
        in_full = set(scope.people_in_full(user).values_list("pk", flat=True))
        for child, person in self.children.items():
            expected = self.policy.sections(name, child, self.now)
            if (person.pk in listed, person.pk in in_full) != (bool(expected), "full" in expected):
                yield f"a list shows {child} to {name}, or keeps them: {sorted(expected)}"
            if thoroughly or expected or person.pk in listed:
                seen, everything = sight_of(user, person)
                if (seen, everything) != (expected, "full" in expected):
                    yield f"{name} of {child}: {sorted(seen)}, not {sorted(expected)}"


def sight_of(user: User, person: Person) -> tuple[frozenset[str], bool]:
    """The sections of a child that the portal shows somebody, and whether that is everything."""
    try:
        sight = scope.sight(user, person.pk)
    except NotVisible:
        return frozenset(), False
    return sight.sections, sight.everything
