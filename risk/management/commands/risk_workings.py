"""manage.py risk_workings [--as-of YYYY-MM-DD]"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

import accounts.commands
import audit.commands
import clock
import risk.queries
from audit.models import Kind
from risk.management.arguments import day


class Command(BaseCommand):
    help = (
        "Every reading as of a day, unrounded, with the facts that were known by then: one JSON "
        "object a line, pseudonymised, nothing else on standard output."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of, viewer = options["as_of"] or clock.today(), accounts.commands.system()
        # The entry is kept before the first line is out: a reader who stops halfway has read.
        with transaction.atomic():
            people = risk.queries.how_many_read(as_of, viewer=viewer)
            audit.commands.record(
                Kind.CONSULTATION,
                "risk workings",
                records={"people": people, "as_of": as_of.isoformat()},
                by=viewer,
            )
        with transaction.atomic():
            for line in risk.queries.workings(as_of, viewer=viewer):
                self.stdout.write(json.dumps(line))
