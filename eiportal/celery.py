"""The workers, and everything that happens by the clock, on one page. Times are London's."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")

app = Celery("eiportal")
# The servers' addresses: CELERY_... in settings.py.
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "the record of use is sealed, and its head anchored where due": {
        "task": "audit.tasks.seal",
        "schedule": crontab(),
        # What waited while no worker ran need not be asked twice.
        "options": {"expires": 60},
    },
    "unanswered flags and grave prompts climb the duty rota": {
        "task": "cases.tasks.climb",
        "schedule": crontab(),
    },
    "everybody is read anew": {
        "task": "risk.tasks.recalculate_tonight",
        "schedule": crontab(hour=2, minute=0),
    },
}


@worker_ready.connect
def climb_at_once(sender: Any, **_: Any) -> None:
    """What should have climbed while no worker ran is called as soon as one does."""
    sender.app.send_task("cases.tasks.climb")
