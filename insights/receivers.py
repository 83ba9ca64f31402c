"""What insights does when the nightly run has ended: has the figures of that day kept."""

from datetime import date

from celery import current_app
from django.db import transaction
from django.dispatch import receiver

from risk.signals import run_ended


@receiver(run_ended)
def ask_for_snapshot(*, as_of: date, **_: object) -> None:
    """Once the run is committed. A message that is lost never fails the run: beat asks again."""

    def send() -> None:
        current_app.send_task("insights.tasks.take_snapshot", args=[as_of.isoformat()])

    transaction.on_commit(send, robust=True)
