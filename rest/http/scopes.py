"""What a token may be used for."""

from typing import Any

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class InsufficientScope(PermissionDenied):
    """The token lacks the scope that the endpoint needs."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"Ask whoever manages the portal's clients for {scope}.")
        self.scope = scope
        self.about = {"scope": scope}


class HasScope(BasePermission):
    """A client with the scope that the endpoint names; signed out, everything is 401."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.pk:
            raise NotAuthenticated
        scope = getattr(view, "scope", None)
        answers = request.method in view.allowed_methods
        token: Any = request.auth
        if scope and answers and scope not in token.scope.split():
            raise InsufficientScope(scope)
        return True
