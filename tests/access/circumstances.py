"""One child's story with everybody round him, and each ground on which somebody comes to him.

Milo was met by Asha, whose contact called the duty sergeant and went as a referral to the hub, which
accepted it: Lena's team runs his case. Health told what they knew while his place was shared with
them, which is over; youth justice holds a share; housing has a notice. A second contact is police only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import accounts.commands
import cases.commands
import clock
import interventions.commands
import partners.commands
import referrals.commands
from accounts.models import Agency, AgencyKind, Role, User
from cases.commands import Named
from cases.models import CaseChild, Flag, Handling, Restriction, SafeToTell
from partners.models import Share
from tests import factories
from tests.conftest import TODAY
from tests.rest.api import Machine, machine

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECTIONS = ("summary", "watch", "plan")
# How long after an agreement's end what is shared for safeguarding goes on (design/access.md).
GOES_ON = 30


@dataclass(frozen=True)
class Here:
    """Who asks, and when; beside them the program of their agency and their teams."""

    user: User | None
    program: Machine | None
    at: datetime = TODAY


@dataclass
class Story:
    """Everybody round Milo by name, their programs, and the ids that the addresses name."""

    people: dict[str, User]
    programs: dict[str, Machine]
    ids: dict[str, Any]
    place: CaseChild

    def comes(self, name: str, at: datetime = TODAY) -> Here:
        return Here(self.people[name], self.programs[name], at)

    def share(self, *, sections: tuple[str, ...] = SECTIONS, **more: Any) -> Share:
        made = _share(self.place, self.people["teacher"].agency, self.people, sections, **more)
        self.ids["share"] = made.pk
        self.ids["asked"] = _ask(self.place, made.agency, self.people["lena"])
        return made

    def restrict(self, kind: str = "restricted", *named: User) -> Restriction:
        sergeant = factories.user(Role.SUPERVISOR)
        return cases.commands.restrict(
            self.place.person,
            owner=sergeant,
            why="A witness",
            named=[Named(sergeant, reachable_at_any_hour=True), *(Named(each) for each in named)],
            kind=kind,
            by=self.people["governance"],
        )

    def refer(self) -> Any:
        made = _refer(self.place.person, None, self.people["asha"])
        self.ids["referral"] = made.pk
        return made


def build() -> Story:
    """The story as it stands before anybody comes."""
    people, programs = _people()
    asha, lena = people["asha"], people["lena"]
    milo = factories.child("Milo", "Marlowe")
    area = factories.area("NBC1")
    contact = factories.contact(milo, by=asha, safe_now="no", area=area)
    police = factories.contact(milo, by=asha, handling=Handling.POLICE_ONLY, area=area)
    referral = _refer(milo, contact, asha)
    case = referrals.commands.accept(
        referral,
        reason="Needs a lead worker",
        answer="Thank you, we take it on",
        family_name="Marlowe",
        team=lena.memberships.get().team,
        lead_worker=lena,
        by=people["hub"],
    )
    place = CaseChild.objects.select_related("case", "person").get(case=case, person=milo)
    ids = {
        "milo": milo.pk,
        "contact": contact.pk,
        "police": police.pk,
        "referral": referral.pk,
        "flag": Flag.objects.get(contact=contact).pk,
        "case": case.pk,
        "place": place.pk,
        "caution": factories.caution(milo, by=lena).pk,
        "status": factories.status(milo, by=lena).pk,
        **_plan(place, people),
        **_told(place, people),
        **_agreed(place, people),
        "drafts": {name: _draft(people[name]) for name in RECORDING},
    }
    return Story(people, programs, ids, place)


def _people() -> tuple[dict[str, User], dict[str, Machine]]:
    lead = factories.agency(is_lead=True)
    council, school, charity, health, youth, housing = (
        factories.agency(kind)
        for kind in (
            AgencyKind.EARLY_HELP,
            AgencyKind.SCHOOL,
            AgencyKind.CHARITY,
            AgencyKind.HEALTH,
            AgencyKind.YOUTH_JUSTICE,
            AgencyKind.HOUSING,
        )
    )
    hub, team = factories.team(agency=council, is_hub=True), factories.team()
    partner = Role.PARTNER_PRACTITIONER
    people = {
        "asha": factories.user(Role.OFFICER),
        "officer": factories.user(Role.OFFICER),
        "sergeant": factories.user(Role.SUPERVISOR, teams=(factories.team(),)),
        "lena": factories.user(Role.LEAD_WORKER, teams=(team,)),
        "hub": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,)),
        "teacher": factories.user(partner, agency=school),
        "worker": factories.user(partner, agency=charity),
        "nurse": factories.user(partner, agency=health),
        "warden": factories.user(partner, agency=housing),
        "mentor": factories.user(partner, agency=youth),
        "governance": factories.user(Role.INFORMATION_GOVERNANCE),
    }
    administrator = factories.administrator()
    accounts.commands.post_duty("Duty sergeant", step=0, user=people["sergeant"], by=administrator)
    police = machine(lead)
    programs = dict.fromkeys(("asha", "officer", "sergeant"), police)
    programs |= {name: machine(people[name].agency) for name in PROGRAMS}
    accounts.commands.join_team(programs["lena"].user, team, by=administrator)
    accounts.commands.join_team(programs["hub"].user, hub, by=administrator)
    return people, programs


# Who records contacts, of the lead agency and of partners.
RECORDING = (
    "asha", "officer", "lena", "sergeant", "teacher", "worker", "nurse", "warden", "mentor",
)  # fmt: skip
PROGRAMS = ("lena", "hub", "teacher", "worker", "nurse", "warden")


def _refer(milo: object, contact: object, by: User) -> Any:
    return referrals.commands.make_referral(
        contact=contact,
        children=[milo],
        reason="Out late",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )


def _draft(by: User) -> UUID:
    key = uuid4()
    cases.commands.start_draft("contact", key=key, by=by)
    return key


def _plan(place: CaseChild, people: dict[str, User]) -> dict[str, int]:
    """An action of Lena's and a course of help, by a charity that is otherwise nowhere in this story."""
    lena, today = people["lena"], clock.today()
    action = cases.commands.set_action(
        place, what="Meet at the gate", owner=lena, due_on=today, by=lena
    )
    help = interventions.commands.enrol(
        place,
        service=factories.service(by=factories.user(Role.COMMISSIONER)),
        goal="Someone to talk to",
        starts_on=today,
        by=lena,
    )
    seat = place.team_places.get(user=lena)
    return {"action": action.pk, "help": help.pk, "seat": seat.pk}


def _told(place: CaseChild, people: dict[str, User]) -> dict[str, int]:
    """What went to and fro: health was asked and added while its share ran; housing has a notice."""
    lena, nurse = people["lena"], people["nurse"]
    over = _share(place, nurse.agency, people, SECTIONS)
    request = partners.commands.ask_for_information(
        place,
        agency=nurse.agency,
        what="How does he sleep?",
        why="To see whether the evenings are calmer",
        needed_by=clock.today(),
        by=lena,
    )
    added = partners.commands.contribute(
        place, text="Seldom before two", voice="", audience=["lead agency"], by=nurse
    )
    partners.commands.end_share(over, reason="Enough", by=lena)
    factories.safe_to_tell(place.person, never="The stepfather", by=lena)
    sent = partners.commands.send_notice(
        place.person,
        contact=None,
        happened_at=clock.now() - 3 * HOUR,
        agency=people["warden"].agency,
        kind="other",
        content="There was shouting at home",
        purpose="Keeping the child safe",
        lawful_basis="public task",
        safe_to_tell_read=SafeToTell.objects.get(person=place.person).pk,
        by=people["asha"],
    )
    live = _share(place, people["mentor"].agency, people, SECTIONS)
    asked = _ask(place, live.agency, lena)
    return {
        "share": live.pk,
        "asked": asked,
        "request": request.pk,
        "contribution": added.pk,
        "notice": sent.pk,
    }


def _ask(place: CaseChild, agency: Agency, by: User) -> int:
    """What an agency that Milo is shared with is asked, by somebody who has read safe to tell."""
    asked = partners.commands.ask_for_information(
        place,
        agency=agency,
        what="What have you seen?",
        why="To see what helps",
        needed_by=clock.today(),
        safe_to_tell_read=SafeToTell.objects.get(person=place.person, replaced_at=None).pk,
        by=by,
    )
    return asked.pk


def _agreed(place: CaseChild, people: dict[str, User]) -> dict[str, int]:
    """His mother said no, which is still to be decided on; his father agreed. One agency is not told."""
    lena = people["lena"]
    said = {"said_to": "Lena", "said_on": clock.today(), "by": lena}
    refused = partners.commands.record_consent(place, who="parent", answer="said no", **said)
    agreed = partners.commands.record_consent(
        place, who="parent", answer="agreed", until=clock.today() + 90 * DAY, **said
    )
    kept = partners.commands.decide_not_to_share(
        place.person,
        place=place,
        agency=factories.agency(AgencyKind.PROBATION),
        considered="They asked what happened at home",
        detriment="His uncle reports there",
        review_on=clock.today() + 60 * DAY,
        by=lena,
    )
    return {"withdrawal": refused.decision.pk, "consent": agreed.pk, "not shared": kept.pk}


def _share(
    place: CaseChild,
    agency: Agency,
    people: dict[str, User],
    sections: tuple[str, ...],
    *,
    days: int = 30,
    grave: bool = False,
    ends: int = 365,
) -> Share:
    """Shared until the first moment of a day, `days` from today, under an agreement that ends so on
    the day `ends` from today."""
    signed = partners.commands.sign_agreement(
        title="Early help",
        parties=[people["lena"].agency, agency],
        purposes=["Early help"],
        lawful_bases=["public task"],
        sections=SECTIONS,
        starts_on=clock.today(),
        ends_on=clock.today() + ends * DAY,
        review_on=clock.today() + ends * DAY,
        impact_assessment="DPIA-1",
        signatories=["N. Ash for each party"] * 5,
        by=people["governance"],
    )
    told = SafeToTell.objects.filter(person=place.person, replaced_at=None).first()
    return partners.commands.share(
        place,
        agency=agency,
        agreement=signed,
        purpose="Early help",
        lawful_basis="public task",
        necessity="They see Milo daily",
        is_safeguarding=grave,
        safeguarding_reason="Away from home at night" if grave else "",
        summary="Often late",
        sections=sections,
        until=clock.start_of(clock.today() + days * DAY),
        safe_to_tell_read=told and told.pk,
        by=people["lena"],
    )


# --- the grounds, by the heads of the table's columns: who comes, and when


def point(story: Story) -> Here:
    return story.comes("officer")


def reasn(story: Story) -> Here:
    cases.commands.open_record(
        story.place.person, kind="supervision", words="To look", by=story.people["officer"]
    )
    return story.comes("officer")


def rover(story: Story) -> Here:
    reasn(story)
    return story.comes("officer", TODAY + 8 * HOUR)


def task(story: Story) -> Here:
    return story.comes("asha")


def call(story: Story) -> Here:
    return story.comes("sergeant")


def hub(story: Story) -> Here:
    story.refer()
    return story.comes("hub")


def hbend(story: Story) -> Here:
    made = story.refer()
    told = SafeToTell.objects.get(person=story.place.person, replaced_at=None).pk
    said = {"reason": "No", "answer": "Thank you", "safe_to_tell_read": [told]}
    referrals.commands.decline(made, **said, by=story.people["hub"])
    return story.comes("hub")


def runs(story: Story) -> Here:
    return story.comes("lena")


def left(story: Story) -> Here:
    team = story.place.case.team
    factories.supervisor(team)
    for who in (story.people["lena"], story.programs["lena"].user):
        accounts.commands.leave_team(who, team, by=factories.administrator())
    return story.comes("lena")


def seat(story: Story) -> Here:
    worker = story.people["worker"]
    cases.commands.seat(story.place, worker, role="Youth worker", by=story.people["lena"])
    return story.comes("worker")


def share(story: Story) -> Here:
    story.share()
    return story.comes("teacher")


def sect(story: Story) -> Here:
    story.share(sections=("summary",))
    return story.comes("teacher")


def expir(story: Story) -> Here:
    made = story.share(days=10)
    return story.comes("teacher", made.until)


def withd(story: Story) -> Here:
    partners.commands.end_share(story.share(), reason="Enough", by=story.people["lena"])
    return story.comes("teacher")


def last(story: Story) -> Here:
    made = story.share(days=10, ends=10)
    return story.comes("teacher", made.until - timedelta(seconds=1))


def lapse(story: Story) -> Here:
    made = story.share(days=10, ends=10)
    return story.comes("teacher", made.until)


def grave(story: Story) -> Here:
    made = story.share(days=10 + GOES_ON, ends=10, grave=True)
    return story.comes("teacher", made.until - timedelta(seconds=1))


def thrty(story: Story) -> Here:
    made = story.share(days=10 + GOES_ON, ends=10, grave=True)
    return story.comes("teacher", made.until)


def suspd(story: Story) -> Here:
    made = story.share(grave=True)
    partners.commands.suspend_agreement(
        made.agreement, reason="A laptop", by=story.people["governance"]
    )
    return story.comes("teacher")


def note(story: Story) -> Here:
    return story.comes("warden")


def own(story: Story) -> Here:
    return story.comes("nurse")


def glass(story: Story) -> Here:
    story.restrict()
    assert cases.commands.break_glass(
        surname="Marlowe",
        forenames="Milo",
        date_of_birth=story.place.person.date_of_birth,
        reason="Missing",
        by=story.people["officer"],
    )
    return story.comes("officer")


def gover(story: Story) -> Here:
    glass(story)
    return story.comes("officer", TODAY + HOUR)


def restr(story: Story) -> Here:
    story.restrict()
    return story.comes("lena")


def rhub(story: Story) -> Here:
    story.refer()
    story.restrict()
    return story.comes("hub")


def rshar(story: Story) -> Here:
    story.share()
    story.restrict()
    return story.comes("teacher")


def named(story: Story) -> Here:
    story.restrict("restricted", story.people["lena"])
    return story.comes("lena")


def seald(story: Story) -> Here:
    story.restrict("sealed")
    return story.comes("lena")


def other(story: Story) -> Here:
    return story.comes("worker")


def out(story: Story) -> Here:
    return Here(None, None)


GROUNDS: tuple[Callable[[Story], Here], ...] = (
    point, reasn, rover, task, call, hub, hbend, runs, left, seat, share, sect, expir, withd, last,
    lapse, grave, thrty, suspd, note, own, glass, gover, restr, rhub, rshar, named, seald, other, out,
)  # fmt: skip
