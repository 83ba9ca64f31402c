"""What other floors listen to."""

from django.dispatch import Signal

# Sent when a nightly run has been done, once the run is kept: as_of, its London day.
run_ended = Signal()
