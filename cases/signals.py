"""What other floors listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed what a reading drinks from: person_ids.
facts_changed = Signal()

# Sent inside the transaction that is about to close a case, and of the page that asks what is in the
# way: case, by. A receiver only reads. Where it knows of something that must end first it answers
# with a sentence that says what to do, and with nothing otherwise.
case_closing = Signal()

# Sent inside the transaction that has closed a case: case, by.
case_closed = Signal()
