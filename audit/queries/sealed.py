"""The sealed order as it is read on from, and how it stands with sealing, anchors and checks."""

from dataclasses import dataclass

from django.db.models import QuerySet

from audit.models import Anchoring, Seal, SealedEntry, Verification


@dataclass(frozen=True)
class SealedState:
    """The last seal, every place that heads go to, and the last check; None where there is none."""

    seal: Seal | None
    anchors: list[Anchoring]
    verification: Verification | None


def sealed_state(*, viewer: object) -> SealedState:
    """How it stands with the sealed record. The caller checks who may ask."""
    return SealedState(
        Seal.objects.order_by("number").last(),
        list(Anchoring.objects.order_by("place")),
        Verification.objects.order_by("at", "pk").last(),
    )


def sealed(*, viewer: object, after: int = 0) -> QuerySet[SealedEntry]:
    """Entries in the sealed order, those behind a position. The caller checks who may ask.

    Places have no gaps: one that is missing is an entry that was removed (`verify_audit`).
    """
    found = SealedEntry.objects.select_related("entry").order_by("position")
    return found.filter(position__gt=after)
