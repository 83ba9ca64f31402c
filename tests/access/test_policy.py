"""Any commands in any order: what everybody sees is what a small model of the policy says, after each step.

The same is asked of the second lock: it shows each of them the children whom they may see, and to
somebody outside the lead agency and the hub no other child.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import asking
import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import AgencyKind, Role, Team, User
from audit.denied import NotAllowed, NotVisible
from cases.access import scope
from cases.commands import Named
from cases.models import CaseChild, Person, Restriction
from partners.models import Agreement, Share
from referrals.models import Referral
from tests import factories
from tests.access.policy_model import FULL, Policy, Who, Window
from tests.access.policy_model import Agreement as Signed
from tests.conftest import TODAY

STEPS, SEEDS = 25, 8
SECTIONS = ("summary", "chronology", "watch", "plan", "contributions")
BORN = date(2013, 5, 4)


class Town:
    """The portal and the model side by side: each verb is done in both."""

    def __init__(self, seed: int) -> None:
        self.chance, self.now = Random(seed), TODAY
        self.users, self.teams = self._people()
        agencies = {name: user.agency for name, user in self.users.items()}
        self.policy = Policy(
            {
                name: Who(name, agencies[name].is_lead, {name, f"agency {agencies[name].pk}"})
                for name in self.users
            }
        )
        for name, team in (("lead", "early"), ("other", "other"), ("hub", "hub")):
            self.policy.people[name].holds.add(f"team {team}")
        self.policy.people["supervisor"].holds.add("team early")
        self.children = {name: factories.child(name, "Example", born=BORN) for name in NAMES}
        self.case = factories.case(
            self.children["milo"],
            self.children["iris"],
            lead_worker=self.users["lead"],
            team=self.teams["early"],
        )
        for name in ("milo", "iris"):
            self._open("team early", name, FULL, "team")
        factories.contact(self.children["kit"], by=self.users["officer"])
        self._open("officer", "kit", FULL, "task")
        self.agreements: list[tuple[Agreement, Signed]] = []
        self.shares: list[tuple[Share, Window]] = []
        self.referral: tuple[Referral, Window] | None = None
        self.seats: list[Window] = []
        self.listed: dict[str, list[Window]] = {}
        self.sign()

    def _people(self) -> tuple[dict[str, User], dict[str, Team]]:
        council, school, charity = (
            factories.agency(kind)
            for kind in (AgencyKind.EARLY_HELP, AgencyKind.SCHOOL, AgencyKind.CHARITY)
        )
        teams = {
            "early": factories.team(),
            "other": factories.team(),
            "hub": factories.team(agency=council, is_hub=True),
        }
        users = {
            "officer": factories.user(Role.OFFICER),
            "lead": factories.user(Role.LEAD_WORKER, teams=(teams["early"],)),
            "other": factories.user(Role.LEAD_WORKER, teams=(teams["other"],)),
            "supervisor": factories.supervisor(teams["early"]),
            "hub": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(teams["hub"],)),
            "teacher": factories.user(Role.PARTNER_PRACTITIONER, agency=school),
            "worker": factories.user(Role.PARTNER_PRACTITIONER, agency=charity),
            "governance": factories.user(Role.INFORMATION_GOVERNANCE),
        }
        return users, teams

    def _open(self, to: str, child: str, sections: frozenset[str], ground: str) -> Window:
        return self.policy.open(
            to=to, child=child, sections=sections, ground=ground, starts=self.now
        )

    def place(self, name: str) -> CaseChild:
        return CaseChild.objects.select_related("case", "person").get(
            case=self.case, person=self.children[name]
        )

    # --- the verbs

    def sign(self) -> None:
        parties = [self.users[name].agency for name in ("lead", "teacher", "worker")]
        ends = clock.today() + timedelta(days=self.chance.choice((20, 60, 200)))
        signed = partners.commands.sign_agreement(
            title=f"Agreement {len(self.agreements)}",
            parties=parties,
            purposes=["Early help"],
            lawful_bases=["public task"],
            sections=list(SECTIONS),
            starts_on=clock.today(),
            ends_on=ends,
            review_on=ends,
            impact_assessment="DPIA-1",
            by=self.users["governance"],
        )
        self.agreements.append((signed, Signed(clock.start_of(ends))))

    def share(self) -> None:
        child, to = self.chance.choice(("milo", "iris")), self.chance.choice(("teacher", "worker"))
        real, signed = self.chance.choice(self.agreements)
        sections = frozenset(self.chance.sample(SECTIONS, self.chance.randint(1, 3)))
        grave = self.chance.random() < 0.4
        until = self.now + timedelta(days=self.chance.choice((1, 15, 40)))
        made = partners.commands.share(
            self.place(child),
            agency=self.users[to].agency,
            agreement=real,
            purpose="Early help",
            lawful_basis="public task",
            necessity="They see the child daily",
            is_safeguarding=grave,
            safeguarding_reason="Away from home at night" if grave else "",
            summary="Often late",
            sections=sections,
            until=until,
            by=self.users["lead"],
        )
        window = self.policy.open(
            to=f"agency {self.users[to].agency_id}", child=child, sections=sections,
            ground="share", starts=self.now, until=until, agreement=signed, safeguarding=grave,
        )  # fmt: skip
        self.shares.append((made, window))

    def withdraw(self) -> None:
        made, window = self.chance.choice(self.shares)
        partners.commands.end_share(made, reason="Enough", by=self.users["lead"])
        window.until = min(window.until or self.now, self.now)

    def suspend(self) -> None:
        real, signed = self.chance.choice(self.agreements)
        partners.commands.suspend_agreement(real, reason="A laptop", by=self.users["governance"])
        signed.suspended = True

    def resume(self) -> None:
        real, signed = self.chance.choice(self.agreements)
        partners.commands.resume_agreement(real, reason="Found", by=self.users["governance"])
        signed.suspended = False

    def restrict(self) -> None:
        child = self.chance.choice(NAMES)
        kind = self.chance.choice(("restricted", "sealed"))
        cases.commands.restrict(
            self.children[child],
            owner=self.users["supervisor"],
            why="A witness",
            named=[Named(self.users["supervisor"], reachable_at_any_hour=True)],
            kind=kind,
            by=self.users["governance"],
        )
        if child not in self.policy.hidden:  # said twice, it is one
            self.policy.hidden[child] = kind
            self.listed[child] = [self._open("supervisor", child, FULL, "named")]

    def name(self) -> None:
        child, who = self.chance.choice(NAMES), self.chance.choice(("officer", "hub", "teacher"))
        restriction = Restriction.objects.live().get(person=self.children[child])
        cases.commands.add_to_list(
            restriction, self.users[who], reachable_at_any_hour=False, by=self.users["governance"]
        )
        self.listed[child].append(self._open(who, child, FULL, "named"))

    def seal(self) -> None:
        child = self.chance.choice(NAMES)
        restriction = Restriction.objects.live().get(person=self.children[child])
        cases.commands.seal(restriction, why="Adopted", by=self.users["governance"])
        self.policy.hidden[child] = "sealed"
        self._end(w for w in self.policy.windows if w.ground == "break-glass" and w.child == child)

    def lift(self) -> None:
        child = self.chance.choice(NAMES)
        restriction = Restriction.objects.live().get(person=self.children[child])
        cases.commands.lift(restriction, why="Over", by=self.users["governance"])
        del self.policy.hidden[child]
        # Glass that was broken stays so for its hour, though the record needs none any more.
        self._end(self.listed.pop(child))

    def break_glass(self) -> None:
        who, child = self.chance.choice(("officer", "other", "hub")), self.chance.choice(NAMES)
        hits = cases.commands.break_glass(
            surname="Example", forenames=child, date_of_birth=BORN, reason="Missing",
            by=self.users[who],
        )  # fmt: skip
        assert bool(hits) == (self.policy.hidden.get(child) == "restricted")
        if hits:
            until = self.now + timedelta(minutes=60)
            self.policy.open(
                to=who, child=child, sections=FULL, ground="break-glass", starts=self.now,
                until=until,
            )  # fmt: skip

    def open_record(self) -> None:
        who, child = self.chance.choice(("officer", "other")), self.chance.choice(NAMES)
        live = [
            w for w in self.policy.windows
            if (w.to, w.child, w.ground) == (who, child, "reason") and w.is_live(self.now)
        ]  # fmt: skip
        cases.commands.open_record(
            self.children[child], kind="supervision", words="To look", by=self.users[who]
        )
        if not live:
            window = self._open(who, child, FULL, "reason")
            window.until = self.now + timedelta(hours=8)

    def refer(self) -> None:
        if self.referral:
            return
        made = referrals.commands.make_referral(
            contact=None, children=[self.children["kit"]], reason="Out late", wanted="",
            agreed="yes", agreed_why_not="", by=self.users["officer"],
        )  # fmt: skip
        self.referral = (made, self._open("team hub", "kit", FULL, "hub"))

    def decide(self) -> None:
        if not self.referral:
            return
        made, window = self.referral
        referrals.commands.decline(made, reason="No", answer="Thank you", by=self.users["hub"])
        window.until, self.referral = self.now, None

    def seat(self) -> None:
        child = self.chance.choice(("milo", "iris"))
        cases.commands.seat(
            self.place(child), self.users["worker"], role="Youth worker", by=self.users["lead"]
        )
        # Those at the table read and write the child's part of the case: all of it but the full record.
        at_the_table = frozenset({*SECTIONS, "interventions"})
        self.seats.append(self._open("worker", child, at_the_table, "case team"))

    def leave_hub(self) -> None:
        accounts.commands.leave_team(
            self.users["hub"], self.teams["hub"], by=factories.administrator()
        )
        self.policy.people["hub"].holds.discard("team hub")
        self._end(
            w
            for w in self.policy.windows
            if w.to == "hub" and w.ground in {"break-glass", "reason"}
        )

    def join_hub(self) -> None:
        accounts.commands.join_team(
            self.users["hub"], self.teams["hub"], by=factories.administrator()
        )
        self.policy.people["hub"].holds.add("team hub")

    def join_early(self) -> None:
        accounts.commands.join_team(
            self.users["other"], self.teams["early"], by=factories.administrator()
        )
        self.policy.people["other"].holds.add("team early")

    def leave_early(self) -> None:
        accounts.commands.leave_team(
            self.users["other"], self.teams["early"], by=factories.administrator()
        )
        self.policy.people["other"].holds.discard("team early")

    def wait(self) -> None:
        self.now += self.chance.choice(
            (timedelta(minutes=59), timedelta(minutes=61), timedelta(hours=9), timedelta(days=2),
             timedelta(days=25))
        )  # fmt: skip

    def _end(self, windows: object) -> None:
        for window in windows:  # type: ignore[attr-defined]
            window.until = min(window.until or self.now, self.now)

    # --- both asked

    def step(self) -> str:
        verb: Callable[[], None] = self.chance.choice(VERBS)
        with clock.at(self.now):
            try:
                verb(self)
            except (ValidationError, NotAllowed, NotVisible, Restriction.DoesNotExist, IndexError):
                return f"{verb.__name__} refused"
        return verb.__name__

    def differences(self) -> list[str]:
        found = []
        with clock.at(self.now):
            for name, user in self.users.items():
                user = User.objects.select_related("agency").get(pk=user.pk)
                with asking.viewer(user.pk):
                    kept = set(Person.objects.values_list("pk", flat=True))
                outside = not user.agency.is_lead and name != "hub"
                for child, person in self.children.items():
                    expected = self.policy.sections(name, child, self.now)
                    seen = sections_of(user, person)
                    if seen != expected:
                        found.append(f"{name} of {child}: {set(seen)}, not {set(expected)}")
                    if expected and person.pk not in kept:
                        found.append(f"the lock keeps {child} from {name}")
                    if outside and not expected and person.pk in kept:
                        found.append(f"the lock shows {child} to {name}")
        return found


NAMES = ("milo", "iris", "kit")
VERBS = (
    Town.sign, Town.share, Town.share, Town.share, Town.withdraw, Town.suspend, Town.resume,
    Town.restrict, Town.name, Town.seal, Town.lift, Town.lift, Town.break_glass, Town.open_record,
    Town.refer, Town.decide, Town.seat, Town.leave_hub, Town.join_hub, Town.join_early,
    Town.leave_early, Town.wait, Town.wait,
)  # fmt: skip


def sections_of(user: User, person: Person) -> frozenset[str]:
    try:
        return scope.sight(user, person.pk).sections
    except NotVisible:
        return frozenset()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_every_step_everybody_sees_what_the_policy_says(db: None, seed: int) -> None:
    with clock.at(TODAY):
        town = Town(seed)
    told = ["built"]
    for _ in range(STEPS):
        assert town.differences() == [], "; ".join(told)
        told.append(f"{town.now:%d %H:%M} {town.step()}")
    assert town.differences() == [], "; ".join(told)
    # A sequence in which nothing is done proves nothing.
    assert sum("refused" not in step for step in told) > STEPS / 3, "; ".join(told)
