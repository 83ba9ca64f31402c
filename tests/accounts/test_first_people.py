"""The commands that put the first people into an empty portal."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Agency, Role, User

PASSWORD = "a long sentence that nobody guesses"
FOUND = ("found_portal", "--agency", "Exshire Police", "--username", "ada", "--name", "Ada Bright")
INVITE = ("invite_user", "gil", "--by", "ada", "--name", "Gil Marsh")


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 3))


def run(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_a_portal_is_founded_once(db: None) -> None:
    assert "ada can sign in" in run(*FOUND)
    ada = User.objects.get(username="ada")
    assert ada.check_password(PASSWORD)
    assert ada.roles == [Role.ADMINISTRATOR]
    assert ada.agency.is_lead
    with pytest.raises(CommandError, match="is the lead agency already"):
        run(*FOUND)


def test_an_administrator_invites(db: None) -> None:
    run(*FOUND)
    more = ("--agency", "Northfield Academy", "--kind", "school", "--role", "partner practitioner")
    assert "gil of Northfield Academy" in run(*INVITE, *more)
    gil = User.objects.get(username="gil")
    assert gil.roles == [Role.PARTNER_PRACTITIONER]
    assert not gil.agency.is_lead
    with pytest.raises(CommandError, match="already"):
        run(*INVITE, *more)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"--by": "nobody"}, "Nobody has the user name"),
        ({"--agency": "Unknown"}, "No agency Unknown"),
    ],
)
def test_what_is_not_known_is_said(db: None, changed: dict[str, str], says: str) -> None:
    run(*FOUND)
    told = {"--by": "ada", "--name": "Gil", "--agency": "Exshire Police", "--role": "officer"}
    words = [word for pair in (told | changed).items() for word in pair]
    with pytest.raises(CommandError, match=says):
        run("invite_user", "gil", *words)
    assert not User.objects.filter(username="gil").exists()


def test_a_weak_password_changes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="at least 12"):
        run(*FOUND)
    assert not Agency.objects.filter(is_lead=True).exists()


def test_a_password_like_the_user_name_changes_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ada.bright.1985\n"))
    with pytest.raises(CommandError, match="too similar to the username"):
        run(*FOUND[:4], "ada.bright.1985", *FOUND[5:])
    assert not Agency.objects.filter(is_lead=True).exists()


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.API_CLIENT])
def test_no_person_is_invited_as_a_machine(db: None, role: Role) -> None:
    """A client is hidden among colleagues and signs in nowhere: nobody with a password is one."""
    run(*FOUND)
    with pytest.raises(CommandError, match="invalid choice"):
        run(*INVITE, "--agency", "Exshire Police", "--role", role)
    assert not User.objects.filter(username="gil").exists()
