"""manage.py seed_demo [--who]: the demo's town and casework, made once, all or nothing."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from celery import current_app
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections, transaction

import accounts.commands
import cases.commands
import clock
import risk.commands
from accounts.models import Agency
from cases.catalogue import DEFAULT_PATH
from eiportal.demo import casework, cohort, history, people, rows, schemes, worth
from interventions.models import Service

EXTRACT = DEFAULT_PATH.parent / "sample_extract/contacts.csv"
# The day that the extract was made for: everything moves so that it was made today.
EXTRACT_DAY = date(2026, 11, 20)

# Of so many months the figures of the last day are kept.
MONTHS = 24


class Command(BaseCommand):
    help = "Fill an empty portal with the demo; where the demo is already, nothing happens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--who", action="store_true", help="say who can sign in, do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["who"]:
            self.stdout.write(people.who())
        elif not Agency.objects.filter(name=people.POLICE).exists():
            self._seed()
            # Rows this new have no statistics yet: the workers' first statements would be planned as
            # if there were none, and take minutes.
            with connections["owner"].cursor() as cursor:
                cursor.execute("analyze")

    @transaction.atomic
    def _seed(self) -> None:
        call_command("load_catalogue", verbosity=0)
        call_command("load_evidence", verbosity=0)
        long_ago = clock.today() - timedelta(days=people.FOUNDED_DAYS_AGO)
        with clock.at(datetime.combine(long_ago, time(9), clock.LONDON)):
            town = people.found_town()
        with EXTRACT.open("rb") as file:
            account = cases.commands.import_contacts(
                file, moved_by=clock.today() - EXTRACT_DAY, by=accounts.commands.system()
            )
        casework.decide_prompts(town)
        services = schemes.open_services(town=town)
        self._grow_cohort(town, services)
        history.live_two_years(town, services)
        casework.tell_stories(town)
        keep_records()
        risk.commands.ask_for_nightly_run(by=accounts.commands.system())
        transaction.on_commit(ask_for_the_night, robust=True)
        worth.ask(town, services)
        self.stdout.write(
            f"Demo loaded: {account.accepted} contacts, {account.refused} rows refused, "
            f"{casework.CONFIRMED} prompts confirmed, {casework.DROPPED} dropped."
        )

    def _grow_cohort(self, town: people.Town, services: Mapping[str, Service]) -> None:
        """The children of four schemes and those like them, each as recorded at the time."""
        system = accounts.commands.system()
        children = cohort.children()
        records = rows.write(children, town, by=system)
        schemes.deliver(children, records, services, town=town, by=system)


def keep_records() -> None:
    """What was written in bulk is worked out, and what is due listed, as every night does."""
    system = accounts.commands.system()
    while cases.commands.work_out_missing(by=system):
        pass
    cases.commands.list_due(on=clock.today(), by=system)


def ask_for_the_night() -> None:
    """Have the workers read everybody, then keep the figures of two years' month ends, latest first.

    By the tasks' name, as the clock does: they take a minute that nobody should wait for. Today's
    figures are kept when the run has ended, as every night's are; a run that somebody asks for by
    hand keeps none.
    """
    current_app.send_task("risk.tasks.recalculate_tonight", args=[])
    last = clock.today().replace(day=1) - timedelta(days=1)
    for _ in range(MONTHS):
        current_app.send_task("insights.tasks.take_snapshot", args=[last.isoformat()])
        last = last.replace(day=1) - timedelta(days=1)
