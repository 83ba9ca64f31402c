"""Contacts are held before children, and children in the order of their ids, by whoever links them: two
that tell of the same ones at once never wait for each other for ever."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO

import pytest
from django.db import connections, transaction

import accounts.commands
import asking
import cases.commands
from accounts.models import Area, Role
from cases.commands import ChildReported, Report
from cases.matching.keys import Described
from cases.models import Contact, DutyCall, Flag, Handling, Observation, Person, Prompt
from tests import factories
from tests.cases.test_imports import HEADER, row
from tests.races import PATIENCE, in_turn

pytestmark = pytest.mark.usefixtures("committing", "held_clock")


def take(*rows: str) -> cases.commands.Account:
    file = BytesIO("\n".join([HEADER, *rows]).encode())
    return cases.commands.import_contacts(file, by=accounts.commands.system())


@pytest.fixture(autouse=True)
def areas(committing: None) -> None:
    Area.objects.create(code="NBA1", name="NBA1")


def forget_sexes() -> None:
    """So that whoever tells of these children fills something of their records."""
    Person.objects.update(sex="U")


def sexes() -> list[str]:
    return list(Person.objects.order_by("pk").values_list("sex", flat=True))


def test_an_import_amends_a_contact_of_a_child_that_it_fills_while_its_prompt_is_confirmed() -> (
    None
):
    take(row("NBP-1"))
    forget_sexes()
    sergeant, indicator = (
        factories.user(Role.SUPERVISOR, Role.OFFICER),
        factories.indicator("SCH01"),
    )
    confirm = partial(
        cases.commands.confirm_prompt, Prompt.objects.first(), indicator=indicator, by=sergeant
    )
    contact = Contact.objects.filter(source_ref="NBP-1")
    # Holding the child first, the import would wait for the contact, and the decision for the child.
    _, account = in_turn(contact, confirm, lambda: take(row("NBP-2"), row("NBP-1", "newer")))
    assert (account.accepted, account.amended) == (1, 1)
    assert (sexes(), Observation.objects.count()) == (["F"], 1)
    assert contact.get().narrative == "newer"


def reported(ref: str, *forenames: str) -> Report:
    people = [
        Described("Example", each, Person.objects.get(forenames=each).date_of_birth, "F",
                  "1 Sample Street", "NB3 1HP")
        for each in forenames
    ]  # fmt: skip
    return Report(
        source="client 1",
        source_ref=ref,
        occurred_at=Contact.objects.earliest("pk").occurred_at,
        contact_type="Other",
        narrative="Told",
        handling=Handling.SHARE,
        children=tuple(ChildReported(each, "F") for each in people),
    )


def test_a_report_of_children_in_another_order_beside_an_import() -> None:
    take(row("NBP-1", forenames="Robin"), row("NBP-2", forenames="Merle"))
    forget_sexes()
    first, last = Person.objects.order_by("pk")
    report = reported("R-1", last.forenames, first.forenames)
    again = [row(f"NBP-{n}", forenames=each.forenames) for n, each in ((3, first), (4, last))]
    officer = factories.user(Role.OFFICER)
    account, taken = in_turn(
        Person.objects.filter(pk=first.pk),
        lambda: take(*again),
        partial(cases.commands.take_report, report, by=officer),
    )
    assert account.accepted == 2
    # Child by child, the report would hold the last by now, and wait for the first.
    assert [linked.person for linked in taken.children] == [last, first]
    assert sexes() == ["F"] * 2


def test_an_observation_changes_while_its_contact_turns_police_only() -> None:
    take(row("NBP-1"))
    officer = factories.user(Role.OFFICER)
    contact, child = Contact.objects.get(), Person.objects.get()
    seen = cases.commands.observe(
        child,
        factories.indicator("SCH01"),
        observed_on=contact.occurred_at.date(),
        source="contact",
        contact=contact,
        by=officer,
    )
    amend = partial(
        cases.commands.amend_contact,
        contact,
        narrative="More",
        handling=Handling.POLICE_ONLY,
        content_hash="2",
        by=officer,
    )
    void = partial(cases.commands.void, seen, reason="Another child", by=officer)
    in_turn(Contact.objects.filter(pk=contact.pk), amend, void)
    seen.refresh_from_db()
    assert (seen.police_only, seen.voided_at is None) == (True, False)


def test_the_climb_waits_for_nobody() -> None:
    """What somebody holds just now climbs with the next minute, and the rest at once."""
    officer = factories.user(Role.OFFICER)
    for name in ("Robin", "Merle"):
        factories.contact(factories.child(name), by=officer, safe_now="no")
    DutyCall.objects.all().delete()
    held, free = Flag.objects.order_by("pk")

    def climb() -> int:
        try:
            with asking.task("test"):
                return cases.commands.climb(by=accounts.commands.system())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        Flag.objects.select_for_update().get(pk=held.pk)
        climbing = threads.submit(climb)
        try:
            assert climbing.result(timeout=PATIENCE) == 1
        finally:
            transaction.set_rollback(True)
    assert DutyCall.objects.get().flag == free
    assert climb() == 1
