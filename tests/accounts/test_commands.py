"""Users, teams, roles, and the rota."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import clock
from accounts import permissions
from accounts.models import AgencyKind, Role
from audit.denied import NotAllowed
from audit.models import Entry
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")


def test_only_an_administrator_makes_users_and_teams(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    with pytest.raises(NotAllowed):
        accounts.commands.form_team("Team", agency=officer.agency, by=officer)
    with pytest.raises(NotAllowed):
        accounts.commands.join_team(officer, factories.team(), by=officer)


def test_a_partners_user_joins_no_team_but_a_hub(db: None) -> None:
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))
    with pytest.raises(ValidationError, match="hub"):
        accounts.commands.join_team(teacher, factories.team(), by=factories.administrator())
    accounts.commands.join_team(teacher, factories.team(is_hub=True), by=factories.administrator())
    assert accounts.queries.is_in_hub(viewer=teacher)


def test_joining_twice_is_once_and_leaving_ends_it(db: None) -> None:
    officer, team = factories.user(Role.OFFICER), factories.team()
    for _ in range(2):
        accounts.commands.join_team(officer, team, by=factories.administrator())
    assert officer.memberships.count() == 1
    assert team.group in officer.groups.all()
    accounts.commands.leave_team(officer, team, by=factories.administrator())
    assert not officer.groups.filter(pk=team.group_id).exists()
    assert not accounts.queries.teams(viewer=officer).exists()


def test_an_inactive_user_may_nothing(db: None) -> None:
    officer = factories.user(*Role)
    officer.is_active = False
    assert not any(
        permissions.can(permission, by=officer)
        for allowed in permissions.PERMISSIONS.values()
        for permission in allowed
    )


def test_every_role_has_its_permissions_written_down() -> None:
    assert set(permissions.PERMISSIONS) == set(Role)


@pytest.mark.parametrize(
    ("hour", "posts"),
    [(6, ["night"]), (7, ["day"]), (18, ["day"]), (19, ["night"]), (23, ["night"])],
)
def test_the_rota_runs_over_midnight(db: None, hour: int, posts: list[str]) -> None:
    by, user = factories.administrator(), factories.user(Role.SUPERVISOR)
    accounts.commands.post_duty("day", step=0, user=user, from_hour=7, until_hour=19, by=by)
    accounts.commands.post_duty("night", step=0, user=user, from_hour=19, until_hour=7, by=by)
    at = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)  # winter: London's hours are UTC's
    assert [p.name for p in accounts.queries.on_duty(None, at, viewer=user)] == posts


def test_an_areas_own_post_stands_before_the_forces(db: None) -> None:
    by, user, area = factories.administrator(), factories.user(Role.SUPERVISOR), factories.area()
    accounts.commands.post_duty("force", step=0, user=user, by=by)
    accounts.commands.post_duty("area", step=0, user=user, area=area, by=by)
    assert [p.name for p in accounts.queries.on_duty(area, clock.now(), viewer=user)] == [
        "area",
        "force",
    ]
    assert [p.name for p in accounts.queries.on_duty(None, clock.now(), viewer=user)] == ["force"]


def test_five_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(
    db: None, held_clock: datetime
) -> None:
    for tries in range(5):
        assert accounts.queries.locked("asha") is (tries >= 5)
        accounts.commands.note_failed_sign_in("asha", "127.0.0.1")
    assert accounts.queries.locked("asha")
    assert not accounts.queries.locked("lena")
    with clock.at(held_clock + timedelta(minutes=16)):
        assert not accounts.queries.locked("asha")


def test_what_is_done_leaves_everybodys_home_page_and_nothing_else_does(db: None) -> None:
    sergeant, inspector = factories.user(Role.SUPERVISOR), factories.user(Role.SUPERVISOR)
    for user, url in ((sergeant, "/flags/1"), (inspector, "/flags/1"), (inspector, "/flags/11")):
        accounts.commands.notify(user, "Answer now", url=url, by=sergeant)
    for _ in range(2):
        accounts.commands.settle(url="/flags/1", by=sergeant)
    assert not accounts.queries.notifications(viewer=sergeant).exists()
    assert [line.url for line in accounts.queries.notifications(viewer=inspector)] == ["/flags/11"]
    (entry,) = Entry.objects.filter(verb="settle notifications")
    assert (entry.username, len(entry.records["notifications"])) == (sergeant.username, 2)
