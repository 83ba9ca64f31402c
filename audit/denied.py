"""What is refused is recorded too: after the rollback, in a transaction of its own."""

from django.core.exceptions import PermissionDenied
from django.http import Http404


class NotVisible(Http404):
    """For this viewer the record does not exist: 404, whether it is there or not.

    `about` is the kind of record and the id as it was asked for, such as ("person", 12).
    """

    def __init__(self, kind: str, ident: object = "") -> None:
        super().__init__(f"No {kind} here that you can open")
        self.about = {kind: str(ident)}


class NotAllowed(PermissionDenied):
    """The viewer's role does not include this function: 403."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Your role does not include this: {what}")
        self.about = {"function": what}
