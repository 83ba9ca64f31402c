"""Who may manage whom: the lead agency's administrators everybody, others their own agency."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

import accounts.commands
import accounts.queries
import clock
from accounts import permissions
from accounts.models import Agency, AgencyKind, Role, Team, User
from audit.denied import NotAllowed, NotVisible
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture
def school(db: None) -> Agency:
    return factories.agency(AgencyKind.SCHOOL)


@pytest.fixture
def head(school: Agency) -> User:
    """The school's own administrator."""
    return factories.user(Role.ADMINISTRATOR, agency=school)


def everything(agency: Agency, *, by: User) -> list[Callable[[], object]]:
    """Each thing that an administrator of an agency does."""
    by_lead = factories.administrator()
    team = factories.team(agency=agency)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=agency)
    member = factories.user(Role.PARTNER_PRACTITIONER, agency=agency, teams=(team,))
    duty = factories.team(agency=agency, is_duty_team=True)
    on_call = factories.user(Role.PARTNER_PRACTITIONER, agency=agency, teams=(duty,))
    post = accounts.commands.post_duty("Duty", step=0, user=on_call, by=by_lead)
    do = accounts.commands
    return [
        lambda: do.invite_user(
            "new", name="New", agency=agency, roles=[Role.PARTNER_PRACTITIONER], by=by
        ),
        lambda: do.form_team("New team", agency=agency, by=by),
        lambda: do.join_team(teacher, team, by=by),
        lambda: do.name_supervisor(team, member, by=by),
        lambda: do.give_roles(teacher, [Role.PARTNER_MANAGER], by=by),
        lambda: do.record_training(teacher, clock.today(), by=by),
        lambda: do.post_duty("Night", step=1, user=on_call, by=by),
        lambda: do.take_off_duty(post, by=by),
        lambda: do.leave_team(member, team, by=by),
        lambda: do.leave_agency(teacher, by=by),
    ]


def test_an_administrator_manages_their_own_agency(school: Agency, head: User) -> None:
    for act in everything(school, by=head):
        act()


def test_the_lead_agency_s_administrator_manages_everybody(school: Agency) -> None:
    for act in everything(school, by=factories.administrator()):
        act()


@pytest.mark.parametrize("number", range(10))
def test_nobody_manages_another_agency(school: Agency, number: int) -> None:
    stranger = factories.user(
        Role.ADMINISTRATOR, agency=factories.agency(AgencyKind.CHARITY), username="stranger"
    )
    with pytest.raises(NotAllowed):
        everything(school, by=stranger)[number]()


@pytest.mark.parametrize("kind", [{"is_hub": True}, {"is_duty_team": True}])
def test_teams_of_several_agencies_are_the_lead_agency_s_to_manage(
    school: Agency, head: User, kind: dict[str, bool]
) -> None:
    team = factories.team(agency=school, **kind)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    for act in (
        lambda: accounts.commands.form_team("Mine", agency=school, by=head, **kind),
        lambda: accounts.commands.join_team(teacher, team, by=head),
        lambda: accounts.commands.leave_team(teacher, team, by=head),
        lambda: accounts.commands.name_supervisor(team, teacher, by=head),
    ):
        with pytest.raises(NotAllowed):
            act()
    accounts.commands.join_team(teacher, team, by=factories.administrator())
    # Who leaves the agency leaves them too, whoever says so.
    accounts.commands.leave_agency(teacher, by=head)
    assert not team.memberships.filter(until=None).exists()


@pytest.mark.parametrize("role", [Role.INFORMATION_GOVERNANCE, Role.OFFICER, Role.COMMISSIONER])
def test_a_partner_s_administrator_gives_no_role_that_reaches_further(
    school: Agency, head: User, role: Role
) -> None:
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    with pytest.raises(NotAllowed):
        accounts.commands.invite_user("new", name="New", agency=school, roles=[role], by=head)
    with pytest.raises(NotAllowed):
        accounts.commands.give_roles(teacher, [role], by=head)
    accounts.commands.give_roles(teacher, [role], by=factories.administrator())
    with pytest.raises(NotAllowed):
        accounts.commands.give_roles(teacher, [], by=head)


def test_nobody_changes_their_own_roles_nor_shuts_themselves_out(head: User) -> None:
    with pytest.raises(ValidationError, match="another administrator"):
        accounts.commands.give_roles(head, [Role.ADMINISTRATOR, Role.TRIAGE_WORKER], by=head)
    with pytest.raises(ValidationError, match="another administrator"):
        accounts.commands.leave_agency(head, by=head)


def test_of_two_administrators_who_shut_each_other_out_one_is_left(committing: None) -> None:
    one, other = factories.user(Role.ADMINISTRATOR), factories.user(Role.ADMINISTRATOR)
    first = min(one.pk, other.pk)

    def shut_out(whom: User, by: User) -> object:
        try:
            return accounts.commands.leave_agency(whom, by=by)
        except NotAllowed as refused:
            return refused

    answers = at_once(
        User.objects.filter(pk=first),
        lambda: shut_out(one, other),
        lambda: shut_out(other, one),
    )
    assert sum(isinstance(each, NotAllowed) for each in answers) == 1
    left = User.objects.filter(pk__in=[one.pk, other.pk], is_active=True)
    assert left.count() == 1


def test_of_two_who_invite_one_name_at_once_one_does(committing: None) -> None:
    by = factories.administrator()

    def invite() -> object:
        agency = Agency.objects.select_for_update().get(pk=by.agency_id)
        return accounts.commands.invite_user("new", name="New", agency=agency, roles=[], by=by)

    def in_one() -> object:
        from django.db import transaction

        with transaction.atomic():
            return invite()

    answers = at_once(Agency.objects.filter(pk=by.agency_id), in_one, in_one)
    assert sum(isinstance(each, ValidationError) for each in answers) == 1
    assert User.objects.filter(username="new").count() == 1


def test_a_name_that_is_taken_is_said_at_its_field(school: Agency) -> None:
    by = factories.administrator()
    team = factories.team()
    with pytest.raises(ValidationError) as refused:
        accounts.commands.form_team(team.name, agency=school, by=by)
    assert "name" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        accounts.commands.invite_user(by.username, name="x", agency=school, roles=[], by=by)
    assert "username" in refused.value.message_dict


def test_a_supervisor_is_in_the_team(school: Agency) -> None:
    team, by = factories.team(), factories.administrator()
    for outsider in (factories.user(Role.LEAD_WORKER), factories.user(agency=school)):
        with pytest.raises(ValidationError) as refused:
            accounts.commands.name_supervisor(team, outsider, by=by)
        assert "supervisor" in refused.value.message_dict
    supervisor = factories.supervisor(team)
    accounts.commands.leave_team(supervisor, team, by=by)
    assert Team.objects.get(pk=team.pk).supervisor is None


def test_who_has_left_joins_no_team(db: None) -> None:
    by, gone = factories.administrator(), factories.user(Role.OFFICER)
    accounts.commands.leave_agency(gone, by=by)
    with pytest.raises(ValidationError, match="works here no more"):
        accounts.commands.join_team(gone, factories.team(), by=by)


def test_a_program_is_revoked_and_does_not_leave(db: None) -> None:
    by = factories.administrator()
    with pytest.raises(ValidationError, match="program"):
        accounts.commands.leave_agency(accounts.commands.system(), by=by)
    with pytest.raises(NotVisible):
        accounts.queries.person(accounts.commands.system().pk, viewer=by)


def test_the_lists_are_of_whom_one_manages(school: Agency, head: User) -> None:
    mine = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    other = factories.user(Role.OFFICER)
    seen = accounts.queries.people_managed(viewer=head)
    assert set(seen) == {head, mine}
    assert list(accounts.queries.managed_agencies(viewer=head)) == [school]
    with pytest.raises(NotVisible):
        accounts.queries.person(other.pk, viewer=head)
    with pytest.raises(NotVisible):
        accounts.queries.team(factories.team().pk, viewer=head)
    by = factories.administrator()
    assert {mine, other} <= set(accounts.queries.people_managed(viewer=by))
    narrowed = accounts.queries.people_managed(
        agency=school, role=Role.PARTNER_PRACTITIONER, viewer=by
    )
    assert list(narrowed) == [mine]


def test_the_command_line_is_bound_alike(
    school: Agency, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    police = factories.agency(is_lead=True)

    def invite(agency: str, role: str, *more: str) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("a long sentence that nobody guesses\n"))
        call_command(
            "invite_user", "new", "--by", head.username, "--name", "New", "--agency", agency,
            "--role", role, *more, stdout=StringIO(),
        )  # fmt: skip

    for asked in (
        (police.name, "partner practitioner"),
        (school.name, "information governance"),
        ("Unknown School", "partner practitioner", "--kind", "school"),
    ):
        with pytest.raises(CommandError, match="may not"):
            invite(*asked)
    assert not Agency.objects.filter(name="Unknown School").exists()
    invite(school.name, "partner practitioner")
    assert User.objects.get(username="new").agency == school


# --- training


@pytest.mark.parametrize(
    ("until", "current", "warned"),
    [
        (None, True, False),
        (date(2026, 12, 25), True, False),
        (date(2026, 12, 24), True, True),
        (date(2026, 11, 24), True, True),
        (date(2026, 11, 23), False, True),
    ],
)
def test_training_is_warned_of_for_thirty_days(
    db: None, until: date | None, current: bool, warned: bool
) -> None:
    user = factories.user(Role.OFFICER)
    user = accounts.commands.record_training(user, until, by=factories.administrator())
    assert accounts.queries.training_is_current(viewer=user) is current
    told = accounts.queries.training(viewer=user)
    assert (told is not None) is warned
    assert told is None or told.is_over is not current


def test_a_year_typed_wrongly_is_refused(db: None) -> None:
    with pytest.raises(ValidationError) as refused:
        accounts.commands.record_training(
            factories.user(), clock.today() + timedelta(days=2000), by=factories.administrator()
        )
    assert "trained_until" in refused.value.message_dict


def test_every_role_is_a_person_s_or_a_machine_s(db: None) -> None:
    given = permissions.roles_to_give(by=factories.administrator())
    assert {*given} | permissions.OF_MACHINES == {*Role}
