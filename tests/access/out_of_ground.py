"""Beside the access table's world: a family, agencies and people whom nobody of it has a ground on."""

from dataclasses import replace
from datetime import timedelta

import cases.commands
import clock
import interventions.commands
import partners.commands
from accounts.models import Agency, AgencyKind, Role
from cases.models import CaseChild, ClosingReason, ContactChild, Flag, NeedsMet, Person, SafeToTell
from interventions.models import Approach, Service
from partners.models import Agreement, LawfulBasis, Share
from tests import factories
from tests.access.world import World

# Their name stands on no page of anybody in the table.
NAMES = ("Zephyrine", "Quillfeather")


def beside(world: World) -> World:
    """The same world with ids of `foreign ...` records in it. Kit has a second open flag, a
    third agency signs the agreement, school and charity sit at Milo's table; Ola's case may close."""
    officer = factories.user(Role.OFFICER)
    zephyrine = factories.child(*NAMES)
    contact = factories.contact(zephyrine, by=officer, safe_now="no")
    team = factories.team()
    theirs = factories.user(Role.LEAD_WORKER, teams=(team,))
    case = factories.case(zephyrine, lead_worker=theirs, team=team)
    agency = factories.agency(AgencyKind.HEALTH)
    factories.contact(
        Person.objects.get(pk=world.ids["kit"]), by=world.users["author"], safe_now="no"
    )
    also = Flag.objects.filter(person=world.ids["kit"]).latest("pk")
    third = factories.agency(AgencyKind.YOUTH_JUSTICE)
    Agreement.objects.get(pk=world.ids["agreement"]).parties.add(third)
    place = CaseChild.objects.get(pk=world.ids["milo's place"])
    for name in ("school", "charity"):
        cases.commands.seat(place, world.users[name], role="Helper", by=world.users["lead"])
    Share.objects.filter(pk=world.ids["share"]).update(sections=["summary", "plan", "chronology"])
    closing = factories.case(
        factories.child("Ola"), lead_worker=world.users["lead"], team=place.case.team
    )
    own = {
        "closing": closing.pk,
        "ola": closing.places.get().person_id,
        "ola's place": closing.places.get().pk,
        "charity agency": world.users["charity"].agency_id,
        "school agency": world.users["school"].agency_id,
        "lead agency": world.users["lead"].agency_id,
        "closing reason": ClosingReason.values[0],
        "needs met": NeedsMet.values[0],
        "officer user": world.users["officer"].pk,
        "third agency": third.pk,
        "third user": factories.user(Role.PARTNER_PRACTITIONER, agency=third).pk,
        "bo": Person.objects.get(forenames="Bo").pk,
        "lead user": world.users["lead"].pk,
        "unsafe child": ContactChild.objects.get(contact=world.ids["unsafe"]).pk,
        "version": SafeToTell.objects.get(person=world.ids["milo"], replaced_at=None).pk,
        "approach": Approach.objects.get(code="mentoring").pk,
    }
    foreign = {
        "also": also.pk,
        "nobody": 987_654_321,
        "hidden child": world.ids["wren"],
        "foreign child": zephyrine.pk,
        "foreign contact": contact.pk,
        "foreign contact child": contact.children.get().pk,
        "foreign flag": Flag.objects.get(person=zephyrine).pk,
        "foreign place": factories.place(zephyrine, case).pk,
        "foreign team": factories.team(agency=agency).pk,
        "foreign user": factories.user(Role.PARTNER_PRACTITIONER, agency=agency).pk,
        "foreign agency": agency.pk,
        "foreign agreement": _suspended(agency, world),
        "foreign service": _closed(world).pk,
        "foreign version": factories.safe_to_tell(zephyrine, by=theirs).pk,
    }
    return replace(world, ids=world.ids | own | foreign)


def _suspended(agency: Agency, world: World) -> int:
    """An agreement that nothing may be shared under."""
    agreement = partners.commands.sign_agreement(
        title="Another agreement",
        parties=[world.users["lead"].agency, agency],
        purposes=["Early help"],
        lawful_bases=[LawfulBasis.PUBLIC_TASK],
        sections=["summary"],
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=365),
        review_on=clock.today() + timedelta(days=180),
        impact_assessment="DPIA-2",
        signatories=["N. Ash for each party"] * 5,
        by=world.users["governance"],
    )
    partners.commands.suspend_agreement(
        agreement, reason="Under review", by=world.users["governance"]
    )
    return agreement.pk


def _closed(world: World) -> Service:
    """A service that takes no child any more."""
    by = world.users["commissioner"]
    service = factories.service(by=by)
    same = ("name", "description", "youngest", "oldest", "capacity", "unit_cost")
    interventions.commands.change_service(
        service, **{name: getattr(service, name) for name in same}, takes_children=False, by=by
    )
    return service
