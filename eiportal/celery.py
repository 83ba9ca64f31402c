"""The workers, and everything that happens by the clock, on one page. Times are London's."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")

app = Celery("eiportal")
# The servers' addresses: CELERY_... in settings.py.
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "unanswered flags and grave prompts climb the duty rota": {
        "task": "cases.tasks.climb",
        "schedule": crontab(),
    },
    "everybody is read anew": {
        "task": "risk.tasks.recalculate_tonight",
        "schedule": crontab(hour=2, minute=0),
    },
}
