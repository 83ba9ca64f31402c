"""What other floors listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed what a reading drinks from: person_ids.
facts_changed = Signal()

# Sent inside the transaction that is about to close a case, and of the page that asks what is in the
# way: case, by. A receiver only reads, and answers with a sentence for each thing that must end first,
# which says what to do.
case_closing = Signal()

# Sent inside the transaction that has closed a case: case, by.
case_closed = Signal()

# Sent inside the transaction that has set anew how cases are kept, such as by a child's age: cases (their
# ids), by.
cases_kept_anew = Signal()

# Sent inside the transaction that says anew which agencies must not be told of a child: person,
# agencies (their ids), by.
agencies_not_told_changed = Signal()

# Sent before words are written into a child's plan, which partners read: person, texts ({field: words}), by.
# Whoever knows what may not stand there raises ValidationError at the field.
plan_worded = Signal()

# Sent inside the transaction that restricts or seals a child's record: person, by.
record_hidden = Signal()
# Sent inside the transaction that has marked contacts police only, or found them marked so: contacts, by.
contact_is_police_only = Signal()
