"""What the workers do for risk. A task may run twice and ends in the same state."""

from functools import partial

from celery import shared_task

import accounts.commands
import risk.commands
import risk.queries
from audit.denied import NotAllowed, NotVisible

# A failed run is tried twice more, a minute and then two minutes later.
stubborn_task = partial(
    shared_task,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotAllowed, NotVisible),
    max_retries=2,
    retry_backoff=60,
    retry_jitter=False,
)


@stubborn_task()
def recalculate_all(run_id: int) -> None:
    """Do a run that somebody asked for."""
    by = accounts.commands.system()
    risk.commands.recalculate_all(risk.queries.run(run_id, viewer=by), by=by)


@stubborn_task()
def recalculate_tonight() -> None:
    """The nightly run of this day, once, however often beat or a worker asks."""
    by = accounts.commands.system()
    risk.commands.recalculate_all(risk.commands.ask_for_nightly_run(by=by), by=by)
