"""What other floors listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed it: user, team (None: the agency was left, and every team
# before it), by. Whoever cannot let the user go raises ValidationError, and nothing has changed.
membership_changed = Signal()

# Sent inside the transaction that names a team's supervisor: team, by. Whoever cannot have that
# supervisor raises ValidationError.
supervisor_named = Signal()
