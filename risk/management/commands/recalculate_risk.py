"""manage.py recalculate_risk [--as-of YYYY-MM-DD] [--person ID] [--inline]"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.formats import date_format

import accounts.commands
import clock
import risk.commands
from accounts.models import User
from cases.models import Lens
from risk import scoring
from risk.management.arguments import day, person
from risk.models import Run, RunState


class Command(BaseCommand):
    help = (
        "The nightly run by hand: read everybody anew. As of a past day it counts and changes no "
        "reading. Without --inline a worker does it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="YYYY-MM-DD")
        parser.add_argument(
            "--person", type=person, metavar="ID", help="this one alone, here and now"
        )
        parser.add_argument("--inline", action="store_true", help="here and now, without workers")

    def handle(self, *args: Any, **options: Any) -> None:
        by, as_of = accounts.commands.system(), options["as_of"] or clock.today()
        if options["person"] is not None:
            self._read_one(options["person"], as_of, by=by)
            return
        try:
            run = risk.commands.ask_for_run(as_of=as_of, inline=options["inline"], by=by)
            if options["inline"]:
                run = risk.commands.recalculate_all(run, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (DatabaseError, ImproperlyConfigured) as error:
            raise CommandError(str(error).splitlines()[0]) from error
        if run.state == RunState.FAILED:
            raise CommandError(run.error)
        self._say(run)

    def _read_one(self, person: int, as_of: date, *, by: User) -> None:
        if as_of != clock.today():
            raise CommandError(
                "A reading is as of today. For a past day see: manage.py risk_workings --as-of"
            )
        try:
            written = risk.commands.read_anew([person], by=by)
        except DatabaseError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        said = (
            "is read anew" if written else "has no reading: not known, or not of an age to be read"
        )
        self.stdout.write(f"Child {person} {said}.")

    def _say(self, run: Run) -> None:
        said = f"Run {run.pk} as of {date_format(run.as_of, 'j F Y')}"
        if run.state != RunState.DONE:
            self.stdout.write(f"{said} is {run.state} for a worker.")
            return
        figures = run.figures
        self.stdout.write(
            f"{said} is {run.state}: {figures['people']} people by model {figures['model']}, "
            f"{figures['changed']} readings changed, {figures['removed']} removed, "
            f"{figures['history']} kept in the history, {figures['seconds']} seconds."
        )
        for lens in scoring.LENSES:
            bands = figures["bands"][lens]
            counted = ", ".join(f"{band} {bands[band]}" for band in scoring.BANDS)
            self.stdout.write(f"{Lens(lens).label}: {counted}")
