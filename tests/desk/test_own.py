"""What we told: one's own agency's contacts, referrals and contributions, and what became of each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry
from cases.models import Contact, NeedsMet
from referrals.models import Referral
from tests import factories
from tests.desk.pages import text_of
from tests.partners.conftest import build_world

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def own(client: Client, of: str = "") -> str:
    return text_of(client.get("/own", {"of": of} if of else {}))


def refer(contact: Contact, by: User) -> Referral:
    factories.team(is_hub=True)
    return referrals.commands.make_referral(
        contact=contact,
        children=[child.person for child in contact.children.all()],
        reason="Hungry every day",
        wanted="Somebody to talk to",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )


def council_worker(council: object, *roles: Role) -> User:
    return factories.user(*(roles or (Role.LEAD_WORKER,)), agency=council)


def test_an_officer_reads_their_own_and_what_became_of_it(signed_in: SignedIn) -> None:
    officer, other = factories.user(Role.OFFICER), factories.user(Role.OFFICER)
    contact = factories.contact(factories.child("Robin"), by=officer)
    factories.contact(factories.child("Sam"), by=other)
    client = signed_in(officer)
    shown = own(client)
    assert "Child concern, 24 November 2026" in shown
    assert "Robin Example" in shown
    assert "No referral has been made from it" in shown
    assert "Sam" not in shown
    child = contact.children.get().person
    cases.commands.open_record(child, kind="supervision", words="To refer", by=other)
    refer(contact, other)
    assert "Referred on 24 November 2026: Waiting" in own(client)
    entry = Entry.objects.filter(verb="own").latest("pk")
    assert (entry.ground, entry.records) == ("own", {"contacts": [contact.pk]})


def test_a_partners_staff_with_the_duty_read_what_their_agency_told(signed_in: SignedIn) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    author, colleague = council_worker(council), council_worker(council)
    contact = factories.contact(factories.child("Robin"), by=author)
    refer(contact, author)
    factories.contact(factories.child("Sam"), by=factories.user(Role.OFFICER))
    shown = own(signed_in(colleague))
    assert "Robin Example" in shown
    assert f"Told by {author}" in shown
    assert "Sam" not in shown
    page = signed_in(colleague).get("/own").content.decode()
    assert f"/contacts/{contact.pk}" not in page
    assert f"/contacts/{contact.pk}" in signed_in(author).get("/own").content.decode()
    assert "Somebody" not in shown
    assert "R-" in own(signed_in(colleague), "referrals")
    for role in (Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER):
        assert "Robin" in own(signed_in(council_worker(council, role)), "contacts")
    commissioner = signed_in(council_worker(council, Role.COMMISSIONER))
    assert commissioner.get("/own").status_code == 403


@pytest.mark.parametrize(
    ("handling", "shown"), [("share", "Declined"), ("police only", "No referral has been made")]
)
def test_what_police_made_of_a_partners_contact_is_its_state_and_no_answer(
    signed_in: SignedIn, handling: str, shown: str
) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    author, officer = council_worker(council), factories.user(Role.OFFICER)
    contact = factories.contact(factories.child("Robin"), by=author, handling=handling)
    child = contact.children.get().person
    cases.commands.open_record(child, kind="supervision", words="To refer", by=officer)
    referral = refer(contact, officer)
    triage = factories.user(Role.TRIAGE_WORKER, teams=(referral.hub,))
    referrals.commands.decline(
        referral, reason="Known to police", answer="Police carry on", by=triage
    )
    page = own(signed_in(author))
    assert shown in page
    assert "Police carry on" not in page
    assert ("Police carry on" in own(signed_in(officer), "referrals")) is True


def test_an_author_who_works_elsewhere_now_reads_none_of_it(signed_in: SignedIn) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    author = council_worker(council)
    contact = factories.contact(factories.child("Robin"), by=author)
    referral = refer(contact, author)
    addresses = (f"/contacts/{contact.pk}", f"/referrals/{referral.reference}")
    client = signed_in(author)
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    User.objects.filter(pk=author.pk).update(agency=factories.agency(AgencyKind.CHARITY))
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    for of in ("contacts", "referrals"):
        assert "Robin" not in own(client, of)


def test_a_contribution_stays_ours_after_the_share_has_ended(signed_in: SignedIn) -> None:
    world = build_world()
    share = world.share()
    world.contribute(voice="I like maths")
    partners.commands.end_share(share, reason="Moved", by=world.lead_worker)
    shown = own(signed_in(world.teacher), "contributions")
    for said in ("Robin Example", "Late three times this week", "I like maths", "Case open"):
        assert said in shown
    assert world.case.reference in shown
    assert "Late three times" not in own(signed_in(world.volunteer), "contributions")


@pytest.mark.parametrize("is_told", [True, False])
def test_who_must_not_be_told_does_not_learn_that_the_case_has_closed(
    signed_in: SignedIn, is_told: bool
) -> None:
    world = build_world()
    world.share()
    world.contribute()
    client = signed_in(world.teacher)
    before = own(client, "contributions")
    if not is_told:
        factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    with clock.at(clock.now() + timedelta(hours=1)):
        cases.commands.close_case(
            world.case,
            reason="needs met",
            outcome="Well",
            places=[(place, NeedsMet.ALL, "School") for place in world.case.places.all()],
            by=world.lead_worker,
        )
    assert ("Case closed" in own(client, "contributions")) == is_told
    assert (own(client, "contributions") == before) != is_told


@pytest.mark.parametrize("of", ["contacts", "referrals", "contributions"])
def test_nothing_of_it_once_the_child_is_closed_to_who_told(signed_in: SignedIn, of: str) -> None:
    world = build_world()
    world.share()
    roles = (Role.LEAD_WORKER, Role.PARTNER_PRACTITIONER)
    author = council_worker(world.school, *roles)
    contact = factories.contact(world.child, by=author)
    referral = refer(contact, author)
    world.contribute(by=author)
    client = signed_in(author)
    assert "Robin" in own(client, of)
    sergeant = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        world.child,
        owner=sergeant,
        why="A witness",
        named=[cases.commands.Named(sergeant, reachable_at_any_hour=True)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    assert "Robin" not in own(client, of)
    assert client.get(f"/contacts/{contact.pk}").status_code == 404
    assert client.get(f"/referrals/{referral.reference}").status_code == 404


def test_what_one_told_is_paged(signed_in: SignedIn) -> None:
    officer = factories.user(Role.OFFICER)
    child = factories.child()
    for _ in range(26):
        factories.contact(child, by=officer)
    client = signed_in(officer)
    first = client.get("/own")
    assert len(first.context["lines"]) == 25
    older = first.context["page"].older
    assert len(client.get(older).context["lines"]) == 1


@pytest.mark.parametrize("role", [Role.COMMANDER, Role.ADMINISTRATOR, Role.ANALYST])
def test_who_tells_nothing_has_no_such_page(signed_in: SignedIn, role: Role) -> None:
    assert signed_in(factories.user(role)).get("/own").status_code == 403
