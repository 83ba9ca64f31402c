"""A capture that a leaver did not complete: listed to the team's supervisor, who completes it, over HTTP."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import accounts.commands
import cases.commands
import clock
from accounts.models import AgencyKind, Role, Team, User
from audit.denied import NotAllowed, NotVisible
from cases.models import Contact, ContactDraft, Observation
from tests import factories
from tests.desk.contacts.fields import completed
from tests.desk.pages import text_of

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")
LEFT = "Left incomplete by your people"


@pytest.fixture
def team(db: None) -> Team:
    return factories.team()


@pytest.fixture
def heir(team: Team) -> User:
    return factories.supervisor(team)


@pytest.fixture
def leaver(team: Team, heir: User) -> User:
    with earlier(3):
        return factories.user(Role.OFFICER, name="Asha Constable", teams=(team,))


@pytest.fixture
def contact(leaver: User) -> Contact:
    with earlier(2):
        return factories.contact(factories.child("Robin"), by=leaver, narrative="Cold and hungry")


def earlier(hours: int) -> AbstractContextManager[object]:
    return clock.at(clock.now() - timedelta(hours=hours))


def leave(user: User, team: Team | None = None) -> None:
    by = factories.administrator()
    if team:
        accounts.commands.leave_team(user, team, by=by)
    else:
        accounts.commands.leave_agency(user, by=by)


def statuses(client: Client, contact: Contact) -> list[int]:
    pages = ("", "/complete", "/refer")
    return [client.get(f"/contacts/{contact.pk}{page}").status_code for page in pages]


@pytest.mark.parametrize("from_agency", [True, False])
def test_it_stays_listed_and_is_the_supervisor_s_to_complete(
    signed_in: SignedIn, team: Team, heir: User, leaver: User, contact: Contact, from_agency: bool
) -> None:
    client = signed_in(heir)
    assert LEFT not in text_of(client.get("/"))
    assert statuses(client, contact) == [404, 404, 404]
    leave(leaver, None if from_agency else team)
    home = client.get("/").content.decode()
    assert LEFT in home
    assert f'href="/contacts/{contact.pk}/complete"' in home
    assert "Robin" not in home
    assert "Cold and hungry" in text_of(client.get(f"/contacts/{contact.pk}"))
    assert statuses(client, contact) == [200, 200, 200]
    sent = completed(contact, next_step="refer", **{"-indicators": "SCH01"})
    answer = client.post(f"/contacts/{contact.pk}/complete", sent)
    assert answer.headers["Location"] == f"/contacts/{contact.pk}/refer"
    contact.refresh_from_db()
    assert (contact.recorded_by, contact.completed_by) == (leaver, heir)
    assert Observation.objects.get().recorded_by == heir
    # What one has completed one may read again, and refer.
    assert statuses(client, contact)[::2] == [200, 200]
    assert LEFT not in text_of(client.get("/"))
    assert f'href="/contacts/{contact.pk}"' in client.get("/own").content.decode()


def test_nobody_else_takes_it_over(
    signed_in: SignedIn, team: Team, heir: User, leaver: User, contact: Contact
) -> None:
    colleague = factories.user(Role.OFFICER, teams=(team,))
    elsewhere = factories.supervisor(factories.team())
    analyst = factories.user(Role.ANALYST)
    leave(leaver)
    for user in (colleague, elsewhere, analyst):
        client = signed_in(user)
        assert statuses(client, contact)[:2] == [404, 404], user.roles
        assert (
            client.post(f"/contacts/{contact.pk}/complete", completed(contact)).status_code == 404
        )
        assert f"/contacts/{contact.pk}" not in client.get("/").content.decode()
        with pytest.raises((NotVisible, NotAllowed)):
            complete(contact, by=user)
    contact.refresh_from_db()
    assert contact.completed_at is None


def complete(contact: Contact, *, by: User) -> Contact:
    return cases.commands.complete_contact(
        contact, completions=[], handling=contact.handling, noticed={}, told_family="yes",
        told_family_why_not="", next_step="nothing more", by=by,
    )  # fmt: skip


def test_who_supervises_no_more_has_it_no_more(
    signed_in: SignedIn, team: Team, heir: User, leaver: User, contact: Contact
) -> None:
    leave(leaver)
    assert statuses(signed_in(heir), contact)[1] == 200
    leave(heir, team)
    # While nobody supervises the team, it is every supervisor's of the agency.
    assert statuses(signed_in(heir), contact)[:2] == [200, 200]
    # Whoever is named next finds it, and they alone.
    assert statuses(signed_in(factories.supervisor(team)), contact)[1] == 200
    assert statuses(signed_in(heir), contact)[:2] == [404, 404]


def test_it_is_the_team_s_in_which_it_was_recorded(
    signed_in: SignedIn, team: Team, heir: User, leaver: User
) -> None:
    other = factories.team()
    later = factories.supervisor(other)
    with clock.at(clock.now() + timedelta(hours=1)):
        leave(leaver, team)
        accounts.commands.join_team(leaver, other, by=factories.administrator())
    with clock.at(clock.now() + timedelta(hours=2)):
        contact = factories.contact(factories.child(), by=leaver)
        assert statuses(signed_in(heir), contact)[:2] == [404, 404]
    with clock.at(clock.now() + timedelta(hours=3)):
        leave(leaver, other)
        assert statuses(signed_in(later), contact)[1] == 200
        assert statuses(signed_in(heir), contact)[:2] == [404, 404]
        # Who is in the agency still may complete it as well.
        assert statuses(signed_in(leaver), contact)[1] == 200


def test_who_comes_back_has_their_own_again(
    signed_in: SignedIn, team: Team, heir: User, leaver: User, contact: Contact
) -> None:
    leave(leaver, team)
    assert statuses(signed_in(heir), contact)[1] == 200
    accounts.commands.join_team(leaver, team, by=factories.administrator())
    assert statuses(signed_in(heir), contact)[:2] == [404, 404]


def test_what_the_leaver_had_typed_is_not_typed_again(
    signed_in: SignedIn, heir: User, leaver: User, contact: Contact
) -> None:
    where = f"/contacts/{contact.pk}/complete"
    half = completed(contact, behaviour="Flinched at the door")
    assert signed_in(leaver).post(f"{where}/save", half).status_code == 204
    leave(leaver)
    client = signed_in(heir)
    assert "Flinched at the door" in client.get(where).content.decode()
    changed = completed(contact, behaviour="Quiet at the door")
    assert client.post(f"{where}/save", changed).status_code == 204
    page = client.get(where).content.decode()
    assert "Quiet at the door" in page
    assert "Flinched at the door" not in page
    assert client.post(where, changed).status_code == 302
    assert [draft.fields for draft in ContactDraft.objects.filter(contact=contact)] == [{}, {}]


def test_a_partner_s_team_has_a_supervisor_too(signed_in: SignedIn) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    team = factories.team(agency=school)
    head = factories.supervisor(team, Role.PARTNER_MANAGER)
    with earlier(3):
        teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school, teams=(team,))
    with earlier(2):
        contact = factories.contact(factories.child("Robin"), by=teacher)
    leave(teacher)
    client = signed_in(head)
    assert LEFT in text_of(client.get("/"))
    assert statuses(client, contact) == [200, 200, 200]
    assert client.get(f"/children/{contact.children.get().person_id}").status_code == 404
    other = signed_in(factories.user(Role.PARTNER_MANAGER, agency=school))
    assert statuses(other, contact)[:2] == [404, 404]


def test_of_a_hidden_child_the_supervisor_is_told_nothing(
    signed_in: SignedIn, heir: User, leaver: User, contact: Contact
) -> None:
    owner = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        contact.children.get().person,
        owner=owner,
        why="A witness",
        named=[cases.commands.Named(owner, reachable_at_any_hour=True)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    leave(leaver)
    client = signed_in(heir)
    assert LEFT not in text_of(client.get("/"))
    assert statuses(client, contact)[:2] == [404, 404]


def test_completed_by_the_author_meanwhile_it_is_closed_to_the_supervisor(
    signed_in: SignedIn, team: Team, heir: User, leaver: User, contact: Contact
) -> None:
    leave(leaver, team)
    client = signed_in(heir)
    assert statuses(client, contact)[1] == 200
    where = f"/contacts/{contact.pk}/complete"
    assert signed_in(leaver).post(where, completed(contact)).status_code == 302
    assert client.post(where, completed(contact)).status_code == 404
    with pytest.raises((NotVisible, ValidationError)):
        complete(contact, by=heir)


# --- of no team


def captured(by: User) -> Contact:
    with earlier(2):
        return factories.contact(factories.child("Robin"), by=by, narrative="Cold and hungry")


def in_nobody_s(where: str) -> User:
    """A leaver-to-be: in no team, in the hub alone, or in a team that nobody supervises."""
    teams = {"none": (), "hub": (True,), "without": (False,)}[where]
    with earlier(3):
        return factories.user(
            Role.OFFICER, name="Ali Alone", teams=tuple(factories.team(is_hub=hub) for hub in teams)
        )


@pytest.mark.parametrize("where", ["none", "hub", "without"])
def test_what_was_left_to_no_team_is_every_supervisor_s(signed_in: SignedIn, where: str) -> None:
    leaver = in_nobody_s(where)
    contact = captured(leaver)
    alone = factories.user(Role.SUPERVISOR)
    of_a_team = factories.supervisor(factories.team())
    others = [factories.user(Role.OFFICER), factories.user(Role.COMMANDER)]
    school = factories.agency(AgencyKind.SCHOOL)
    others.append(factories.user(Role.PARTNER_MANAGER, agency=school))
    for user in (alone, of_a_team):
        assert LEFT not in text_of(signed_in(user).get("/"))
    leave(leaver)
    for user in (alone, of_a_team):
        home = signed_in(user).get("/").content.decode()
        assert f'href="/contacts/{contact.pk}/complete"' in home
        assert statuses(signed_in(user), contact)[:2] == [200, 200]
    for user in others:
        client = signed_in(user)
        assert statuses(client, contact)[:2] == [404, 404], user.roles
        assert f"/contacts/{contact.pk}" not in client.get("/").content.decode()
    sent = completed(contact)
    assert signed_in(alone).post(f"/contacts/{contact.pk}/complete", sent).status_code == 302
    assert LEFT not in text_of(signed_in(of_a_team).get("/"))
    assert statuses(signed_in(of_a_team), contact)[1] == 404


def test_what_a_team_has_somebody_for_is_that_team_s_alone(
    signed_in: SignedIn, heir: User, leaver: User, contact: Contact
) -> None:
    elsewhere = factories.user(Role.SUPERVISOR)
    leave(leaver)
    assert statuses(signed_in(elsewhere), contact)[:2] == [404, 404]
    assert statuses(signed_in(heir), contact)[1] == 200


def test_a_school_without_teams_has_a_manager(signed_in: SignedIn) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    with earlier(3):
        teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    contact = captured(teacher)
    managers = [
        factories.user(Role.PARTNER_MANAGER, agency=agency)
        for agency in (school, factories.agency(AgencyKind.SCHOOL))
    ]
    leave(teacher)
    theirs, others = (signed_in(user) for user in managers)
    assert LEFT in text_of(theirs.get("/"))
    assert statuses(theirs, contact) == [200, 200, 200]
    assert statuses(others, contact)[:2] == [404, 404]


def test_what_a_machine_told_is_left_to_nobody_s_home_page(signed_in: SignedIn) -> None:
    client = factories.user(Role.API_CLIENT)
    contact = captured(client)
    User.objects.filter(pk=client.pk).update(is_active=False)
    supervisor = signed_in(factories.user(Role.SUPERVISOR))
    assert LEFT not in text_of(supervisor.get("/"))
    assert statuses(supervisor, contact)[1] == 404
