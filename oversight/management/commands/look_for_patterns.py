"""manage.py look_for_patterns [--on YYYY-MM-DD]"""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

import accounts.commands
import clock
import oversight.commands


class Command(BaseCommand):
    help = (
        "Look through a day of the record of use, as every night, and draw its dip sample. What is "
        "found waits on the page Dip samples."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="without it, yesterday"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by, on = accounts.commands.system(), options["on"] or clock.today() - timedelta(days=1)
        try:
            found = oversight.commands.look_for_patterns(on=on, by=by)
            drawn = oversight.commands.draw_dip_sample(on=on, by=by)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(
            f"{on.isoformat()}: patterns that are new: {len(found)}; looks drawn: {len(drawn)}."
        )
