"""A password, typed twice at a terminal or given on standard input: never on the command line."""

import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.models import User


def asked_password(username: str) -> str:
    """CommandError with what to do where it is too weak, or where the two differ."""
    if sys.stdin.isatty():
        password = getpass(f"Password for {username}: ")
        if password != getpass("Again: "):
            raise CommandError("The two passwords differ. Nothing was changed.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        # Asked of who it will be: it must not be the user name again.
        validate_password(password, User(username=username))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
