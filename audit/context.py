"""Which request an entry belongs to: an id and the address that it came from."""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Request:
    id: UUID
    address: str | None


current: ContextVar[Request | None] = ContextVar("audit_request", default=None)
