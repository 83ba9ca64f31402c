"""Keep each night's figures, plan evaluations and write their reports."""

from insights.commands.snapshots import take_snapshot

__all__ = ["take_snapshot"]
