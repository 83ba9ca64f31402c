"""manage.py invite_user: a new user of an agency, invited by an administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

import accounts.commands
import accounts.queries
from accounts import permissions
from accounts.management.passwords import asked_password
from accounts.models import AgencyKind, Role
from audit.denied import NotAllowed

# No person is the portal itself or a program: those are registered on the page of API clients.
ROLES = [role for role in Role.values if role not in permissions.OF_MACHINES]


class Command(BaseCommand):
    help = "Invite a user; an agency that is not known yet is founded if --kind says what it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--by", required=True, help="user name of the administrator")
        parser.add_argument("--name", required=True)
        parser.add_argument("--agency", required=True)
        parser.add_argument("--kind", choices=AgencyKind.values, help="of an agency that is new")
        parser.add_argument("--role", action="append", required=True, choices=ROLES)
        parser.add_argument("--phone", default="")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        by = accounts.queries.user_named(options["by"], viewer=accounts.commands.system())
        if by is None:
            raise CommandError(f"Nobody has the user name {options['by']}.")
        if accounts.queries.user_named(options["username"], viewer=by):
            raise CommandError(f"Somebody has the user name {options['username']} already.")
        agency = accounts.queries.agencies(viewer=by).filter(name=options["agency"]).first()
        if agency is None and not options["kind"]:
            raise CommandError(f"No agency {options['agency']}. Say its --kind to found it.")
        password = asked_password(options["username"])
        try:
            if agency is None:
                agency = accounts.commands.found_agency(
                    options["agency"], kind=options["kind"], by=by
                )
            accounts.commands.invite_user(
                options["username"],
                name=options["name"],
                agency=agency,
                roles=[Role(role) for role in options["role"]],
                phone=options["phone"],
                password=password,
                by=by,
            )
        except NotAllowed as refused:
            raise CommandError(f"{by.username} may not: {refused.about['function']}.") from refused
        self.stdout.write(f"{options['username']} of {agency} can sign in.")
