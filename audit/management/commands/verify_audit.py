"""manage.py verify_audit [--anchors FILE ...] [--json]"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

import clock
from audit import anchors
from audit.checking import check
from audit.findings import Report

TOUCHED = (
    "What to do: repair nothing. Stop the workers, keep the database and its disk as they are and "
    "take a copy; tell information governance and whoever answers for security; compare what is named "
    "with a backup."
)
TO_DO = {
    "unsealed": "What to do: see that a worker and beat run. Within two minutes all is sealed; what is "
    "not was put in by somebody: tell information governance.",
    "overdue": "What to do: read the worker's log and put the place of PORTAL_AUDIT_ANCHOR right; the "
    "next minute tries again. Until then nobody would notice a chain that is rewritten whole.",
    "guard": "What to do: find out who switched them off and when, then put them back as audit's "
    "migrations have them.",
}
ALL_OF_IT = "See docs/deploy.md, 'The record of use: anchors and verifying'."


class Command(BaseCommand):
    help = (
        "Read the whole sealed record of use and compare it with its hashes and with the heads that "
        "were anchored outside. Exit code 0: as it was sealed; 1: something is not; 2: not checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            type=Path,
            action="append",
            metavar="FILE",
            help="heads as they were anchored, a copy of a log too; without it the files of "
            "PORTAL_AUDIT_ANCHOR",
        )
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        # First what was sent there, then what is there: a head may be sent meanwhile.
        sent = {} if options["anchors"] else anchors.files()
        files = options["anchors"] or [file for file in sent if file.exists()]
        heads = {file: self._heads(file) for file in files}
        try:
            report = check(heads, sent)
        except DatabaseError as error:
            said = str(error).splitlines()[0]
            raise CommandError(f"The record could not be read: {said}", returncode=2) from error
        if options["json"]:
            answer = {"sound": report.sound} | asdict(report)
            self.stdout.write(json.dumps(answer, default=lambda moment: moment.isoformat()))
        else:
            self._say(report, files)
        if not report.sound:
            sys.exit(1)

    def _heads(self, file: Path) -> list[anchors.Head]:
        try:
            with file.open() as lines:
                heads, others = anchors.read(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} could not be read: {error}", returncode=2) from error
        if others and not heads:
            raise CommandError(f"{file} holds no head of the chain.", returncode=2)
        for number in others:
            self.stderr.write(f"{file}, line {number}: no head of the chain, left out.")
        return heads

    def _say(self, report: Report, files: Iterable[Path]) -> None:
        until = (
            f", until {clock.london(report.sealed_at):%-d %B %Y at %H:%M}"
            if report.sealed_at
            else ""
        )
        self.stdout.write(
            f"Read {_some(report.entries, 'entry', 'entries')} in "
            f"{_some(report.batches, 'batch', 'batches')}{until}; "
            f"{report.unsealed:,} not sealed yet."
        )
        if report.anchors:
            compared = _some(report.anchors, "anchored head", "anchored heads")
            self.stdout.write(
                f"Compared {compared} ({', '.join(map(str, files))}): "
                f"the chain holds those up to batch {report.matched:,}."
            )
        for caution in report.cautions:
            self.stdout.write(f"Mind: {caution}")
        if report.sound:
            self.stdout.write("All is as it was sealed.")
            return
        shown = f", the first {len(report.findings)}" if report.found > len(report.findings) else ""
        self.stdout.write(f"\nNot as it was sealed ({report.found:,} found{shown}):")
        for finding in report.findings:
            self.stdout.write(f"- {finding.says}")
        whats = {finding.what for finding in report.findings}
        self.stdout.write("")
        for words in dict.fromkeys(TO_DO.get(what, TOUCHED) for what in sorted(whats)):
            self.stdout.write(words)
        self.stdout.write(ALL_OF_IT)


def _some(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
