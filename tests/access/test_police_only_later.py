"""What is for police alone and comes to light later changes no byte either: a birth date that clears a
suspect, and a contact that turns police only once it was shared, told and referred."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction

import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import Role
from cases.commands import Completion
from cases.models import Contact, Handling, Person
from partners.models import Notice, NoticeKind
from tests import factories
from tests.access import world
from tests.access.test_police_only import (
    PARTNERS,
    _version,
    answers,
    browsers,
    build,
    differing,
    pages,
    plain,
)
from tests.rest.api import machine

Pages = dict[tuple[str, str], str]


@pytest.fixture
def built(db: None, held_clock: object, caplog: pytest.LogCaptureFixture) -> world.World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return build()


def partners_of(made: world.World) -> Callable[[], Pages]:
    """What partners are given, on every page and over the API, asked as often as one likes."""
    machines = {
        "school": machine(made.users["school"].agency),
        "council": machine(made.users["commissioner"].agency),
    }
    return lambda: pages(made, (*PARTNERS, "council lead")) | answers(made, machines)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_birth_date_that_clears_a_suspect_of_a_police_only_contact(
    built: world.World,
) -> None:
    """Against the same correction where there was no such contact. The council leads the child's case."""
    kit = Person.objects.get(pk=built.ids["kit"])
    _led_in_the_council(kit, built)

    def correct() -> None:
        cases.commands.correct_birth_date(
            Person.objects.get(pk=kit.pk), born=date(2018, 1, 1), estimated=False,
            reason="School roll", by=built.users["author"],
        )  # fmt: skip

    given = partners_of(built)
    with undone():
        correct()
        before = given()
    contact = factories.contact(kit, by=built.users["author"], handling=Handling.POLICE_ONLY)
    complete(contact, Handling.POLICE_ONLY, role="suspect", suspect_outcome="No further action")
    correct()
    assert contact.children.get().role == "at risk"
    told = differing(before, given())
    assert not told, "\n".join(told)


def _led_in_the_council(child: Person, made: world.World) -> None:
    """By a worker whose pages are asked for."""
    council = made.users["hub"].agency
    team = factories.team(agency=council)
    lead = factories.user(Role.LEAD_WORKER, agency=council, teams=(team,))
    factories.case(child, lead_worker=lead, team=team)
    made.users["council lead"] = lead


def complete(contact: Contact, handling: str, **child: str) -> None:
    cases.commands.complete_contact(
        contact,
        completions=[Completion(child=contact.children.get(), voice="I was only there", **child)],
        handling=handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        by=contact.recorded_by,
    )


def told_of(made: world.World) -> tuple[Contact, Notice, str]:
    """A contact of Milo that the charity is shown, the school is told of, and the hub is to decide on."""
    author, milo = made.users["author"], Person.objects.get(pk=made.ids["milo"])
    contact = factories.contact(milo, by=author, narrative="NARRATIVE of it")
    sharer = made.users["lead"]
    agreement = partners.commands.sign_agreement(
        title="With the charity", parties=[sharer.agency, made.users["charity"].agency],
        purposes=["Early help"], lawful_bases=["public task"], sections=["summary"],
        starts_on=clock.today(), ends_on=clock.today() + timedelta(days=365),
        review_on=clock.today() + timedelta(days=180), impact_assessment="DPIA-9",
        signatories=["N. Ash for each party"] * 5, by=made.users["governance"],
    )  # fmt: skip
    partners.commands.share(
        milo, agency=made.users["charity"].agency, agreement=agreement, purpose="Early help",
        lawful_basis="public task", necessity="They see him", summary="SUMMARY of it",
        sections=["summary"], until=clock.now() + timedelta(days=30), contact=contact,
        texts={contact.pk: "TEXT of it"}, safe_to_tell_read=_version(made), by=sharer,
    )  # fmt: skip
    notice = partners.commands.send_notice(
        milo, contact=contact, happened_at=contact.occurred_at, agency=made.users["school"].agency,
        kind=NoticeKind.OTHER, content="CONTENT of it", purpose="Keeping the child safe",
        lawful_basis="public task", safe_to_tell_read=_version(made), by=author,
    )  # fmt: skip
    referral = referrals.commands.make_referral(
        contact=contact, children=[milo], reason="Bruises", wanted="", agreed="not asked",
        agreed_why_not="Danger", by=author,
    )  # fmt: skip
    return contact, notice, referral.reference


SECRETS = ("NARRATIVE", "SUMMARY", "TEXT", "CONTENT", "only there")


def test_a_contact_that_turns_police_only_was_never_told(built: world.World) -> None:
    given = partners_of(built)
    before = given()
    contact, notice, reference = told_of(built)
    clients = browsers(built)
    milo = f"/children/{built.ids['milo']}"
    assert "TEXT of it" in plain(clients["charity"].get(milo))
    assert f"/notices/{notice.pk}" in plain(clients["school"].get("/notices"))
    assert "NARRATIVE" in plain(clients["hub"].get(milo))
    complete(contact, Handling.POLICE_ONLY)
    told = differing(before, given())
    assert not told, "\n".join(told)
    hub = pages(built, ("hub",))
    hub["hub", reference] = plain(browsers(built)["hub"].get(f"/referrals/{reference}"))
    leaks = [(where, word) for where, page in hub.items() for word in SECRETS if word in page]
    assert leaks == []
