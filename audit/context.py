"""Who acts, and which request an entry belongs to: an id and the address that it came from."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Actor(Protocol):
    """Whoever acts: a user, seen from the ground floor."""

    @property
    def pk(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def agency_name(self) -> str: ...


@dataclass(frozen=True)
class Request:
    id: UUID
    address: str | None


current: ContextVar[Request | None] = ContextVar("audit_request", default=None)
