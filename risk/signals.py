"""What other floors listen to."""

from django.dispatch import Signal

# Sent once, inside the transaction that closes a nightly run which has read everybody: run, and its
# day as_of. What takes long, or may fail without undoing the night, waits for the commit.
run_ended = Signal()
