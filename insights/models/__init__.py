"""What the portal keeps of its own figures."""

from insights.models.snapshots import Snapshot

__all__ = ["Snapshot"]
