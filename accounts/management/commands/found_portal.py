"""manage.py found_portal: the lead agency and its first administrator, on an empty portal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

import accounts.commands
import accounts.queries
from accounts.management.passwords import asked_password
from accounts.models import AgencyKind, Role


class Command(BaseCommand):
    help = "Found the lead agency and its first administrator. On a portal that has them: refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agency", required=True, help="the lead agency, such as 'X Police'")
        parser.add_argument("--phone", default="", help="the agency's telephone number")
        parser.add_argument("--username", required=True, help="the administrator's user name")
        parser.add_argument("--name", required=True, help="the administrator's name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        system = accounts.commands.system()
        if found := accounts.queries.lead_agency(viewer=system):
            raise CommandError(f"{found} is the lead agency already. Use invite_user for more.")
        password = asked_password(options["username"])
        agency = accounts.commands.found_agency(
            options["agency"],
            kind=AgencyKind.POLICE,
            phone=options["phone"],
            is_lead=True,
            by=None,
        )
        accounts.commands.invite_user(
            options["username"],
            name=options["name"],
            agency=agency,
            roles=[Role.ADMINISTRATOR],
            password=password,
            by=None,
        )
        self.stdout.write(f"{agency} is founded; {options['username']} can sign in.")
