"""Which client gets what at every address of the API: one table, asked over HTTP.

The story: the lead agency's client told of Milo and Kit. Kit is in a referral that waits at the hub.
Milo is in a case, and what to watch for in his place is shared with the school, which has a notice of
Kit too, and is asked about Milo. The school's client told of a child of its own and referred her.

Columns: lead (told of both), other (another client of the lead agency), hub (a client of the council,
in the hub), school (share live), charity (nothing shared), narrow (of the lead agency, for services alone),
revoked (the school's, shut out), expired (the school's, its hour is over), none (no token).

Cells: the status. An asterisk: children, and each 200 leaves one entry of a disclosure; each 403, and
each 404 of a record, one of a denied attempt.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve
from oauth2_provider.models import get_access_token_model

import accounts.commands
import clock
import partners.commands
import referrals.commands
import rest.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import Contact, Person
from partners.models import InformationRequest, LawfulBasis, Share
from tests import factories
from tests.rest.api import Machine, machine, report, robin

TABLE = """
                                          lead  other    hub school charit narrow revoke expire   none
GET   /api/v1/schema/                      200    200    200    200    200    200    200    200    200
GET   /api/v1/docs/                        200    200    200    200    200    200    200    200    200
POST  /api/v1/token                        400    400    400    400    400    400    400    400    400
GET   /api/v1/me                           200    200    200    200    200    200    401    401    401
POST  /api/v1/contacts                     201    201    201    201    201    403    401    401    401
GET * /api/v1/referrals                    200    200    200    200    200    403    401    401    401
GET * /api/v1/referrals/R-{of lead}        200    404    404    404    404    403    401    401    401
GET * /api/v1/referrals/R-{of school}      404    404    404    200    404    403    401    401    401
GET * /api/v1/children/{milo}/readings     200    404    404    404    404    403    401    401    401
GET * /api/v1/children/{kit}/readings      200    404    200    404    404    403    401    401    401
GET * /api/v1/children/{hers}/readings     404    404    200    404    404    403    401    401    401
GET * /api/v1/children/{nobody}/readings   404    404    404    404    404    403    401    401    401
GET * /api/v1/children/{milo}/watch-for    200    404    404    200    404    403    401    401    401
GET * /api/v1/children/{kit}/watch-for     200    404    200    404    404    403    401    401    401
GET * /api/v1/children/{nobody}/watch-for  404    404    404    404    404    403    401    401    401
GET   /api/v1/duty                         200    200    200    200    200    403    401    401    401
GET   /api/v1/duty?area=NOWHERE            400    400    400    400    400    403    401    401    401
GET * /api/v1/notices                      200    200    200    200    200    403    401    401    401
GET * /api/v1/notices/{notice}             404    404    404    200    404    403    401    401    401
POST* /api/v1/notices/{notice}/acknowledgement 404 404   404    200    404    403    401    401    401
GET * /api/v1/shared                       200    200    200    200    200    403    401    401    401
GET * /api/v1/shared/S-{share}             404    404    404    200    404    403    401    401    401
GET * /api/v1/shared/S-999999999           404    404    404    404    404    403    401    401    401
POST* /api/v1/shared/S-{share}/contributions 404    404    404    201    404    403    401    401    401
GET * /api/v1/requests                     200    200    200    200    200    403    401    401    401
GET * /api/v1/requests/{request}           404    404    404    200    404    403    401    401    401
GET * /api/v1/requests/999999999           404    404    404    404    404    403    401    401    401
POST* /api/v1/requests/{request}/answer    404    404    404    200    404    403    401    401    401
GET * /api/v1/cases/EI-{case}/children/{milo}/contributions 200 404 404 200 404 403 401 401    401
GET * /api/v1/cases/EI-{case}/children/{kit}/contributions  404 404 404 404 404 403 401 401    401
GET * /api/v1/contributions/{contribution} 200    404    404    200    404    403    401    401    401
GET * /api/v1/contributions/999999999      404    404    404    404    404    403    401    401    401
POST* /api/v1/contributions/{contribution}/passing-on 403 404 404 403  404    403    401    401    401
POST* /api/v1/contributions/999999999/passing-on 404 404 404   404     404    403    401    401    401
GET * /api/v1/requests/sent                200    200    200    200    200    403    401    401    401
GET * /api/v1/requests/sent/{request}      200    404    404    404    404    403    401    401    401
GET * /api/v1/requests/sent/{by school}    404    404    404    200    404    403    401    401    401
GET * /api/v1/requests/sent/999999999      404    404    404    404    404    403    401    401    401
GET * /api/v1/cases/EI-{case}/children/{milo}/to-ask 200 404 404 200  404    403    401    401    401
GET * /api/v1/cases/EI-{case}/children/{kit}/to-ask  404 404 404 404  404    403    401    401    401
POST* /api/v1/cases/EI-{case}/children/{milo}/requests 201 404 404 201 404   403    401    401    401
POST* /api/v1/cases/EI-999999999/children/{milo}/requests 404 404 404 404 404 403   401    401    401
GET * /api/v1/children/{milo}/not-shared   200    404    404    404    404    403    401    401    401
GET * /api/v1/children/{kit}/not-shared    200    404    200    404    404    403    401    401    401
GET * /api/v1/children/{nobody}/not-shared 404    404    404    404    404    403    401    401    401
GET * /api/v1/agreements                   200    200    200    200    200    403    401    401    401
GET * /api/v1/agreements/{agreement}       200    200    404    200    404    403    401    401    401
GET * /api/v1/agreements/999999999         404    404    404    404    404    403    401    401    401
GET   /api/v1/services                     200    200    200    200    200    200    401    401    401
GET   /api/v1/services/{no service}        404    404    404    404    404    404    401    401    401
GET * /api/v1/record-of-use                200    200    403    403    403    403    401    401    401
GET   /api/v1/no/such/address              404    404    404    404    404    404    401    401    401
GET   /api/                                404    404    404    404    404    404    401    401    401
"""

SCOPES = ("services:read",)


def rows() -> list[tuple[str, bool, str, list[int]]]:
    """(method, shows children, address, statuses in the order of the columns)."""
    header, *lines = TABLE.strip("\n").splitlines()
    columns = len(header.split())
    found = []
    for line in lines:
        asked, *cells = line.rsplit(maxsplit=columns)
        method, address = asked.replace("*", " * ").split(" ", 1)
        found.append((method, "*" in address, address.strip(" *"), [int(cell) for cell in cells]))
    return found


@dataclass(frozen=True)
class World:
    """`whom`: the agency that a client asks what it knows of Milo."""

    ids: dict[str, object]
    tokens: dict[str, str]
    whom: dict[str, str]


def told(by: Machine, ref: str, **child: str) -> Contact:
    answer = by.post("/contacts", report(source_ref=ref, children=[robin(**child)]))
    assert answer.status_code == 201, answer.content
    return Contact.objects.get(pk=answer.json()["id"])


def child_of(contact: Contact) -> Person:
    return contact.children.get().person


def refer(contact: Contact, by: User) -> int:
    return referrals.commands.make_referral(
        contact=contact,
        children=[child_of(contact)],
        reason="Away from home twice",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=by,
    ).pk


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    council, school, charity = (
        factories.agency(kind)
        for kind in (AgencyKind.EARLY_HELP, AgencyKind.SCHOOL, AgencyKind.CHARITY)
    )
    hub = factories.team(agency=council, is_hub=True)
    clients = {
        "lead": machine(),
        "other": machine(),
        "hub": machine(council),
        "school": machine(school),
        "charity": machine(charity),
        "narrow": machine(scopes=SCOPES),
        "revoked": machine(school),
        "expired": machine(school),
    }
    accounts.commands.join_team(clients["hub"].user, hub, by=factories.administrator())
    lead = clients["lead"]
    milo = told(lead, "CAD-1", forenames="Milo", date_of_birth="2012-01-09")
    kit = told(lead, "CAD-2", forenames="Kit", date_of_birth="2010-07-30", postcode="NB9 9ZZ")
    hers = told(clients["school"], "SCH-1", forenames="Nadia", date_of_birth="2011-03-03")
    share = share_watch(child_of(milo), school)
    ids = {
        "share": share.pk,
        "request": asked_about(share).pk,
        "contribution": contributed(clients["school"].user, share),
        "by school": asked_by(clients["school"].user, share).pk,
        "case": share.place.case_id,
        "agreement": share.agreement_id,
        "milo": child_of(milo).pk,
        "kit": child_of(kit).pk,
        "hers": child_of(hers).pk,
        "nobody": 999_999_999,
        "no service": "00000000-0000-4000-8000-000000000000",
        "notice": tell(kit, school),
        "of lead": refer(kit, lead.user),
        "of school": refer(hers, clients["school"].user),
    }
    rest.commands.revoke_client(clients["revoked"].client, by=factories.administrator())
    get_access_token_model().objects.filter(application=clients["expired"].client).update(
        expires=clock.now()
    )
    tokens = {name: each.token for name, each in clients.items()} | {"none": ""}
    whom = dict.fromkeys(tokens, school.name) | {"school": lead.user.agency.name}
    return World(ids, tokens, whom)


def tell(contact: Contact, school: object) -> int:
    """A notice of a contact to the school, by the lead worker of a case that the child is in."""
    lena = factories.user(Role.LEAD_WORKER, teams=(factories.team(),))
    factories.case(child_of(contact), lead_worker=lena, team=lena.memberships.get().team)
    return partners.commands.send_notice(
        child_of(contact),
        contact=contact,
        happened_at=contact.occurred_at,
        agency=school,
        kind="Operation Encompass",
        content="Kit was at home when police came",
        purpose="Keeping the child safe",
        lawful_basis=LawfulBasis.LEGAL_OBLIGATION,
        by=lena,
    ).pk


def share_watch(child: Person, school: object) -> Share:
    lena = factories.user(Role.LEAD_WORKER, teams=(factories.team(),))
    case = factories.case(child, lead_worker=lena, team=lena.memberships.get().team)
    agreement = partners.commands.sign_agreement(
        title="Early help",
        parties=[case.team.agency, school],
        purposes=["Early help"],
        lawful_bases=[LawfulBasis.PUBLIC_TASK],
        sections=["summary", "watch"],
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=365),
        review_on=clock.today() + timedelta(days=180),
        impact_assessment="DPIA-1",
        signatories=["N. Ash for each party"] * 5,
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    return partners.commands.share(
        factories.place(child, case),
        agency=school,
        agreement=agreement,
        purpose="Early help",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        necessity="The school sees Milo daily",
        summary="Milo was away from home twice",
        sections=["watch"],
        until=clock.now() + timedelta(days=90),
        by=lena,
    )


def asked_about(share: Share) -> InformationRequest:
    return partners.commands.ask_for_information(
        share.place,
        agency=share.agency,
        what="How does he get on?",
        why="To see what helps",
        needed_by=clock.today(),
        by=share.decided_by,
    )


def contributed(client: User, share: Share) -> int:
    return partners.commands.contribute(
        share.place, text="Seldom fed", voice="", audience=["lead agency"], by=client
    ).pk


def asked_by(client: User, share: Share) -> InformationRequest:
    return partners.commands.ask_for_information(
        share.place,
        agency=share.place.case.team.agency,
        what="Who fetches him?",
        why="To know whom to ring",
        needed_by=clock.today(),
        by=client,
    )


# What is sent to the addresses that end so; to any other a contact.
BODIES = {
    "acknowledgement": {"seen_to_by": "Tess"},
    "contributions": {"text": "Tired on Mondays", "audience": ["lead agency"]},
    "answer": {"answer": "nothing held"},
    "passing-on": {"agencies": ["Nobody"], "agreed_by_author": True},
    "requests": {"what": "Who rings?", "why": "To help", "needed_by": "2026-11-27"},
}


def ask(token: str, method: str, address: str, number: int, *, whom: str = "") -> HttpResponse:
    sent = {"headers": {"Authorization": f"Bearer {token}"}} if token else {}
    if method == "GET":
        return Client().get(address, **sent)
    if address.endswith("/token"):
        return Client().post(address, "", content_type="application/x-www-form-urlencoded")
    sent = {"headers": {**sent.get("headers", {}), "Idempotency-Key": f"key-{number}"}}
    last = address.rsplit("/", 1)[1]
    body = BODIES.get(last, report(source_ref=f"NEW-{number}"))
    if last == "requests":
        body = body | {"agency": whom}
    return Client().post(address, body, content_type="application/json", **sent)


def entries(after: int, kind: Kind) -> int:
    return Entry.objects.filter(pk__gt=after, kind=kind).count()


def test_every_client_at_every_address(world: World) -> None:
    wrong = []
    for number, (method, shows, address, expected) in enumerate(rows()):
        for (name, token), status in zip(world.tokens.items(), expected, strict=True):
            last = Entry.objects.latest("pk").pk
            whom = world.whom[name]
            answer = ask(token, method, address.format(**world.ids), number, whom=whom)
            where = f"{method} {address} as {name}"
            if answer.status_code != status:
                wrong.append(f"{where}: {answer.status_code}, not {status}")
            if "no-store" not in answer["Cache-Control"]:
                wrong.append(f"{where}: may be kept")
            refused = status in {401, 403, 404}
            if refused and answer["Content-Type"] != "application/problem+json":
                wrong.append(f"{where}: {answer['Content-Type']}")
            if shows and status == 200 and entries(last, Kind.DISCLOSURE) != 1:
                wrong.append(f"{where}: {entries(last, Kind.DISCLOSURE)} entries of the disclosure")
            denied = int(status == 403 or (shows and status == 404))
            if entries(last, Kind.DENIED) != denied:
                wrong.append(f"{where}: {entries(last, Kind.DENIED)} entries of a denied attempt")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_there_and_what_is_not_theirs_are_the_same_bytes(world: World) -> None:
    for part in ("readings", "watch-for"):
        answers = {
            (answer.status_code, answer.content, answer["Content-Type"])
            for ident in (world.ids["kit"], 999_999_999, 9 * 10**17, "9" * 30)
            for answer in [
                ask(world.tokens["charity"], "GET", f"/api/v1/children/{ident}/{part}", 0)
            ]
        }
        assert len(answers) == 1


def test_every_address_of_the_api_is_in_the_table(world: World) -> None:
    asked = {resolve(address.format(**world.ids)).url_name for _, _, address, _ in rows()}
    _, resolver = get_resolver().namespace_dict["api"]
    assert {name for name in resolver.reverse_dict if isinstance(name, str)} == asked


def test_a_cookie_of_the_pages_opens_nothing(world: World) -> None:
    browser = Client()
    browser.force_login(factories.user(Role.OFFICER))
    assert browser.get("/api/v1/me").status_code == 401
