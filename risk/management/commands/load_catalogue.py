"""manage.py load_catalogue"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

import accounts.commands
import cases.catalogue
import cases.commands
import risk.commands


class Command(BaseCommand):
    help = "Bring the catalogue of indicators into the database, and its model where none is live."

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue, by = cases.catalogue.load(), accounts.commands.system()
        with transaction.atomic():
            indicators = cases.commands.load_catalogue(catalogue, by=by)
            model = risk.commands.publish_default(catalogue, by=by)
        if options["verbosity"]:
            said = f"{model} is published." if model else "The risk model stays as it is."
            self.stdout.write(f"{indicators} indicators. {said}")
