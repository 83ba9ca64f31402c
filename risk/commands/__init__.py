"""What changes the readings: publish a model, read children anew, read everybody."""

from risk.commands.chunks import read_chunk
from risk.commands.publishing import publish_default, publish_model
from risk.commands.reading import read_anew
from risk.commands.runs import ask_for_nightly_run, ask_for_run, recalculate_all, start_run

__all__ = [
    "ask_for_nightly_run",
    "ask_for_run",
    "publish_default",
    "publish_model",
    "read_anew",
    "read_chunk",
    "recalculate_all",
    "start_run",
]
