"""What other floors listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed it: user, team (None: the agency was left, and every team
# before it), by. Whoever cannot let the user go raises ValidationError, and nothing has changed.
membership_changed = Signal()

# Sent inside the transaction that gave other roles, or ended a line of the rota: user, by. Whoever cannot
# let the user have these roles raises ValidationError, at "roles", and nothing has changed.
roles_changed = Signal()
duty_ended = Signal()

# Sent inside the transaction that names a team's supervisor: team, by. Whoever cannot have that
# supervisor raises ValidationError.
supervisor_named = Signal()
