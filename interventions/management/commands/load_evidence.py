"""manage.py load_evidence"""

from typing import Any

from django.core.management.base import BaseCommand

import accounts.commands
import interventions.commands
import interventions.evidence


class Command(BaseCommand):
    help = "Bring what is known of each kind of help, and the scales of change, into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        by = accounts.commands.system()
        loaded = interventions.commands.load_evidence(interventions.evidence.load(), by=by)
        if options["verbosity"]:
            self.stdout.write(f"{loaded} approaches and scales.")
