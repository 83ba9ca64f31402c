"""The pages of retention: what is due by reference, holds, the decision to keep, the figures."""

from datetime import date, timedelta

import pytest

import accounts.commands
import cases.commands
import clock
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases import keeping
from cases.models import Contact, KeptLonger, LegalHold, Person, RetentionDue
from desk.views.retention import REFERENCES
from tests import factories
from tests.browser import WIDTHS, Visitor
from tests.desk.pages import Signed, text_of

TODAY = date(2026, 11, 24)
KEEP = {
    "reason": "A pattern",
    "review_on-day": "1",
    "review_on-month": "1",
    "review_on-year": "2028",
}


def build() -> User:
    """A contact of long ago that nothing came of; who decides on it."""
    with clock.at(clock.now() - timedelta(days=900)):
        child = factories.child("Bo", "Marlowe")
        factories.contact(child, by=factories.user(Role.OFFICER), narrative="Seen with Cy")
    ivy = factories.user(Role.INFORMATION_GOVERNANCE, name="Ivy")
    cases.commands.list_due(on=clock.today(), by=accounts.commands.system())
    return ivy


@pytest.fixture
def ivy(db: None, held_clock: object) -> User:
    return build()


def row_of(record: str) -> RetentionDue:
    return RetentionDue.objects.get(record=record)


def test_what_is_due_stands_by_reference_and_never_by_name(ivy: User, signed_in: Signed) -> None:
    child, contact = Person.objects.get(), Contact.objects.get()
    page = signed_in(ivy).get("/retention")
    words = text_of(page)
    assert f"Contact {contact.pk}" in words
    assert f"Child’s record C-{child.pk}" in words
    assert "2 records." in words
    for name in ("Bo", "Marlowe", "Cy"):
        assert f" {name} " not in words
    entry = Entry.objects.filter(kind=Kind.CONSULTATION, verb="retention").get()
    assert (entry.persons, entry.ground) == ([child.pk], "retention")


def test_the_list_is_narrowed_by_kind_and_category(ivy: User, signed_in: Signed) -> None:
    client = signed_in(ivy)
    contacts = text_of(client.get("/retention", {"record": "contact"}))
    assert "1 record." in contacts
    assert "Child’s record C-" not in contacts
    assert "Nothing that fits is due" in text_of(client.get("/retention", {"category": "help"}))
    assert client.get("/retention", {"category": "secret"}).status_code == 422


def test_every_kind_of_record_has_its_reference(ivy: User) -> None:
    assert set(REFERENCES) == set(keeping.kinds())


def test_the_rules_stand_with_their_sources(ivy: User, signed_in: Signed) -> None:
    words = text_of(signed_in(ivy).get("/retention"))
    assert "6 years from the case’s closing, not before the youngest child’s 25th" in words
    for status in ("Found", "From memory", "By judgement"):
        assert status in words
    assert "No action 1 1 2" in words


def test_a_record_is_kept_and_reviewed_again(ivy: User, signed_in: Signed) -> None:
    client, due = signed_in(ivy), row_of("contact")
    page = client.post(f"/retention/due/{due.pk}", KEEP, follow=True)
    assert f"Contact {due.record_id} is kept, and reviewed again on 1 January 2028" in text_of(page)
    assert KeptLonger.objects.get().review_on == date(2028, 1, 1)
    assert client.get(f"/retention/due/{due.pk}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"reason": ""}, "Say why the record is still needed"),
        ({"review_on-year": "2026"}, "must be the same as or after 25 November 2026"),
        ({"review_on-year": "2037"}, "must be the same as or before 23 November 2036"),
        ({"review_on-month": "13"}, "The next review must be a real date"),
    ],
)
def test_a_decision_with_gaps_comes_back(
    ivy: User, signed_in: Signed, typed: dict[str, str], says: str
) -> None:
    page = signed_in(ivy).post(f"/retention/due/{row_of('contact').pk}", KEEP | typed)
    assert page.status_code == 422
    assert says in text_of(page)
    assert not KeptLonger.objects.exists()


def test_a_record_is_put_on_hold_and_released(ivy: User, signed_in: Signed) -> None:
    client, child = signed_in(ivy), Person.objects.get()
    typed = {"child": f"c-{child.pk}", "reason": "Inquiry 12"}
    page = client.post("/retention/holds/new", typed, follow=True)
    words = text_of(page)
    assert f"C-{child.pk} is on hold." in words
    assert "Inquiry 12" in words
    assert "Nothing that fits is due" in words
    hold = LegalHold.objects.get()
    assert client.post(f"/retention/holds/{hold.pk}", {"reason": ""}).status_code == 422
    page = client.post(f"/retention/holds/{hold.pk}", {"reason": "Closed"}, follow=True)
    assert "No record is held" in text_of(page)
    assert "Ivy: Closed" in text_of(client.get(f"/retention/holds/{hold.pk}"))
    assert client.get("/retention/holds/999999").status_code == 404


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"child": "C-987654321"}, "No child’s record has this reference"),
        ({"child": "Bo Marlowe"}, "Enter a reference like C-12"),
        ({"reason": ""}, "Say why the record must be kept"),
        ({"until-day": "24", "until-month": "11", "until-year": "2026"}, "25 November 2026"),
    ],
)
def test_a_hold_with_gaps_comes_back(
    ivy: User, signed_in: Signed, typed: dict[str, str], says: str
) -> None:
    asked = {"child": f"C-{Person.objects.get().pk}", "reason": "Inquiry"} | typed
    page = signed_in(ivy).post("/retention/holds/new", asked)
    assert page.status_code == 422
    assert says in text_of(page)
    assert not LegalHold.objects.exists()


def test_of_another_agency_nobody_sees_it(ivy: User, signed_in: Signed) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    client = signed_in(factories.user(Role.INFORMATION_GOVERNANCE, agency=council))
    for path in ("", f"/due/{row_of('contact').pk}", "/holds/new"):
        assert client.get(f"/retention{path}").status_code == 403


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_in_a_browser(
    browser: object, portal: str, held_clock: object, width: str
) -> None:
    ivy = build()
    with clock.at(clock.now() - timedelta(days=400)):
        factories.contact(factories.child("Di"), by=factories.user(Role.OFFICER))
    cases.commands.hold_record(
        factories.child("Ed").pk, reason="Inquiry into residential care, ref 12/26", by=ivy
    )
    cases.commands.list_due(on=clock.today(), by=accounts.commands.system())
    visitor = Visitor(browser, portal, width, "retention")
    visitor.signs_in(ivy.username, factories.PASSWORD)
    assert visitor.goes_to("/retention") == 200
    visitor.looks("list")
    page = visitor.page
    page.get_by_role("link", name="Contact").first.click()
    page.get_by_role("heading", name="Is it still needed?").wait_for()
    visitor.looks("due")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("alert").wait_for()
    visitor.looks("due-with-errors")
    visitor.goes_to("/retention/holds/new")
    visitor.looks("new-hold")
    visitor.goes_to(f"/retention/holds/{LegalHold.objects.get().pk}")
    visitor.looks("hold")
    visitor.leaves()
