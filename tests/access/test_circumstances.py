"""One child, every ground: who gets what at each address that is about her, as the circumstances stand.

test_matrix.py asks every address as every role in one world; here the world stands still and the ground
changes. Milo is in a case that the early help team runs; its lead worker is Lena. Asha logged the contact,
which may be shared. The school's teacher, the charity's worker, the council's hub member and an officer
who has no part in it come to Milo in turn by each ground, then lose it.

Columns
    point   an officer who matched him, and no more          reason  the same, opened with a reason
    rover   that reason, after its eight hours               task    Asha, by her own contact
    hub     while his referral waits                         hubend  when it is decided
    runs    Lena's team                                      left    somebody who left that team today
    seat    the charity's worker, at the table round him     share   the school: summary and plan
    expir   that share, after its last day                   withd   that share, withdrawn
    lapse   its agreement has ended, ordinary share          grave   the same, safeguarding
    thirty  that, thirty days after the agreement's end      suspd   its agreement suspended
    notice  the school by a notice alone                     own     the school, which added, its share over
    glass   an officer who broke the glass of his record     gover   that, after its hour
    restr   Lena, since he is restricted                     rshar   the school's share, he is restricted
    named   Lena on the named list                           sealed  Lena, since he is sealed
    other   an agency that has nothing to do with him        out     nobody signed in

Cells: the status; 422: found, and the form came back; 302: led on inside (signed out: to the sign-in page).
'search' is posted: hit, or the last words alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import clock
import interventions.commands
import partners.commands
import referrals.commands
from accounts.models import AgencyKind, Role, User
from cases.commands import Named
from cases.models import CaseChild, Restriction
from tests import factories
from tests.conftest import TODAY

TABLE = """
                                    point reason  rover   task    hub hubend   runs   left   seat  share  expir  withd  lapse  grave thirty  suspd notice    own  glass  gover  restr  rshar  named sealed  other    out
/children/{milo}                      404    200    404    200    200    404    200    404    200    200    404    404    404    200    404    404    404    404    200    404    404    404    200    404    404    302
/children/{milo}/readings             404    200    404    200    200    404    200    404    404    404    404    404    404    404    404    404    404    404    200    404    404    404    200    404    404    302
/children/{milo}/looks                404    200    404    200    404    404    200    404    404    404    404    404    404    404    404    404    404    404    200    404    404    404    200    404    404    302
/children/{milo}/open                 200    302    200    302    302    200    302    200    404    404    404    404    404    404    404    404    404    404    302    404    404    404    302    404    404    302
/children/{milo}/safe-to-tell         404    200    404    200    200    404    200    404    403    403    404    404    404    403    404    404    404    404    200    404    404    404    200    404    404    302
/contacts/{contact}                   404    200    404    200    200    404    200    404    404    404    404    404    404    404    404    404    404    404    200    404    404    404    200    404    404    302
/cases/EI-{case}                      404    200    404    200    200    404    200    404    200    200    404    404    404    200    404    404    404    404    200    404    404    404    200    404    404    302
/actions/{action}                     404    200    404    200    200    404    200    404    200    200    404    404    404    200    404    404    404    404    200    404    404    404    200    404    404    302
/enrolments/{help}                    404    200    404    200    200    404    200    404    200    404    404    404    404    404    404    404    404    404    200    404    404    404    200    404    404    302
/places/{place}/actions/new           404    403    404    403    403    404    200    404    200    403    404    404    404    403    404    404    404    404    403    404    404    404    200    404    404    302
/places/{place}/contributions/new     404    403    404    403    403    404    403    404    200    200    404    404    404    200    404    404    404    404    403    404    404    404    403    404    404    302
/places/{place}/shares/new            404    403    404    403    403    404    200    404    403    403    404    404    404    403    404    404    404    404    403    404    404    404    200    404    404    302
/places/{place}/consents/new          404    403    404    403    403    404    200    404    403    403    404    404    404    403    404    404    404    404    403    404    404    404    200    404    404    302
/places/{place}/requests/new          404    403    404    403    200    404    200    404    200    200    404    404    404    200    404    404    404    404    403    404    404    404    200    404    404    302
/shares/{share}/end                   404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    302
/notices/{notice}                     404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    404    200    404    404    404    404    404    404    404    404    302
search                                hit    hit    hit    hit    hit    hit    hit    hit    403    403    403    403    403    403    403    403    403    403     no     no     no    403    hit     no    403    302
"""  # noqa: E501  (a table is read across)

DAY = timedelta(days=1)
Here = tuple[User | None, datetime]


@dataclass
class Story:
    """Everybody round Milo, and the ids that the addresses name."""

    people: dict[str, User]
    ids: dict[str, Any]
    place: CaseChild

    def share(self, *, days: int = 30, grave: bool = False, ends: int = 365) -> Any:
        signed = partners.commands.sign_agreement(
            title="Early help",
            parties=[self.people["lena"].agency, self.people["teacher"].agency],
            purposes=["Early help"],
            lawful_bases=["public task"],
            sections=["summary", "plan", "contributions"],
            starts_on=clock.today(),
            ends_on=clock.today() + ends * DAY,
            review_on=clock.today() + ends * DAY,
            impact_assessment="DPIA-1",
            by=self.people["governance"],
        )
        made = partners.commands.share(
            self.place,
            agency=self.people["teacher"].agency,
            agreement=signed,
            purpose="Early help",
            lawful_basis="public task",
            necessity="The school sees Milo daily",
            is_safeguarding=grave,
            safeguarding_reason="Away from home at night" if grave else "",
            summary="Often late",
            sections=["summary", "plan"],
            until=clock.now() + days * DAY,
            by=self.people["lena"],
        )
        self.ids["share"] = made.pk
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
        return referrals.commands.make_referral(
            contact=None,
            children=[self.place.person],
            reason="Out late",
            wanted="",
            agreed="yes",
            agreed_why_not="",
            by=self.people["asha"],
        )


@pytest.fixture
def story(db: None, held_clock: object) -> Story:
    council, school, charity = (
        factories.agency(kind)
        for kind in (AgencyKind.EARLY_HELP, AgencyKind.SCHOOL, AgencyKind.CHARITY)
    )
    hub, team = factories.team(agency=council, is_hub=True), factories.team()
    people = {
        "asha": factories.user(Role.OFFICER),
        "officer": factories.user(Role.OFFICER),
        "lena": factories.user(Role.LEAD_WORKER, teams=(team,)),
        "hub": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,)),
        "teacher": factories.user(Role.PARTNER_PRACTITIONER, agency=school),
        "worker": factories.user(Role.PARTNER_PRACTITIONER, agency=charity),
        "governance": factories.user(Role.INFORMATION_GOVERNANCE),
    }
    milo = factories.child("Milo", "Marlowe")
    contact = factories.contact(milo, by=people["asha"])
    case = factories.case(milo, lead_worker=people["lena"], team=team)
    place = CaseChild.objects.select_related("case", "person").get(case=case, person=milo)
    action = cases.commands.set_action(
        place,
        what="Meet at the gate",
        owner=people["lena"],
        due_on=clock.today(),
        by=people["lena"],
    )
    service = factories.service(provider=charity, by=factories.user(Role.COMMISSIONER))
    help = interventions.commands.enrol(
        place,
        service=service,
        goal="Someone to talk to",
        starts_on=clock.today(),
        by=people["lena"],
    )
    ids = {
        "milo": milo.pk,
        "case": case.pk,
        "contact": contact.pk,
        "place": place.pk,
        "action": action.pk,
        "help": help.pk,
        "share": 999_999_999,
        "notice": 999_999_999,
    }
    return Story(people, ids, place)


# --- the grounds: who comes, and when


def point(story: Story) -> Here:
    return story.people["officer"], TODAY


def reason(story: Story) -> Here:
    cases.commands.open_record(
        story.place.person, kind="supervision", words="To look", by=story.people["officer"]
    )
    return story.people["officer"], TODAY


def rover(story: Story) -> Here:
    reason(story)
    return story.people["officer"], TODAY + timedelta(hours=8)


def task(story: Story) -> Here:
    return story.people["asha"], TODAY


def hub(story: Story) -> Here:
    story.refer()
    return story.people["hub"], TODAY


def hubend(story: Story) -> Here:
    made = story.refer()
    referrals.commands.decline(made, reason="No", answer="Thank you", by=story.people["hub"])
    return story.people["hub"], TODAY


def runs(story: Story) -> Here:
    return story.people["lena"], TODAY


def left(story: Story) -> Here:
    team = story.place.case.team
    factories.supervisor(team)
    accounts.commands.leave_team(story.people["lena"], team, by=factories.administrator())
    return story.people["lena"], TODAY


def seat(story: Story) -> Here:
    lena, worker = story.people["lena"], story.people["worker"]
    cases.commands.seat(story.place, worker, role="Youth worker", by=lena)
    return worker, TODAY


def share(story: Story) -> Here:
    story.share()
    return story.people["teacher"], TODAY


def expir(story: Story) -> Here:
    story.share(days=10)
    return story.people["teacher"], TODAY + 10 * DAY


def withd(story: Story) -> Here:
    partners.commands.end_share(story.share(), reason="Enough", by=story.people["lena"])
    return story.people["teacher"], TODAY


def lapse(story: Story) -> Here:
    story.share(days=9, ends=10)
    return story.people["teacher"], TODAY + 10 * DAY


def grave(story: Story) -> Here:
    story.share(days=39, ends=10, grave=True)
    return story.people["teacher"], TODAY + 20 * DAY


def thirty(story: Story) -> Here:
    story.share(days=39, ends=10, grave=True)
    return story.people["teacher"], TODAY + 40 * DAY


def suspd(story: Story) -> Here:
    made = story.share(grave=True)
    partners.commands.suspend_agreement(
        made.agreement, reason="A laptop", by=story.people["governance"]
    )
    return story.people["teacher"], TODAY


def notice(story: Story) -> Here:
    sent = partners.commands.send_notice(
        story.place.person,
        contact=None,
        happened_at=clock.now() - timedelta(hours=3),
        agency=story.people["teacher"].agency,
        kind="other",
        content="There was shouting at home",
        purpose="Keeping the child safe",
        lawful_basis="public task",
        by=story.people["asha"],
    )
    story.ids["notice"] = sent.pk
    return story.people["teacher"], TODAY


def own(story: Story) -> Here:
    made = story.share()
    partners.commands.contribute(
        story.place,
        text="Late twice",
        voice="",
        audience=["lead agency"],
        by=story.people["teacher"],
    )
    partners.commands.end_share(made, reason="Enough", by=story.people["lena"])
    return story.people["teacher"], TODAY


def glass(story: Story) -> Here:
    story.restrict()
    assert cases.commands.break_glass(
        surname="Marlowe",
        forenames="Milo",
        date_of_birth=story.place.person.date_of_birth,
        reason="Missing",
        by=story.people["officer"],
    )
    return story.people["officer"], TODAY


def gover(story: Story) -> Here:
    glass(story)
    return story.people["officer"], TODAY + timedelta(minutes=60)


def restr(story: Story) -> Here:
    story.restrict()
    return story.people["lena"], TODAY


def rshar(story: Story) -> Here:
    story.share()
    story.restrict()
    return story.people["teacher"], TODAY


def named(story: Story) -> Here:
    story.restrict("restricted", story.people["lena"])
    return story.people["lena"], TODAY


def sealed(story: Story) -> Here:
    story.restrict("sealed")
    return story.people["lena"], TODAY


def other(story: Story) -> Here:
    return story.people["worker"], TODAY


def out(story: Story) -> Here:
    return None, TODAY


GROUNDS: tuple[Callable[[Story], Here], ...] = (
    point, reason, rover, task, hub, hubend, runs, left, seat, share, expir, withd, lapse, grave,
    thirty, suspd, notice, own, glass, gover, restr, rshar, named, sealed, other, out,
)  # fmt: skip

HEADER, *LINES = TABLE.strip("\n").splitlines()
COLUMNS = HEADER.split()
ADDRESSES = [line.split()[0] for line in LINES]
EXPECTED = {
    column: {line.split()[0]: line.split()[1:][number] for line in LINES}
    for number, column in enumerate(COLUMNS)
}


def answers(story: Story, ground: Callable[[Story], Here]) -> dict[str, str]:
    user, moment = ground(story)
    client = Client()
    if user:
        client.force_login(User.objects.get(pk=user.pk))
    with clock.at(moment):
        return {address: _ask(client, address, story) for address in ADDRESSES}


def _ask(client: Client, address: str, story: Story) -> str:
    if address != "search":
        return str(client.get(address.format(**story.ids)).status_code)
    born = story.place.person.date_of_birth
    typed = {
        "surname": "Marlowe", "forenames": "Milo", "date_of_birth-day": born.day,
        "date_of_birth-month": born.month, "date_of_birth-year": born.year,
    }  # fmt: skip
    answer = client.post("/search", typed)
    if answer.status_code != 200:
        return str(answer.status_code)
    return "hit" if answer.context["candidates"] else "no"


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.__name__)
def test_as_it_stands_everybody_gets_what_the_table_says(
    story: Story, ground: Callable[[Story], Here]
) -> None:
    assert answers(story, ground) == EXPECTED[ground.__name__]


def test_every_column_is_a_ground_and_the_other_way_round() -> None:
    assert [ground.__name__ for ground in GROUNDS] == COLUMNS
