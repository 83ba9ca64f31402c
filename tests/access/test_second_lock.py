"""With the portal's own filters taken out, the database still shows a partner nothing that isn't theirs.

The world is that of test_matrix.py: Milo's place is shared with the school (summary and plan), Iris is
his sister in the same case, Kit is referred and under a flag; the charity has nothing but its service.
"""

import logging
from importlib import import_module
from uuid import uuid4

import pytest
from django.db.models import Model, Q
from django.test import Client

import asking
import cases.commands
import clock
import partners.commands
from accounts.models import AgencyKind, Role, Team, User
from cases.access import scope
from cases.models import (
    CaseChild,
    ChronologyEvent,
    Contact,
    ContactChild,
    CourtOrders,
    EventDetail,
    Flag,
    Handling,
    Person,
    Prompt,
    SafeToTell,
)
from partners.commands.windows import open_rows
from partners.models import Contribution, Notice, PartnerText, PassedOn, Share
from tests import factories
from tests.access import world
from tests.access.test_matrix import ROWS, TOKEN
from tests.architecture.test_lock import children_s_tables, ours


@pytest.fixture
def built(the_world: world.World) -> world.World:
    return the_world


def rows(model: type[Model], user: User) -> list[Model]:
    with asking.viewer(user.pk):
        return list(model._default_manager.all())


@pytest.mark.parametrize("name", ["charity", "commissioner"])
def test_whom_nothing_was_told_the_database_shows_nothing(built: world.World, name: str) -> None:
    shown = {
        model._meta.db_table: len(found)
        for model in ours()
        if model._meta.db_table in children_s_tables() and (found := rows(model, built.users[name]))
    }
    assert shown == {}


def test_whom_one_child_was_told_of_the_database_shows_that_child_alone(built: world.World) -> None:
    school = built.users["school"]
    milo = built.ids["milo"]
    shown = {
        model._meta.db_table: found
        for model in ours()
        if model._meta.db_table in children_s_tables() and (found := rows(model, school))
    }
    assert {person.pk for person in shown.pop("cases_person")} == {milo}
    assert {place.person_id for place in shown.pop("cases_casechild")} == {milo}
    assert {action.place_id for action in shown.pop("cases_action")} == {built.ids["milo's place"]}
    assert {each.pk for each in shown.pop("partners_share")} == {built.ids["share"]}
    assert {each.pk for each in shown.pop("cases_case")} == {built.ids["case"]}
    assert {row.group_id for row in shown.pop("cases_placegrouppermission")} == {
        school.agency.group_id
    }
    # What the agency was told of him, and said and is asked itself.
    for table in ("cases_safetotell", "partners_notice"):
        assert {each.person_id for each in shown.pop(table)} == {milo}
    for table in ("partners_contribution", "partners_informationrequest"):
        assert {each.place_id for each in shown.pop(table)} == {built.ids["milo's place"]}
    # No words as typed, no contact, no reading, no flag, no referral, no sibling, nobody else's share.
    assert shown == {}


def test_the_hub_of_another_agency_is_shown_no_police_only_fact(built: world.World) -> None:
    kit = Person.objects.get(pk=built.ids["kit"])
    contact = factories.contact(
        kit, by=built.users["author"], safe_now="no", handling=Handling.POLICE_ONLY
    )

    def seen(user: User) -> list[bool]:
        with asking.viewer(user.pk):
            return [
                Contact.objects.filter(pk=contact.pk).exists(),
                ContactChild.objects.filter(contact=contact.pk).exists(),
                ChronologyEvent.objects.filter(person=kit.pk, police_only=True).exists(),
                EventDetail.objects.filter(event__contact=contact.pk).exists(),
                Flag.objects.filter(police_only=True).exists(),
            ]

    assert seen(built.users["officer"]) == [True] * 5
    assert seen(built.users["hub"]) == [False] * 5


def test_what_a_share_says_is_its_receivers_while_it_is_open_and_no_longer(
    built: world.World,
) -> None:
    school, share = built.users["school"], Share.objects.get(pk=built.ids["share"])
    # Of a contact: a line of the chronology is not open to them by this share.
    PartnerText.objects.create(
        contact=factories.contact(share.person, by=built.users["author"]),
        share=share,
        text="Words",
        by=share.decided_by,
        at=clock.now(),
    )

    def seen() -> list[int]:
        return [len(rows(Share, school)), len(rows(PartnerText, school))]

    assert seen() == [1, 1]
    signer = factories.user(Role.INFORMATION_GOVERNANCE)
    partners.commands.suspend_agreement(share.agreement, reason="Breach", by=signer)
    assert seen() == [0, 0]
    partners.commands.resume_agreement(share.agreement, reason="Mended", by=signer)
    assert seen() == [1, 1]
    with clock.at(share.closes_at):
        assert seen() == [0, 0]
    partners.commands.end_share(share, reason="Moved", by=built.users["lead"])
    assert seen() == [0, 0]


def shared_contact(built: world.World) -> tuple[Contact, Share]:
    """A contact with Milo of which the school has a notice, a share of its own, and the charity a text."""
    author, milo = built.users["author"], Person.objects.get(pk=built.ids["milo"])
    contact = factories.contact(milo, by=author)
    told = {"safe_to_tell_read": SafeToTell.objects.get(person=milo).pk, "by": author}
    partners.commands.send_notice(
        milo, contact=contact, happened_at=contact.occurred_at, kind="other", content="Out late",
        agency=built.users["school"].agency, purpose="Safety", lawful_basis="public task", **told,
    )  # fmt: skip
    of_place = Share.objects.get(pk=built.ids["share"])
    share = Share.objects.create(
        person=milo, contact=contact, agency=of_place.agency, agreement=of_place.agreement,
        purpose="Early help", lawful_basis="public task", necessity="So", summary="Out late",
        sections=["summary"], starts_at=clock.now(), until=of_place.until,
        decided_by=built.users["hub"], grant_ref=uuid4(),
    )  # fmt: skip
    open_rows(share, by=author)
    written = {"text": "Out late", "by": author, "at": clock.now()}
    line = ChronologyEvent.objects.get(contact=contact, kind="contact")
    PartnerText.objects.create(contact=contact, share=share, **written)
    PartnerText.objects.create(event=line, share=of_place, **written)
    PartnerText.objects.create(event=line, **written)
    return contact, share


def told_of(contact: Contact, user: User) -> list[int]:
    """How many notices, shares, texts of the contact and of its line the database shows somebody."""
    of = ({"contact": contact.pk}, {"event__contact": contact.pk})
    with asking.viewer(user.pk):
        return [
            *(len(model.objects.filter(**of[0])) for model in (Notice, Share, PartnerText)),
            len(PartnerText.objects.filter(event__in=ids_of_lines(contact))),
        ]


def ids_of_lines(contact: Contact) -> list[int]:
    with asking.task("test"):
        return list(ChronologyEvent.objects.filter(contact=contact).values_list("pk", flat=True))


@pytest.mark.parametrize("how", ["amended", "only marked"])
def test_what_became_police_only_takes_what_was_told_of_it_from_the_hub_and_partners(
    built: world.World, how: str
) -> None:
    """Even where nothing had been recalled or ended: the hub member has decided the share themselves."""
    contact, share = shared_contact(built)
    before = {name: told_of(contact, built.users[name]) for name in ("officer", "hub", "school")}
    assert before == {"officer": [1, 1, 1, 2], "hub": [1, 1, 1, 2], "school": [1, 1, 1, 0]}
    if how == "amended":
        cases.commands.amend_contact(
            contact, narrative="A source", handling="police only", content_hash="x" * 64,
            by=built.users["author"],
        )  # fmt: skip
    else:
        Contact.objects.filter(pk=contact.pk).update(handling="police only")
        ChronologyEvent.objects.filter(contact=contact).update(police_only=True)
    for name in ("hub", "school", "charity", "commissioner"):
        assert told_of(contact, built.users[name]) == [0, 0, 0, 0], name
    assert told_of(contact, built.users["officer"]) == [1, 1, 1, 2]
    assert Share.objects.get(pk=share.pk).is_standing == (how == "only marked")


# What the hub sees of any child: who may look, and the reading, which is over all facts (design/risk.md).
OVER_ALL = {"cases_personuserpermission", "risk_reading", "risk_readinghistory"}


def test_what_is_police_only_adds_no_row_for_another_agency(built: world.World) -> None:
    """Captured and flagged, a word of it confirmed, completed: in no table of children's."""
    milo, officer = Person.objects.get(pk=built.ids["milo"]), built.users["author"]
    names = ("hub", "school", "charity")

    def counted() -> dict[str, dict[str, list[int]]]:
        return {
            name: {
                model._meta.db_table: sorted(row.pk for row in rows(model, built.users[name]))
                for model in ours()
                if model._meta.db_table in set(children_s_tables()) - OVER_ALL
            }
            for name in names
        }

    before = counted()
    contact = factories.contact(milo, by=officer, safe_now="no", handling=Handling.POLICE_ONLY)
    grave = factories.indicator("IND11")
    prompt = Prompt.objects.create(
        person=milo, contact=contact, word="Hurt", indicator=grave, raised_at=clock.now()
    )
    cases.commands.confirm_prompt(prompt, indicator=grave, severity=3, by=built.users["duty"])
    cases.commands.complete_contact(
        contact,
        completions=[cases.commands.Completion(child=contact.children.get(), voice="Scared")],
        handling=Handling.POLICE_ONLY,
        noticed={},
        told_family="no",
        told_family_why_not="A source",
        next_step="refer",
        by=officer,
    )
    after = counted()
    for name in names:
        added = {table for table in after[name] if after[name][table] != before[name][table]}
        assert added == set(), name


@pytest.mark.parametrize("meant", [["hub"], ["lead agency"], ["case team"], ["lead agency", "hub"]])
def test_the_lock_shows_every_contribution_that_the_portal_s_rule_does(
    built: world.World, meant: list[str]
) -> None:
    """Nothing that is meant for somebody is lost to them, on whatever ground they see the place."""
    # The folder's noun of the same name stands in front of the module.
    meant_for = import_module("partners.queries.contributions").meant_for
    users, place = built.users, CaseChild.objects.get(pk=built.ids["milo's place"])
    charity = users["charity"]
    Contribution.objects.filter(pk=built.ids["contribution"]).update(
        audience=meant, named=[charity.agency_id]
    )
    cases.commands.seat(place, charity, role="volunteer", by=users["lead"])
    for name in ("officer", "hub"):
        cases.commands.open_record(
            place.person, kind="safeguarding check", words="Asked", by=users[name]
        )
    duty = factories.team(agency=users["hub"].agency, is_duty_team=True)
    night = factories.user(Role.TRIAGE_WORKER, agency=duty.agency, teams=(duty,))
    late = clock.now().replace(hour=23)
    for moment in (clock.now(), late):
        with clock.at(moment):
            for user in (*users.values(), night):
                rule = Contribution.objects.filter(meant_for(user))
                with asking.task("the rule alone"):
                    by_rule = set(rule.values_list("pk", flat=True))
                with asking.viewer(user.pk):
                    by_both = set(rule.values_list("pk", flat=True))
                assert by_both == by_rule, user


def test_a_contribution_is_shown_to_whom_its_author_meant_and_nobody_else(
    built: world.World,
) -> None:
    """As the portal's own rule says, in the database too: hub and lead agency are two audiences."""
    users, place = built.users, CaseChild.objects.get(pk=built.ids["milo's place"])
    officer_in_hub = factories.user(Role.TRIAGE_WORKER, teams=(Team.objects.get(is_hub=True),))
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))
    for user in (teacher, factories.user(Role.PARTNER_PRACTITIONER, agency=teacher.agency)):
        cases.commands.seat(place, user, role="teacher", by=users["lead"])
    said = {"place": place, "agency": teacher.agency, "by": teacher, "at": clock.now()}
    for name, meant in {
        "hub": {"audience": ["hub"]},
        "lead agency": {"audience": ["lead agency"]},
        "case team": {"audience": ["case team"]},
        "named": {"named": [users["hub"].agency.pk]},
    }.items():
        Contribution.objects.create(**said, text=name, **meant)

    def shown(user: User) -> set[str]:
        with asking.viewer(user.pk):
            found = Contribution.objects.filter(place=place.pk, agency=teacher.agency)
            return set(found.values_list("text", flat=True))

    assert shown(users["officer"]) == {"lead agency"}
    assert shown(users["hub"]) == {"hub", "named"}
    assert shown(officer_in_hub) == {"hub", "lead agency"}
    assert shown(users["lead"]) == {"lead agency", "case team"}
    assert shown(teacher) == {"hub", "lead agency", "case team", "named"}
    for name in ("school", "charity", "commissioner", "norole"):
        assert shown(users[name]) == set(), name


def test_what_was_passed_on_is_shown_to_whom_it_went(built: world.World) -> None:
    users, place = built.users, CaseChild.objects.get(pk=built.ids["milo's place"])
    volunteer = users["charity"]
    other = factories.user(
        Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.HEALTH, name="Health")
    )
    for user in (volunteer, other):
        cases.commands.seat(place, user, role="volunteer", by=users["lead"])
    added = Contribution.objects.get(pk=built.ids["contribution"])
    safe = SafeToTell.objects.get(person=place.person, replaced_at=None)

    def shown(user: User) -> tuple[int, int]:
        with asking.viewer(user.pk):
            return (
                Contribution.objects.filter(pk=added.pk).count(),
                PassedOn.objects.filter(contribution=added.pk).count(),
            )

    assert shown(volunteer) == shown(other) == (0, 0)
    partners.commands.pass_on(
        added,
        agencies=[volunteer.agency],
        override_reason="He is in danger",
        safe_to_tell_read=safe.pk,
        by=users["lead"],
    )
    assert shown(volunteer) == (1, 1)
    assert shown(other) == (0, 0)


def test_court_orders_and_what_was_safe_once_are_for_whoever_keeps_them(
    built: world.World,
) -> None:
    milo = Person.objects.get(pk=built.ids["milo"])
    for order in ("Order of May", "Order of June"):
        factories.safe_to_tell(milo, court_orders=order)

    def seen(name: str) -> list[int]:
        counts = []
        with asking.viewer(built.users[name].pk):
            for found in (
                CourtOrders.objects.filter(of__person=milo),
                SafeToTell.objects.filter(person=milo).exclude(replaced_at=None),
                SafeToTell.objects.filter(person=milo, replaced_at=None),
            ):
                counts.append(len(found) > 0)
        return counts

    assert seen("officer") == [True, True, True]
    assert seen("school") == [False, False, True]
    assert seen("charity") == [False, False, False]


@pytest.fixture
def no_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every child is open in full to everybody, as far as the portal's own rules go."""

    def sight(viewer: User, person: Person | int) -> scope.Sight:
        if isinstance(person, int):
            person = Person.objects.get(pk=person)
        sections = frozenset({"full", *scope.PARTNER_SECTIONS})
        return scope.Sight(person, sections, ("hub",), police=True)

    def find_place(viewer: User, place_id: int, *, section: str | None = None) -> CaseChild:
        return CaseChild.objects.select_related("case", "person").get(pk=place_id)

    monkeypatch.setattr(scope, "visible_to", lambda viewer: Person.objects.all())
    monkeypatch.setattr(scope, "people_in_full", lambda viewer: Person.objects.all())
    monkeypatch.setattr(
        scope, "places_visible_to", lambda viewer, *, section=None: CaseChild.objects.all()
    )
    monkeypatch.setattr(scope, "sight", sight)
    monkeypatch.setattr(scope, "sight_of", lambda viewer, place: sight(viewer, place.person))
    monkeypatch.setattr(scope, "find_place", find_place)
    # The folder's noun of the same name stands in front of the module.
    contributions = import_module("partners.queries.contributions")
    monkeypatch.setattr(contributions, "meant_for", lambda viewer: Q())


# Of each child whom the story tells of, words that stand on pages about them alone.
SECRETS = ("Iris", "Kit", "Out late", "Away from home twice", "Not safe now", "Seen in the park")


@pytest.mark.parametrize("name", ["school", "charity", "commissioner", "norole"])
def test_with_the_filters_taken_out_no_page_shows_another_child(
    built: world.World,
    no_filters: None,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    client = Client(raise_request_exception=False)
    client.force_login(built.users[name])
    told = []
    for method, _, address, _ in ROWS:
        answer = getattr(client, method.lower())(address.format(**built.ids))
        # A random token may hold any three letters.
        page = TOKEN.sub("", answer.content.decode(errors="replace"))
        told += [f"{method} {address}: {word}" for word in SECRETS if word in page]
    assert told == []


def test_the_filters_are_out_indeed(built: world.World, no_filters: None) -> None:
    """Whoever reads widely in the database is shown everything then: the portal's own rules are off."""
    officer = Client()
    officer.force_login(built.users["officer"])
    page = officer.get(f"/children/{built.ids['kit']}")
    assert page.status_code == 200
    assert b"Kit" in page.content
