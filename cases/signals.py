"""What other floors listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed what a reading drinks from: person_ids.
facts_changed = Signal()
