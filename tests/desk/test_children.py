"""A child's page through the viewer's sections, the readings explained, and who has looked."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.commands import Completion, Noticed
from cases.models import EventKind, Flag, Handling, LikelyMatch, Person
from tests import factories
from tests.partners.conftest import World, build_world, sign

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")

POLICE_WORDS = "Seen with a man known to us"


@pytest.fixture
def world() -> World:
    return build_world()


def see(client: Client, person: Person, **query: str) -> str:
    answer = client.get(f"/children/{person.pk}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def observed(child: Person, *codes: str, handling: Handling = Handling.SHARE, **said: str) -> User:
    """The officer of a complete contact in which these indicators were observed."""
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(child, by=officer, handling=handling, narrative=POLICE_WORDS)
    noticed = [Noticed(factories.indicator(code)) for code in codes]
    cases.commands.complete_contact(
        contact,
        completions=[
            Completion(
                contact.children.get(), voice=said.get("voice", "I am fine"), noticed=noticed
            )
        ],
        handling=handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="refer",
        by=officer,
    )
    return officer


# --- the full record --------------------------------------------------------------------------


def test_the_full_record_says_who_holds_the_case_and_what_goes_well(
    world: World, signed_in: SignedIn
) -> None:
    factories.caution(world.child, "A dog in the yard", by=world.lead_worker)
    factories.status(world.child, by=world.lead_worker)
    safe = factories.safe_to_tell(world.child, court_orders="No contact", by=world.lead_worker)
    observed(world.child, "P01", "SCH01", voice="I like the youth club")
    world.share(safe_to_tell_read=safe.pk)
    world.contribute(by=world.teacher)
    cases.commands.set_action(
        world.place,
        what="Breakfast club",
        owner=world.lead_worker,
        due_on=clock.today(),
        by=world.lead_worker,
    )
    text = see(signed_in(world.lead_worker), world.child)
    for said in (
        "A dog in the yard",
        "Ring the grandmother",
        "No contact",
        "Child in need, since 24 November 2026",
        "Emergency duty team",
        "13, born 4 May 2013",
        f"{world.case.reference}: Lee Leader",
        factories.indicator("P01").name,
        "I like the youth club",
        "A reading never decides: it orders attention",
        "Breakfast club",
        "Late three times this week",
        "They see: Summary, Plan.<br>Why: Early help.<br>Until 24 December 2026",
        POLICE_WORDS,
    ):
        assert said in text, said
    assert text.index('<h2 class="govuk-heading-m">Strengths') < text.index("What the facts weigh")
    assert f"/children/{world.child.pk}/readings" in text
    assert f"/children/{world.child.pk}/looks" in text
    entry = Entry.objects.get(kind=Kind.CONSULTATION)
    assert (entry.verb, entry.persons) == ("child", [world.child.pk])
    assert entry.sections == ["full"]
    assert entry.ground == "case team, task"


def test_the_readings_stand_in_words_with_the_number_to_one_decimal(
    world: World, signed_in: SignedIn
) -> None:
    observed(world.child, "SCH01")
    text = see(signed_in(world.lead_worker), world.child)
    cards = re.findall(r'app-reading__name">([^<]+)<', text)
    assert cards == ["At risk of harm", "Needs help", "May harm others"]
    assert re.findall(r"</span>([A-Z][a-z ]+)</p>\s*<p>([\d.]+),", text) == [
        ("Nothing recorded", "0.0"),
        ("Early conversation", "1.5"),
        ("Nothing recorded", "0.0"),
    ]


def test_what_nobody_knows_is_said(signed_in: SignedIn) -> None:
    child = factories.child(born=None)
    officer = factories.user(Role.OFFICER)
    factories.contact(child, by=officer)
    text = see(signed_in(officer), child)
    for said in (
        "The date of birth is not known",
        "Nothing has been observed yet",
        "Not recorded: ask before you tell anybody",
        "Nobody: no case is open",
        "Nothing is shared with a partner now",
        "No referral has been made and no case is open",
    ):
        assert said in text, said


def test_an_open_flag_stands_above_and_instead_of_any_band(
    world: World, signed_in: SignedIn
) -> None:
    duty = factories.user(Role.SUPERVISOR, name="Dana Duty")
    accounts.commands.post_duty("Duty", step=0, user=duty, by=factories.administrator())
    observed(world.child, "SCH01")
    factories.contact(world.child, by=factories.user(Role.OFFICER), safe_now="no")
    flag = Flag.objects.get()
    client = signed_in(world.lead_worker)
    for path in (f"/children/{world.child.pk}", f"/children/{world.child.pk}/readings"):
        text = client.get(path).content.decode()
        assert "Safeguarding: answer now, call Dana Duty on" in text
        assert "app-reading__band" not in text
        assert "Early conversation" not in text.replace("early", "Early")
        assert f"/flags/{flag.pk}" not in text  # a lead worker does not answer flags
    assert f"/flags/{flag.pk}" in see(signed_in(duty), world.child)


def test_referrals_lead_to_their_page_where_it_opens(world: World, signed_in: SignedIn) -> None:
    factories.team(is_hub=True)
    officer = observed(world.child)
    made = referrals.commands.make_referral(
        contact=None,
        children=[world.child],
        reason="Hungry",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=officer,
    )
    link = f'href="/referrals/{made.reference}"'
    assert link in see(signed_in(officer), world.child)
    others = see(signed_in(world.lead_worker), world.child)
    assert f"{made.reference}: waiting for a decision" in others
    assert link not in others


def test_likely_records_are_named_by_reference_and_reasons(
    world: World, signed_in: SignedIn
) -> None:
    LikelyMatch.objects.create(
        person=world.sibling,
        other=world.child,
        weight=9,
        reasons=["same date of birth"],
        found_at=clock.now(),
    )
    text = see(signed_in(world.lead_worker), world.child)
    assert (
        f'/children/{world.sibling.pk}">{world.sibling.reference}</a>: same date of birth' in text
    )
    officer = observed(world.child)
    text = see(signed_in(officer), world.child)
    assert f"{world.sibling.reference}: same date of birth" in text
    assert f"/children/{world.sibling.pk}" not in text


def test_the_chronology_goes_back_page_by_page_and_by_kind(
    world: World, signed_in: SignedIn
) -> None:
    for day in range(30):
        cases.commands.add_event(
            world.child,
            EventKind.ACTION,
            f"Step {day}.",
            occurred_at=clock.now() - timedelta(days=day),
            by=world.lead_worker,
        )
    client, path, steps = (
        signed_in(world.lead_worker),
        f"/children/{world.child.pk}?kind=action",
        [],
    )
    while path:
        text = client.get(path).content.decode()
        steps += re.findall(r"Step (\d+)\.", text)
        assert "opened" not in text[text.index('id="chronology"') :]
        found = re.search('href="([^"]+)" rel="next"', text)
        path = found and found[1].replace("&amp;", "&").removesuffix("#chronology")
        assert path is None or "kind=action" in path
    assert steps == [str(day) for day in range(30)]
    for odd in ("nothing", "\x00", "action'"):
        assert "opened" in see(client, world.child, kind=odd, before=odd)


# --- a partner --------------------------------------------------------------------------------


def test_a_partner_sees_the_shared_sections_and_nothing_else(
    world: World, signed_in: SignedIn
) -> None:
    observed(world.child, "SCH01", "P01")
    observed(world.child, "FAM02", handling=Handling.POLICE_ONLY)
    cases.commands.set_action(
        world.place,
        what="Breakfast club",
        owner=world.lead_worker,
        due_on=clock.today(),
        by=world.lead_worker,
    )
    world.share()
    text = see(signed_in(world.teacher), world.child)
    main = text[text.index("<main") :].partition("</main>")[0]
    for said in (
        "Robin is often hungry",
        "Breakfast club",
        "Early help",
        "24 December 2026",
        "Lee Leader",
        f"/places/{world.place.pk}/contributions/new",
    ):
        assert said in main, said
    for unsaid in (
        "Sam",
        "What to watch for",
        "chronology",
        "4 May 2013",
        "Sample Street",
        "band",
        "reading",
        POLICE_WORDS,
        "Strengths",
        "looks",
        "Open Door",
        "necess",
        factories.indicator("SCH01").name,
        factories.indicator("P01").name,
    ):
        assert unsaid.lower() not in main.lower(), unsaid
    entry = Entry.objects.get(kind=Kind.CONSULTATION)
    assert (entry.sections, entry.ground) == (["plan", "summary"], "share")


def test_what_to_watch_for_and_the_chronology_leave_police_only_facts_out(
    world: World, signed_in: SignedIn
) -> None:
    agreement = sign(
        by=world.signer,
        parties=[world.police, world.school],
        sections=["watch", "chronology", "contributions"],
    )
    observed(world.child, "SCH01")
    world.share(agreement=agreement, sections=["watch", "chronology", "contributions"])
    before = see(signed_in(world.teacher), world.child)
    observed(world.child, "PEE01", handling=Handling.POLICE_ONLY)
    after = see(signed_in(world.teacher), world.child)
    assert factories.indicator("SCH01").name in after
    assert "Child concern" in after
    assert POLICE_WORDS not in after  # shared or not, never as typed
    assert "Robin is often hungry" not in after
    csrf = re.compile('"X-CSRFToken": "[^"]+"|value="[^"]{64}"')
    assert csrf.sub("", after) == csrf.sub("", before)


def test_whoever_has_an_action_alone_sees_the_plan_and_no_band(
    world: World, signed_in: SignedIn
) -> None:
    cases.commands.set_action(
        world.place,
        what="Breakfast club",
        owner=world.teacher,
        due_on=clock.today(),
        by=world.lead_worker,
    )
    text = see(signed_in(world.teacher), world.child)
    assert "You have an action in Robin’s plan" in text
    assert "Breakfast club" in text
    assert "Early conversation" not in text


def test_a_partner_opens_neither_readings_nor_looks(world: World, signed_in: SignedIn) -> None:
    world.share(sections=["summary"])
    client = signed_in(world.teacher)
    for path in ("readings", "looks"):
        assert client.get(f"/children/{world.child.pk}/{path}").status_code == 404
    assert client.get(f"/children/{world.sibling.pk}").status_code == 404
    assert Entry.objects.filter(kind=Kind.DENIED, username=world.teacher.username).count() == 3


def test_ended_and_never_shared_is_not_there(world: World, signed_in: SignedIn) -> None:
    shared = world.share()
    partners.commands.end_share(shared, reason="Moved school", by=world.lead_worker)
    stranger = factories.user(Role.SUPERVISOR, Role.LEAD_WORKER)
    for user in (world.teacher, world.volunteer, stranger):
        client = signed_in(user)
        for path in ("", "/readings", "/looks"):
            assert client.get(f"/children/{world.child.pk}{path}").status_code == 404
    assert signed_in(world.lead_worker).get(f"/children/{'9' * 18}").status_code == 404
    assert Client().get("/children/1").headers["Location"].startswith("/sign-in")


# --- the hub ----------------------------------------------------------------------------------


@pytest.fixture
def triager(world: World) -> User:
    """Of the council, in the hub, with a referral of the child to decide."""
    hub = factories.team(is_hub=True)
    council = factories.agency(AgencyKind.CHILDRENS_SERVICES)
    officer = observed(world.child, "SCH01")
    referrals.commands.make_referral(
        contact=None,
        children=[world.child],
        reason="Hungry",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=officer,
    )
    return factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))


def test_the_hub_of_another_agency_reads_one_line_for_police_only_facts(
    world: World, triager: User, signed_in: SignedIn
) -> None:
    client = signed_in(triager)
    for path in ("", "/readings"):
        text = client.get(f"/children/{world.child.pk}{path}").content.decode()
        assert "Early conversation" in text
        assert "Police hold more" not in text
    observed(world.child, "PEE01", handling=Handling.POLICE_ONLY)
    for path in ("", "/readings"):
        text = client.get(f"/children/{world.child.pk}{path}").content.decode()
        assert "Police hold more: call" in text
        assert factories.indicator("PEE01").name not in text
    assert client.get(f"/children/{world.child.pk}/looks").status_code == 404


def test_a_flag_that_only_police_see_takes_the_bands_from_the_hub_too(
    world: World, triager: User, signed_in: SignedIn
) -> None:
    officer = factories.user(Role.OFFICER)
    factories.contact(world.child, by=officer, safe_now="no", handling=Handling.POLICE_ONLY)
    client = signed_in(triager)
    for path in ("", "/readings"):
        text = client.get(f"/children/{world.child.pk}{path}").content.decode()
        assert "app-reading__band" not in text
        assert "early conversation" not in text.lower()
        assert "Police hold more" in text
        assert "Safeguarding: answer now" not in text


# --- why --------------------------------------------------------------------------------------


def test_the_readings_are_explained_point_by_point(world: World, signed_in: SignedIn) -> None:
    with clock.at(clock.now() - timedelta(days=120)):
        observed(world.child, "SCH01")
    observed(world.child, "P01")
    text = signed_in(world.lead_worker).get(f"/children/{world.child.pk}/readings").content.decode()
    plain = " ".join(re.sub("<[^>]+>", " ", text).split())
    for said in (
        "As of 24 November 2026, by model 1",
        "27 July 2026, 120 days ago: clear, reported to us",
        "Child concern, Police",
        "unchanged since 27 October 2026",
        "What moved it since 27 October 2026",
        "What would lower it",
        "Weight: professional judgement",
        "A limit applies",  # strengths take off 40 per cent at most
        "What a reading cannot tell",
        "Strengths stand beside this reading and are never taken off it",
    ):
        assert said in plain, said
    entry = Entry.objects.get(kind=Kind.CONSULTATION)
    assert (entry.verb, entry.persons) == ("child_readings", [world.child.pk])


def test_who_is_not_read_is_told_so(signed_in: SignedIn) -> None:
    child = factories.child(born=clock.today().replace(year=1990))
    officer = factories.user(Role.OFFICER)
    factories.contact(child, by=officer)
    for path in ("", "/readings"):
        text = signed_in(officer).get(f"/children/{child.pk}{path}").content.decode()
        assert "There is no reading" in text


# --- who has looked ---------------------------------------------------------------------------


def test_who_has_seen_this_names_user_agency_and_ground(world: World, signed_in: SignedIn) -> None:
    world.share()
    see(signed_in(world.teacher), world.child)
    text = signed_in(world.lead_worker).get(f"/children/{world.child.pk}/looks").content.decode()
    plain = " ".join(re.sub("<[^>]+>", " ", text).split())
    row = f"Tess Teacher {world.teacher.username} Opened the record 10:30 Summary, Plan Share"
    assert row in plain.split("Northfield Academy, 24 November 2026 ")[1]
    assert "Robin Example" in plain
    assert Entry.objects.filter(verb="child_looks", persons=[world.child.pk]).count() == 1


def test_information_governance_reads_the_reference_and_no_name(
    world: World, signed_in: SignedIn
) -> None:
    see(signed_in(world.lead_worker), world.child)
    client = signed_in(factories.user(Role.INFORMATION_GOVERNANCE))
    text = client.get(f"/children/{world.child.pk}/looks").content.decode()
    assert f"Who has seen C-{world.child.pk}" in text
    assert "Lee Leader" in text
    assert "Robin" not in text
    entry = Entry.objects.get(verb="child_looks")
    assert (entry.persons, entry.ground) == ([world.child.pk], "audit")
    # Whether there is such a record, no answer tells.
    assert client.get(f"/children/{'9' * 18}/looks").status_code == 200
    assert client.get(f"/children/{world.child.pk}").status_code == 404


def test_who_was_refused_stands_under_the_child_for_information_governance_alone(
    world: World, signed_in: SignedIn
) -> None:
    nosy = factories.user(Role.OFFICER, name="Nosy Parker")
    for page in ("", "/readings", "/looks"):
        assert signed_in(nosy).get(f"/children/{world.child.pk}{page}").status_code == 404
    refused = Entry.objects.filter(kind=Kind.DENIED, username=nosy.username)
    assert [entry.persons for entry in refused] == [[world.child.pk]] * 3
    governor = signed_in(factories.user(Role.INFORMATION_GOVERNANCE))
    for path in (f"/children/{world.child.pk}/looks", f"/record-of-use?record=C-{world.child.pk}"):
        assert "Nosy Parker" in governor.get(path).content.decode()
    lead = signed_in(world.lead_worker)
    assert "Nosy Parker" not in lead.get(f"/children/{world.child.pk}/looks").content.decode()
