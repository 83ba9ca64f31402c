"""The workers, and everything that happens by the clock, on one page. Times are London's."""

import os
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import worker_ready

import asking

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")
# Before numpy is loaded: its threads fight over the cores that the workers share (a report took twelve
# times the processor time), and how many there are must not change a figure's last digit.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Asking(Task):
    """A task that tells the database which task of the portal asks it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with asking.task(self.name):
            return super().__call__(*args, **kwargs)


app = Celery("eiportal", task_cls=Asking)
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
    # A search and a contact ask for this themselves; this is for a message that was lost.
    "what was searched for is looked for among hidden records": {
        "task": "cases.tasks.look_among_hidden",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "what contacts tell of restricted children is taken into their records": {
        "task": "cases.tasks.follow_links",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
    "notices that nobody has opened, or sees to, are chased": {
        "task": "partners.tasks.chase",
        "schedule": crontab(minute="*/5"),
    },
    "everybody is read anew": {
        "task": "risk.tasks.recalculate_tonight",
        # At 02:00, and again each hour till morning: what is not done by then is sent again.
        "schedule": crontab(hour="2-5", minute=0),
    },
    "answers kept for a second try are forgotten": {
        "task": "rest.tasks.forget_answers",
        "schedule": crontab(hour=3, minute=10),
    },
    "children told of by partners are matched, where that was not done at once": {
        "task": "cases.tasks.match_latest",
        "schedule": crontab(hour=3, minute=20),
    },
    # They are kept when the run has ended; this is for a message that was lost.
    "the day's figures are kept": {
        "task": "insights.tasks.take_missing_snapshot",
        "schedule": crontab(hour=3, minute=30),
    },
    "what is due for review is listed": {
        "task": "cases.tasks.list_due",
        "schedule": crontab(hour=4, minute=0),
    },
    "the record of use is checked whole": {
        "task": "oversight.tasks.verify_record",
        "schedule": crontab(hour=4, minute=10),
    },
    "yesterday's use is looked through for patterns": {
        "task": "oversight.tasks.look_for_patterns",
        "schedule": crontab(hour=4, minute=30),
    },
    # On working days; the task knows the bank holidays.
    "looks are drawn for review": {
        "task": "oversight.tasks.draw_dip_samples",
        "schedule": crontab(hour=5, minute=30, day_of_week="mon-fri"),
    },
    # Before anybody's day begins: what climbs stands on My work in the morning.
    "agreements that end are warned of, and what goes on after one climbs": {
        "task": "partners.tasks.warn_of_ends",
        "schedule": crontab(hour=6, minute=0),
    },
    "withdrawn agreements to help that nobody has decided on are called again": {
        "task": "partners.tasks.remind_of_withdrawals",
        # As the working day begins (default by judgement); once a day, however often it runs.
        "schedule": crontab(hour="8-10", minute=5),
    },
    "last month's evaluation reports are written": {
        "task": "insights.tasks.write_due_evaluations",
        "schedule": crontab(day_of_month=1, hour=5, minute=0),
    },
}


@worker_ready.connect
def climb_at_once(sender: Any, **_: Any) -> None:
    """What should have climbed while no worker ran is called as soon as one does."""
    sender.app.send_task("cases.tasks.climb")
