"""What other floors listen to."""

from django.dispatch import Signal

# Sent before an answer is given a second time: persons (ids of the children that it tells of), viewer.
# A receiver raises NotVisible where they are not the viewer's to be told of any more.
answering_again = Signal()
