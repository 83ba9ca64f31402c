"""A fact that is for police alone changes no byte that another agency is given.

Milo's place is shared with the school with all its sections, he has a lead worker in the council, a
notice, help; Kit waits in the hub's queue. Then an officer tells of both, for police only: a contact
that raises a flag, its completion, a newer text, a word to confirm, a referral of it.

And of a child who is matched blind nobody who told of them learns who they are.
"""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from difflib import unified_diff
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

import accounts.commands
import cases.commands
import cases.tasks
import clock
import insights.commands
import partners.commands
import referrals.commands
from accounts.models import Role
from cases.commands import Completion, Named, Noticed
from cases.models import CaseChild, Contact, Handling, LikelyMatch, Person, PrivateHit, SafeToTell
from partners.models import Agreement, Share
from tests import factories
from tests.access import world
from tests.access.test_matrix import ROWS, TOKEN
from tests.rest.api import Machine, machine, report, robin

PARTNERS = ("school", "charity", "commissioner", "norole")
ALL = ["summary", "chronology", "watch", "plan", "interventions", "contributions"]


@pytest.fixture
def built(db: None, held_clock: object, caplog: pytest.LogCaptureFixture) -> world.World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return build()


def build() -> world.World:
    made = world.build()
    _share_all(made)
    _lead_in_the_council(made)
    # Who reads a notice marks it as read: that is done before pages are compared.
    browsers(made)["school"].get(f"/notices/{made.ids['notice']}")
    return made


def _share_all(made: world.World) -> None:
    """Milo's place with every section, in place of the share with two of them."""
    old = Share.objects.get(pk=made.ids["share"])
    partners.commands.end_share(old, reason="A wider one", by=made.users["lead"])
    agreement = partners.commands.sign_agreement(
        title="All sections",
        parties=list(Agreement.objects.get(pk=old.agreement_id).parties.all()),
        purposes=["Early help"],
        lawful_bases=["public task"],
        sections=ALL,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=365),
        review_on=clock.today() + timedelta(days=180),
        impact_assessment="DPIA-9",
        signatories=["N. Ash for each party"] * 5,
        by=made.users["governance"],
    )
    wider = partners.commands.share(
        CaseChild.objects.get(pk=made.ids["milo's place"]),
        agency=made.users["school"].agency,
        agreement=agreement,
        purpose="Early help",
        lawful_basis="public task",
        necessity="They see him daily",
        summary="Milo was away twice",
        sections=ALL,
        until=clock.now() + timedelta(days=90),
        safe_to_tell_read=_version(made),
        by=made.users["lead"],
    )
    made.ids["wider share"] = wider.reference


def _version(made: world.World) -> int:
    return SafeToTell.objects.get(person=made.ids["milo"], replaced_at=None).pk


def _lead_in_the_council(made: world.World) -> None:
    """A worker of the council sits at Milo's table, with something to do."""
    worker = factories.user(Role.LEAD_WORKER, Role.PARTNER_PRACTITIONER,
                            agency=made.users["hub"].agency)  # fmt: skip
    place = CaseChild.objects.select_related("case", "person").get(pk=made.ids["milo's place"])
    cases.commands.seat(place, worker, role="Lead worker", by=made.users["lead"])
    cases.commands.set_action(
        place, what="Ring his nan", owner=worker, due_on=clock.today(), by=made.users["lead"]
    )
    made.users["council lead"] = worker


def browsers(made: world.World) -> dict[str, Client]:
    found = {}
    for name, user in made.users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


def plain(answer: HttpResponse) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return f"{answer.status_code}\n{TOKEN.sub('', body.decode(errors='replace'))}"


def pages(made: world.World, names: tuple[str, ...]) -> dict[tuple[str, str], str]:
    clients = browsers(made)
    return {
        (name, address): plain(clients[name].get(address.format(**made.ids)))
        for method, _, address, _ in ROWS
        if method == "GET" and not address.startswith("/evaluations")
        for name in names
    }


def answers(made: world.World, machines: dict[str, Machine]) -> dict[tuple[str, str], str]:
    children = [made.ids[name] for name in ("milo", "iris", "kit")]
    paths = ["/me", "/duty", "/referrals", f"/referrals/R-{made.ids['waiting']}", "/notices",
             f"/notices/{made.ids['notice']}", "/shared", f"/shared/{made.ids['wider share']}",
             "/requests", "/requests/sent", "/agreements", "/services", "/record-of-use",
             f"/contributions/{made.ids['contribution']}"]  # fmt: skip
    of_child = ("watch-for", "readings", "not-shared")
    paths += [f"/children/{pk}/{what}" for pk in children for what in of_child]
    in_case = f"/cases/EI-{made.ids['case']}/children/{made.ids['milo']}"
    paths += [f"{in_case}/{what}" for what in ("to-ask", "contributions")]
    return {
        (name, path): plain(each.get(path)) for name, each in machines.items() for path in paths
    }


def happen_for_police_alone(made: world.World, *, refer: bool) -> Contact:
    """Everything that a police-only fact can be of Milo and Kit."""
    author = made.users["author"]
    milo, kit = (Person.objects.get(pk=made.ids[name]) for name in ("milo", "kit"))
    contact = factories.contact(
        milo, kit, by=author, safe_now="no", handling=Handling.POLICE_ONLY,
        narrative="Told by an informant", area=factories.area("NBC1"),
    )  # fmt: skip
    cases.commands.complete_contact(
        contact,
        completions=[
            Completion(
                child=child,
                voice="I carry it for him",
                noticed=[Noticed(factories.indicator("EXP03"), 3, "confirmed")],
            )
            for child in contact.children.all()
        ],
        handling=Handling.POLICE_ONLY,
        noticed={},
        told_family="no",
        told_family_why_not="It would put them in danger",
        next_step="refer",
        by=author,
    )
    client = machine()
    told = report(
        source_ref="SECRET-1",
        handling="police only",
        children=[robin(forenames="Milo", words=["poor attendance"])],
    )
    assert client.post("/contacts", told).status_code == 201
    newer = client.post("/contacts", told | {"narrative": "Told again by an informant"})
    assert newer.json()["state"] == "amended"
    if refer:
        referrals.commands.make_referral(
            contact=contact, children=[milo, kit], reason="Informant", wanted="Talk to police",
            agreed="not asked", agreed_why_not="Danger", by=author,
        )  # fmt: skip
    return contact


def differing(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> list[str]:
    return [
        f"{name} {where}: {line}"
        for (name, where), page in after.items()
        for line in unified_diff(
            before[name, where].splitlines(), page.splitlines(), lineterm="", n=0
        )
        if not line.startswith(("---", "+++", "@@")) and line[1:].strip()
    ]


def test_no_byte_of_a_partner_changes(built: world.World) -> None:
    machines = {
        "school": machine(built.users["school"].agency),
        "council": machine(built.users["commissioner"].agency),
    }
    names = (*PARTNERS, "council lead")
    system = accounts.commands.system()
    insights.commands.take_snapshot(on=clock.today(), by=system)
    before = pages(built, names) | answers(built, machines)
    assert "Milo" in before["school", "/children/{milo}"]
    assert "Milo" in before["council lead", "/"]
    happen_for_police_alone(built, refer=True)
    insights.commands.take_snapshot(on=clock.today(), by=system)
    after = pages(built, names) | answers(built, machines)
    assert not (told := differing(before, after)), "\n".join(told)


# The reading is over all facts for the hub too (design/risk.md): a band, what it is made of that they may
# not see as one line, and so one gap less. It has a page of its own, and this part of a child's.
OF_THE_READING = re.compile(r"<h3[^>]*>What we do not know</h3>.*?</ul>", re.DOTALL)
SECRETS = ("informant", "carry it", "Carrying", "EXP03", "poor attendance", "SECRET-1")


def test_the_hub_of_another_agency_is_told_in_one_line_that_there_is_more(
    built: world.World,
) -> None:
    def seen() -> dict[tuple[str, str], str]:
        return {w: OF_THE_READING.sub("", page) for w, page in pages(built, ("hub",)).items()}

    before = seen()
    happen_for_police_alone(built, refer=False)
    after = seen()
    told = [
        line
        for line in differing(before, after)
        if "/readings: " not in line and re.sub("<[^>]*>", "", line.partition(": ")[2])[1:].strip()
    ]
    assert [line.partition(": ")[0] for line in told] == [
        "hub /children/{kit}",
        "hub /referrals/R-{waiting}",
    ]
    assert all(": +" in line and "Police hold more" in line for line in told), told
    assert "Police hold more, call" in after["hub", "/children/{kit}/readings"]
    leaks = [(where, word) for where, page in after.items() for word in SECRETS if word in page]
    assert leaks == []


# --- matched blind ----------------------------------------------------------------------------


def asked(ask: Callable[[], HttpResponse]) -> tuple[int, str, int]:
    """Status, bytes without references and ids, how often the database was asked."""
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    body = re.sub(r'("id": ?\d+|CAD-\w+)', "", plain(answer))
    return answer.status_code, body, len(queries)


def test_of_a_child_matched_blind_a_partner_learns_nothing(built: world.World) -> None:
    """Known, unknown, restricted: the same answer. Afterwards the hub has the likely match, the owner
    of the restricted record the hit, and the partner still nothing."""
    school = machine(built.users["school"].agency)
    described = {
        "known": robin(forenames="Kit"),
        "unknown": robin(forenames="Zander", surname="Quillon", date_of_birth="2011-08-03"),
        "restricted": robin(forenames="Wren", surname="Hollis"),
    }
    school.post("/contacts", report(source_ref="CAD-warm", children=[robin(forenames="First")]))
    got, new = {}, {}
    for name, child in described.items():
        body = report(source_ref=f"CAD-{name}", children=[child])
        got[name] = asked(lambda body=body: school.post("/contacts", body))
        new[name] = Contact.objects.get(source_ref=f"CAD-{name}").children.get().person
    assert got["known"] == got["unknown"] == got["restricted"]
    assert got["known"][0] == 201
    assert not {built.ids["kit"], built.ids["wren"]} & {each.pk for each in new.values()}
    before = answers(built, {"school": school}) | pages(built, ("school",))
    hits = set(PrivateHit.objects.values_list("pk", flat=True))
    cases.tasks.match_blind([each.pk for each in new.values()])
    cases.tasks.look_among_hidden()
    assert LikelyMatch.objects.filter(person=new["known"], other=built.ids["kit"]).exists()
    assert not LikelyMatch.objects.filter(person__in=[new["unknown"], new["restricted"]]).exists()
    hit = PrivateHit.objects.exclude(pk__in=hits).get(contact__source_ref="CAD-restricted")
    assert hit.restriction_id == built.ids["restriction"]
    owner = browsers(built)["duty"].get(f"/restrictions/{hit.restriction_id}")
    assert hit.reference in owner.content.decode()
    after = answers(built, {"school": school}) | pages(built, ("school",))
    assert differing(before, after) == []


@pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER, Role.OFFICER])
def test_on_the_page_too(built: world.World, role: Role) -> None:
    """Whoever of a partner logs contacts: no search, no candidates, a new record for each child."""
    teacher = factories.user(role, agency=built.users["school"].agency)
    _seal(factories.child("Ash", "Fenner"), built)
    client = Client()
    client.force_login(teacher)
    client.get("/contacts/new")
    who = {"known": ("Kit", "Example"), "unknown": ("Zoe", "Quillon"),
           "restricted": ("Wren", "Hollis"), "sealed": ("Ash", "Fenner")}  # fmt: skip
    got = {name: _sent_by(client, *names) for name, names in who.items()}
    for name in ("unknown", "restricted", "sealed"):
        for one, other in zip(got[name], got["known"], strict=True):
            assert "\n".join(unified_diff(other[1].split("\n"), one[1].split("\n"), n=0)) == ""
            assert (one[0], one[2]) == (other[0], other[2])
    assert got["known"][1][0] == 302


def _seal(child: Person, made: world.World) -> None:
    cases.commands.restrict(
        child,
        owner=made.users["duty"],
        why="Adopted",
        named=[Named(made.users["duty"], reachable_at_any_hour=True)],
        kind="sealed",
        by=made.users["governance"],
    )


def _sent_by(client: Client, forenames: str, surname: str) -> list[tuple[int, str, int]]:
    """What is answered while they type, as they send, and on every page that follows."""
    address, typed = f"/contacts/drafts/{uuid4()}", logged(forenames, surname)
    got = [asked(lambda: client.post(f"{address}/matches", typed | {"child": "0"}))]
    got.append(asked(lambda: client.post(address, typed)))
    contact = Contact.objects.latest("pk")
    for page in ("", "/complete", "/refer"):
        status, body, queries = asked(lambda p=page: client.get(f"/contacts/{contact.pk}{p}"))
        body = re.sub(rf"\b({forenames}|{surname})\b", "", body)
        body = re.sub(r'(/contacts/|seen-|child-|value=")\d+', r"\1", body)
        got.append((status, body, queries))
    return got


def logged(forenames: str, surname: str) -> dict[str, str]:
    return {
        "contact_type": "Child concern",
        "narrative": "Hungry at the gate",
        "safe_now": "yes",
        "location": "School",
        "handling": "share",
        "occurred_at-day": "24",
        "occurred_at-month": "11",
        "occurred_at-year": "2026",
        "occurred_at-time": "09:45",
        "child-0-forenames": forenames,
        "child-0-surname": surname,
        "child-0-date_of_birth-day": "4",
        "child-0-date_of_birth-month": "5",
        "child-0-date_of_birth-year": "2013",
    }
