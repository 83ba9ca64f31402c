"""What other floors listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed it: user, team (or None when leaving the agency).
membership_changed = Signal()
