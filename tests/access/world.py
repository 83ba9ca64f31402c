"""One family's story with everybody round it, for the access table. All invented."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import accounts.commands
import accounts.queries
import cases.commands
import cases.queries
import clock
import insights.commands
import interventions.commands
import oversight.commands
import partners.commands
import referrals.commands
import rest.commands
import risk.commands
from accounts.models import AgencyKind, Role, User
from cases.commands import ChildSeen, Named, Told
from cases.matching.keys import Described
from cases.models import BreakGlass, CaseChild, Contact, Flag, Person, RetentionDue, SafeToTell
from insights.models import Report
from interventions.models import Enrolment
from partners.models import LawfulBasis
from referrals.models import Referral
from tests import factories
from tests.insights import planted
from tests.oversight.uses import looked

DRAFT = UUID("6f6d3f4e-0000-4000-8000-000000000001")
SECTIONS = ("summary", "plan")
# Where the officer lives: kept as a digest, and shown to nobody.
HOME = "NB9 7ZX"


@dataclass(frozen=True)
class World:
    """`users` by the names of the table's columns; `ids` by the names of the addresses' arguments."""

    users: dict[str, User]
    ids: dict[str, object]


def build() -> World:
    """Milo and Iris in one case, Milo's place shared with the school, which has a notice of him too;
    Kit referred and flagged."""
    users = _users()
    asha, tariq, lena = users["author"], users["hub"], users["lead"]
    milo, iris, kit = (factories.child(name) for name in ("Milo", "Iris", "Kit"))
    together = factories.contact(milo, iris, by=asha, area=factories.area("NBC1"))
    first = _refer(together, [milo, iris], asha)
    case = referrals.commands.accept(
        first,
        reason="Needs a lead worker",
        answer="Thank you, we take it on",
        family_name="Castellan",
        team=lena.memberships.get().team,
        lead_worker=lena,
        by=tariq,
    )
    place = CaseChild.objects.select_related("case", "person").get(case=case, person=milo)
    share = _share(place, users)
    asked = _ask_and_agree(place, users)
    action = cases.commands.set_action(
        place, what="Meet at the gate", owner=lena, due_on=clock.today(), by=lena
    )
    _leave(users["leaver"], place, by=lena)
    unsafe = factories.contact(kit, by=asha, safe_now="no", area=factories.area("NBC1"))
    second = _refer(unsafe, [kit], asha)
    cases.commands.start_draft("contact", key=DRAFT, by=asha)
    prompt = _prompt()
    run = risk.commands.ask_for_run(as_of=clock.today(), by=users["admin"])
    report = _report(by=users["analyst"])
    note = accounts.commands.notify(asha, "Something for Asha", url="/", by=asha)
    help = _help(place, users)
    hidden = _hidden(users)
    caution = factories.caution(milo, by=lena)
    status = factories.status(milo, by=lena)
    factories.safe_to_tell(milo, never="The stepfather", by=lena)
    hold, due = _retention(milo, users["governance"])
    notice = _notice(first.contact, milo, users)
    oversight.commands.keep_home_postcode(users["officer"], HOME, by=users["admin"])
    client, _ = rest.commands.register_client(
        "Command and control",
        agency=asha.agency,
        scopes=["contacts:write"],
        by=users["admin"],
    )
    return World(
        users,
        {
            "milo": milo.pk,
            "iris": iris.pk,
            "kit": kit.pk,
            "officer's match": cases.queries.proof_of_match(milo, viewer=users["officer"]),
            "together": together.pk,
            "unsafe": unsafe.pk,
            "decided": first.pk,
            "waiting": second.pk,
            "case": case.pk,
            "milo's place": place.pk,
            "iris's place": CaseChild.objects.get(case=case, person=iris).pk,
            "share": share.pk,
            "notice": notice,
            "agreement": share.agreement_id,
            "action": action.pk,
            "seat": place.team_places.get(user=lena).pk,
            "flag": Flag.objects.get(person=kit).pk,
            "prompt": prompt,
            "run": run.pk,
            "plan": report.evaluation_id,
            "report": report.pk,
            "note": note.pk,
            "draft": DRAFT,
            "service": help.service_id,
            "milo's help": help.pk,
            "caution": caution.pk,
            "status": status.pk,
            "area": _area_of(users["commander"]),
            "elsewhere": factories.area("NBD1").code,
            "client": client.pk,
            **hidden,
            "person": users["officer"].pk,
            "team": case.team_id,
            "post": accounts.queries.rota(viewer=users["admin"]).get().pk,
            "sample": _sample(users["officer"]),
            "hold": hold,
            "due": due,
            **asked,
        },
    )


def _retention(held: Person, by: User) -> tuple[int, int]:
    """A hold on a child, and a record of another's that is due."""
    hold = cases.commands.hold_record(held.pk, reason="Inquiry 12", by=by)
    with clock.at(clock.now() - timedelta(days=900)):
        factories.contact(factories.child("Bo"), by=factories.user(Role.OFFICER))
    cases.commands.list_due(on=clock.today(), by=accounts.commands.system())
    return hold.pk, RetentionDue.objects.get(record="contact").pk


def _report(*, by: User) -> Report:
    """A report on a service that nobody has started: written, and it cannot tell."""
    evaluation = insights.commands.plan_evaluation(
        planted.service(by=by),
        question="Do fewer come to notice?",
        outcome="contacts",
        window=12,
        key=uuid4(),
        by=by,
    )
    yesterday = clock.today() - timedelta(days=1)
    asked = insights.commands.ask_for_report(evaluation, as_of=yesterday, inline=True, by=by)
    return insights.commands.write_evaluation(asked, by=accounts.commands.system())


def _users() -> dict[str, User]:
    council, school, charity = (
        factories.agency(kind)
        for kind in (AgencyKind.EARLY_HELP, AgencyKind.SCHOOL, AgencyKind.CHARITY)
    )
    hub, early, duty = (
        factories.team(agency=council, is_hub=True),
        factories.team(),
        factories.team(),
    )
    users = {
        "author": factories.user(Role.OFFICER),
        "officer": factories.user(Role.OFFICER),
        "duty": factories.user(Role.SUPERVISOR, teams=(duty,)),
        "hub": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,)),
        "lead": factories.user(Role.LEAD_WORKER, teams=(early,)),
        "school": factories.user(Role.PARTNER_PRACTITIONER, agency=school),
        "charity": factories.user(Role.PARTNER_PRACTITIONER, agency=charity),
        "commander": factories.user(Role.COMMANDER),
        "governance": factories.user(Role.INFORMATION_GOVERNANCE),
        "admin": factories.user(Role.ADMINISTRATOR),
        "leaver": factories.user(Role.OFFICER, Role.LEAD_WORKER, teams=(early,)),
        "norole": factories.user(agency=school),
        "commissioner": factories.user(Role.COMMISSIONER, agency=council),
        "analyst": factories.user(Role.ANALYST),
    }
    accounts.commands.post_duty(
        "Duty sergeant", step=0, user=users["duty"], by=factories.administrator()
    )
    return users


def _area_of(commander: User) -> str:
    """The one area that the commander's team works in."""
    area = factories.area("NBC1")
    accounts.commands.join_team(commander, factories.team(area=area), by=factories.administrator())
    return area.code


def _leave(leaver: User, place: CaseChild, *, by: User) -> None:
    """Leave the team that runs the case, with an action of Milo's plan still to be done."""
    cases.commands.set_action(place, what="Call", owner=leaver, due_on=clock.today(), by=by)
    team, administrator = place.case.team, factories.administrator()
    accounts.commands.name_supervisor(team, by, by=administrator)
    accounts.commands.leave_team(leaver, team, by=administrator)


def _refer(contact: object, children: list[object], by: User) -> object:
    return referrals.commands.make_referral(
        contact=contact,
        children=children,
        reason="Away from home twice",
        wanted="A lead worker",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )


def _share(place: CaseChild, users: dict[str, User]) -> object:
    school = users["school"].agency
    agreement = partners.commands.sign_agreement(
        title="Early help",
        parties=[place.case.team.agency, school],
        purposes=["Early help"],
        lawful_bases=[LawfulBasis.PUBLIC_TASK],
        sections=["summary", "chronology", "plan"],
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=365),
        review_on=clock.today() + timedelta(days=180),
        impact_assessment="DPIA-1",
        signatories=["N. Ash for each party"] * 5,
        by=users["governance"],
    )
    return partners.commands.share(
        place,
        agency=school,
        agreement=agreement,
        purpose="Early help",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        necessity="The school sees Milo daily",
        summary="Milo was away from home twice",
        sections=SECTIONS,
        until=clock.now() + timedelta(days=90),
        by=users["lead"],
    )


def _notice(contact: Contact, child: Person, users: dict[str, User]) -> int:
    return partners.commands.send_notice(
        child,
        contact=contact,
        happened_at=contact.occurred_at,
        agency=users["school"].agency,
        kind="other",
        content="Milo was out late last night",
        purpose="Keeping the child safe",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        safe_to_tell_read=SafeToTell.objects.get(person=child).pk,
        by=users["author"],
    ).pk


def _ask_and_agree(place: CaseChild, users: dict[str, User]) -> dict[str, object]:
    """Iris's family has said no; Milo's agreed. The charity is not told of him; the school is asked."""
    lead = users["lead"]
    told = {"who": "parent", "said_to": "Lena", "said_on": clock.today(), "by": lead}
    agreed = partners.commands.record_consent(
        place, answer="agreed", until=clock.today() + timedelta(days=90), **told
    )
    iris = CaseChild.objects.exclude(pk=place.pk).get(case=place.case)
    refused = partners.commands.record_consent(iris, answer="said no", **told)
    not_shared = partners.commands.decide_not_to_share(
        place.person,
        place=place,
        agency=factories.agency(AgencyKind.PROBATION),
        considered="They asked what happened at home",
        detriment="His brother volunteers there",
        review_on=clock.today() + timedelta(days=60),
        by=lead,
    )
    request = partners.commands.ask_for_information(
        place,
        agency=users["school"].agency,
        what="How often has he been late?",
        why="To see whether the breakfast club helps",
        needed_by=clock.today(),
        by=lead,
    )
    added = partners.commands.contribute(
        place, text="Late twice", voice="", audience=["lead agency"], by=users["school"]
    )
    return {
        "agreed": agreed.pk,
        "withdrawal": refused.decision.pk,
        "not shared": not_shared.pk,
        "request": request.pk,
        "contribution": added.pk,
    }


def _help(place: CaseChild, users: dict[str, User]) -> Enrolment:
    service = factories.service(provider=users["charity"].agency, by=users["commissioner"])
    return interventions.commands.enrol(
        place,
        service=service,
        goal="Someone to talk to",
        starts_on=clock.today(),
        by=users["lead"],
    )


def _refer_before(child: Person, officer: User) -> Referral:
    """The hub had not decided as the child's record was restricted."""
    cases.commands.open_record(child, kind="safeguarding check", words="Bruises", by=officer)
    return referrals.commands.make_referral(
        contact=None,
        children=[child],
        reason="Bruises",
        wanted="",
        agreed="not asked",
        agreed_why_not="Danger",
        by=officer,
    )


def _hidden(users: dict[str, User]) -> dict[str, object]:
    """Wren's record, restricted: the duty sergeant owns it, the lead worker is on its list.

    An officer has searched for her, and another time tried to break the glass with a wrong name.
    """
    wren = factories.child("Wren", "Hollis")
    referral = _refer_before(wren, users["author"])
    restriction = cases.commands.restrict(
        wren,
        owner=users["duty"],
        why="Her mother works here",
        named=[Named(users["duty"], reachable_at_any_hour=True), Named(users["lead"])],
        by=users["governance"],
    )
    described = Described("Hollis", "Wren", wren.date_of_birth)
    cases.commands.keep_searches([described], by=users["officer"])
    cases.commands.look_among_hidden(by=accounts.commands.system())
    cases.commands.break_glass(
        surname="Holis",
        forenames="Wren",
        date_of_birth=wren.date_of_birth,
        reason="Missing",
        by=users["officer"],
    )
    return {
        "wren": wren.pk,
        "restriction": restriction.pk,
        "wren's referral": referral.pk,
        "named place": restriction.places.get(user=users["lead"]).pk,
        "hit": restriction.hits.get().pk,
        "tried": BreakGlass.objects.get(by=users["officer"]).pk,
    }


def _sample(officer: User) -> int:
    """A search of yesterday's, drawn for review."""
    looked(officer, persons=[999_999_999])
    yesterday = clock.today() - timedelta(days=1)
    drawn = oversight.commands.draw_dip_sample(on=yesterday, by=accounts.commands.system())
    return drawn[0].pk


def _prompt() -> int:
    contact = cases.commands.record_contact(
        Told(
            source="records system",
            source_ref="NBP-1",
            occurred_at=clock.now() - timedelta(days=2),
            contact_type="Child concern",
            narrative="Ticked elsewhere",
            area=factories.area("NBC1"),
            children=[
                ChildSeen(
                    Described("Marlowe", "Ellis"),
                    words=[("poor attendance", factories.indicator("SCH01"))],
                )
            ],
        ),
        by=accounts.commands.system(),
    )
    return contact.prompts.get().pk
