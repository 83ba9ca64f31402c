"""The pages of people: found, invited, given roles, let go; and who may not."""

from collections.abc import Callable

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import clock
import oversight.commands
from accounts.models import Agency, AgencyKind, Role, User
from audit.models import Entry
from oversight.models import HomePostcode
from tests import factories
from tests.access.test_matrix import TOKEN
from tests.desk.pages import text_of

pytestmark = pytest.mark.usefixtures("held_clock")
Signed = Callable[[User], Client]
PASSWORD = "a long sentence that nobody guesses"


@pytest.fixture
def school(db: None) -> Agency:
    return factories.agency(AgencyKind.SCHOOL, name="Northfield Academy")


@pytest.fixture
def admin(db: None, signed_in: Signed) -> Client:
    return signed_in(factories.administrator())


def typed(agency: Agency, **more: object) -> dict[str, object]:
    return {
        "username": "grace", "name": "Grace Lyon", "agency": agency.pk, "phone": "01632 960 003",
        "roles": [Role.PARTNER_PRACTITIONER], "password": PASSWORD, **more,
    }  # fmt: skip


def test_somebody_is_invited_and_signs_in(admin: Client, school: Agency) -> None:
    page = admin.get("/people/new")
    assert "not shown again" in text_of(page)
    answer = admin.post("/people/new", typed(school))
    grace = User.objects.get(username="grace")
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{grace.pk}")
    assert (grace.agency, grace.roles, grace.phone) == (
        school, [Role.PARTNER_PRACTITIONER], "01632 960 003",
    )  # fmt: skip
    shown = admin.get(answer["Location"])
    assert PASSWORD not in shown.content.decode()
    signed = Client().post("/sign-in", {"username": "grace", "password": PASSWORD})
    assert (signed.status_code, signed["Location"]) == (302, "/")
    assert Entry.objects.filter(verb="invite user", records__user=grace.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "grace.lyon.1985", "username": "grace.lyon.1985"}, "too similar"),
        ({"password": ""}, "Enter first password"),
        ({"username": "administrator"}, "Somebody has this user name already"),
        ({"username": "two words"}, "valid username"),
        ({"agency": "0"}, "Choose one of the answers listed"),
        ({"roles": ["system"]}, "Choose one of the answers listed"),
        ({"roles": ["API client"]}, "Choose one of the answers listed"),
        ({"name": ""}, "Enter full name"),
    ],
)
def test_a_form_with_a_fault_comes_back_with_what_was_typed(
    admin: Client, school: Agency, wrong: dict[str, object], says: str
) -> None:
    page = admin.post("/people/new", typed(school) | wrong)
    assert page.status_code == 422
    assert says in text_of(page)
    assert "01632 960 003" in page.content.decode()
    assert "password" in wrong or PASSWORD not in page.content.decode()
    assert not User.objects.filter(name="Grace Lyon").exists()


def test_the_list_is_narrowed(admin: Client, school: Agency) -> None:
    team = factories.team()
    factories.user(Role.PARTNER_PRACTITIONER, agency=school, name="Grace Lyon")
    factories.user(Role.OFFICER, name="Asha Verma", teams=(team,))
    gone = factories.user(Role.OFFICER, name="Old Hand")
    accounts.commands.leave_agency(gone, by=factories.administrator())
    accounts.commands.system()

    def shown(query: str = "") -> set[str]:
        words = text_of(admin.get(f"/people{query}"))
        return {name for name in ("Grace Lyon", "Asha Verma", "Old Hand") if name in words}

    assert shown() == {"Grace Lyon", "Asha Verma", "Old Hand"}
    assert shown(f"?agency={school.pk}") == {"Grace Lyon"}
    assert shown(f"?team={team.pk}&role=officer") == {"Asha Verma"}
    assert shown("?role=officer") == {"Asha Verma", "Old Hand"}
    assert "The portal" not in text_of(admin.get("/people"))
    assert admin.get("/people?agency=x").status_code == 422


def test_roles_training_and_leaving(admin: Client, signed_in: Signed) -> None:
    user = factories.user(Role.OFFICER, name="Asha Verma")
    theirs = signed_in(user)
    url = f"/people/{user.pk}"
    done = admin.post(url, {"change": "roles", "roles": [Role.SUPERVISOR]})
    assert (done.status_code, done["Location"]) == (302, url)
    # The next request, in the session that is open, has the new roles.
    assert theirs.get("/flags").status_code == 200
    day = {"trained_until-day": "5", "trained_until-month": "12", "trained_until-year": "2026"}
    assert admin.post(url, {"change": "training", **day}).status_code == 302
    assert "Holds until 5 December 2026" in text_of(admin.get(url))
    assert "Your training holds until 5 December 2026" in text_of(theirs.get("/"))
    with clock.at(clock.now().replace(month=12, day=6)):
        assert "Your training ended on 5 December 2026" in text_of(theirs.get("/"))
    late = {key: value.replace("2026", "2036") for key, value in day.items()}
    assert admin.post(url, {"change": "training", **late}).status_code == 422
    assert admin.post(url, {"change": "nothing"}).status_code == 422
    assert admin.post(url, {"change": "leave"}).status_code == 302
    assert theirs.get("/")["Location"].startswith("/sign-in?")
    page = text_of(admin.get(url))
    assert "Has left" in page
    assert "They leave" not in page


def test_what_stands_in_the_way_of_leaving_is_said(admin: Client) -> None:
    case = factories.case(factories.child())
    page = admin.post(f"/people/{case.lead_worker_id}", {"change": "leave"})
    assert page.status_code == 422
    assert f"still holds the lead of {case.reference}" in text_of(page)
    assert "Robin" not in page.content.decode()


def test_what_keeps_somebody_s_roles_is_said_at_the_field(admin: Client) -> None:
    owner = factories.user(Role.SUPERVISOR, name="Olga Reyes")
    made = cases.commands.restrict(
        factories.child(),
        owner=owner,
        why="Staff",
        named=[cases.commands.Named(owner, reachable_at_any_hour=True)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    page = admin.post(f"/people/{owner.pk}", {"change": "roles", "roles": [Role.OFFICER]})
    assert page.status_code == 422
    assert f"the last on the list of {made.reference}" in text_of(page)
    assert page.context["roles"].errors.keys() == {"roles"}
    assert "Robin" not in page.content.decode()
    assert User.objects.get(pk=owner.pk).roles == [Role.SUPERVISOR]


def test_a_home_postcode_is_entered_replaced_and_taken_out_and_never_shown(
    admin: Client, signed_in: Signed
) -> None:
    user = factories.user(Role.OFFICER, name="Asha Verma")
    url = f"/people/{user.pk}"
    assert "Home postcode Not kept" in text_of(admin.get(url))
    assert "Take the digest out" not in text_of(admin.get(url))
    done = admin.post(url, {"change": "home", "postcode": "NB7 3YH"})
    assert (done.status_code, done["Location"]) == (302, url)
    digest = HomePostcode.objects.get(user=user).digest
    shown, mine = admin.get(url), signed_in(user).get("/")
    assert "A digest has been kept since 24 November 2026 at 10:30" in text_of(shown)
    assert "Your home postcode was entered" in text_of(mine)
    for page in (shown, mine, admin.get("/people")):
        for hidden in ("NB7 3YH", "NB73YH", digest):
            assert hidden not in page.content.decode()
    assert admin.post(url, {"change": "home", "postcode": "NB2 9ZZ"}).status_code == 302
    assert HomePostcode.objects.get(user=user).is_at("NB29ZZ")
    assert admin.post(url, {"change": "no home"}).status_code == 302
    assert not HomePostcode.objects.exists()
    assert "Home postcode Not kept" in text_of(admin.get(url))


def test_the_page_answers_a_right_and_a_wrong_guess_with_the_same_bytes(admin: Client) -> None:
    url, me = f"/people/{factories.user(Role.OFFICER).pk}", factories.administrator()
    user = User.objects.get(pk=url.rsplit("/")[-1])
    oversight.commands.keep_home_postcode(user, "NB7 3YH", by=me)

    def answered(guess: str) -> tuple[int, str, str]:
        first = admin.post(url, {"change": "home", "postcode": guess})
        after = TOKEN.sub("", admin.get(url).content.decode())
        return first.status_code, first["Location"], after

    assert answered("NB7 3YH") == answered("NB2 9ZZ")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter the whole postcode"),
        ("NB7", "Enter the whole postcode, such as NB1 4QR"),
        ("NB7 3YH and more", "Home postcode must be 10 characters or fewer"),
    ],
)
def test_what_is_no_postcode_comes_back_with_its_error(
    admin: Client, typed: str, says: str
) -> None:
    url = f"/people/{factories.user(Role.OFFICER).pk}"
    page = admin.post(url, {"change": "home", "postcode": typed})
    assert page.status_code == 422
    assert says in text_of(page)
    assert page.context["home"].errors.keys() == {"postcode"}
    assert f'value="{typed}"' in page.content.decode() or not typed
    assert not HomePostcode.objects.exists()


def test_one_s_own_home_postcode_is_another_administrator_s_to_enter(admin: Client) -> None:
    me = factories.administrator()
    url = f"/people/{me.pk}"
    assert "Keep its digest" not in text_of(admin.get(url))
    for change in ({"change": "home", "postcode": "NB7 3YH"}, {"change": "no home"}):
        answer = admin.post(url, change)
        assert answer.status_code == 422
        assert "another administrator" in text_of(answer)
    assert not HomePostcode.objects.exists()


def test_a_home_postcode_of_another_agency_s_people_is_out_of_a_partner_s_reach(
    school: Agency, signed_in: Signed
) -> None:
    head = signed_in(factories.user(Role.ADMINISTRATOR, agency=school))
    officer, system = factories.user(Role.OFFICER), accounts.commands.system()
    oversight.commands.keep_home_postcode(officer, "NB7 3YH", by=factories.administrator())
    for user in (officer, system):
        for change in ({"change": "home", "postcode": "NB2 9ZZ"}, {"change": "no home"}):
            assert head.post(f"/people/{user.pk}", change).status_code == 404
    assert HomePostcode.objects.get().is_at("NB73YH")
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    answer = head.post(f"/people/{teacher.pk}", {"change": "home", "postcode": "NB2 9ZZ"})
    assert answer.status_code == 302
    assert HomePostcode.objects.get(user=teacher).is_at("NB29ZZ")


def test_one_s_own_account_is_another_s_to_change(admin: Client) -> None:
    me = factories.administrator()
    page = text_of(admin.get(f"/people/{me.pk}"))
    assert "They leave" not in page
    for change in ({"change": "leave"}, {"change": "roles", "roles": []}):
        answer = admin.post(f"/people/{me.pk}", change)
        assert answer.status_code == 422
        assert "another administrator" in text_of(answer)
    assert User.objects.get(pk=me.pk).roles == [Role.ADMINISTRATOR]


def test_a_partner_s_administrator_sees_their_own_agency_alone(
    school: Agency, signed_in: Signed
) -> None:
    head = signed_in(factories.user(Role.ADMINISTRATOR, agency=school, name="Head Teacher"))
    officer = factories.user(Role.OFFICER, name="Asha Verma")
    teacher = factories.user(
        Role.PARTNER_PRACTITIONER, Role.INFORMATION_GOVERNANCE, agency=school, name="Grace Lyon"
    )
    listed = text_of(head.get("/people"))
    assert "Grace Lyon" in listed
    assert "Asha Verma" not in listed
    for answer in (
        head.get(f"/people/{officer.pk}"), head.post(f"/people/{officer.pk}", {"change": "leave"}),
        head.get("/people/999999999"),
    ):  # fmt: skip
        assert answer.status_code == 404
    police = factories.agency(is_lead=True)
    for wrong in ({"agency": police.pk}, {"roles": [Role.INFORMATION_GOVERNANCE]}):
        assert head.post("/people/new", typed(school) | wrong).status_code == 422
    assert head.post("/people/new", typed(school)).status_code == 302
    # What the lead agency gave stays, whatever the form says.
    url = f"/people/{teacher.pk}"
    assert (
        "Given by the lead agency, which alone can change them: information governance"
        in text_of(head.get(url))
    )
    assert head.post(url, {"change": "roles", "roles": [Role.PARTNER_MANAGER]}).status_code == 302
    teacher.refresh_from_db()
    assert set(teacher.roles) == {Role.PARTNER_MANAGER, Role.INFORMATION_GOVERNANCE}
