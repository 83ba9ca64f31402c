"""What the workers do for risk. A task may run twice and ends in the same state."""

from functools import partial

from celery import Task, shared_task

import accounts.commands
import risk.commands
import risk.queries
from audit.denied import NotAllowed, NotVisible

# What failed is tried twice more, a minute and then two minutes later.
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
    """Start a run that somebody asked for: its chunks are the workers' next tasks."""
    by = accounts.commands.system()
    risk.commands.start_run(risk.queries.run(run_id, viewer=by), by=by)


@stubborn_task()
def recalculate_tonight() -> None:
    """Start the nightly run of this day; asked again, what is not done of it is sent again."""
    by = accounts.commands.system()
    risk.commands.start_run(risk.commands.ask_for_nightly_run(by=by), by=by)


@stubborn_task(bind=True)
def read_chunk(self: Task, chunk_id: int) -> None:
    """Read some people of a run. What fails for the last time is kept on the run."""
    by = accounts.commands.system()
    is_last_try = self.request.retries == self.max_retries
    chunk = risk.queries.chunk(chunk_id, viewer=by)
    risk.commands.read_chunk(chunk, is_last_try=is_last_try, by=by)
