"""manage.py import_contacts FILE [--dry-run] [--json]"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import accounts.commands
import cases.commands


class Command(BaseCommand):
    help = "Take the export of a police records system; says what became of every row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say it all, keep nothing")
        parser.add_argument("--json", action="store_true", help="the account as JSON, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                account = cases.commands.import_contacts(
                    file, dry_run=options["dry_run"], by=accounts.commands.system()
                )
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        if options["json"]:
            self.stdout.write(json.dumps(account.as_json(), ensure_ascii=False, indent=1))
        else:
            self._say(account, dry_run=options["dry_run"])
        if account.stopped:
            raise CommandError("The file as a whole cannot be read: nothing more was taken.")

    def _say(self, account: "cases.commands.Account", *, dry_run: bool) -> None:
        for refusal in account.refusals:
            self.stdout.write("line {line}, {field}: {reason}".format(**refusal))
        self.stdout.write(
            f"{account.read} read: {account.accepted} accepted, {account.amended} amended, "
            f"{account.unchanged} unchanged, {account.refused} refused."
            + (" Nothing was kept: this was a dry run." if dry_run else "")
        )
