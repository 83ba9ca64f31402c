"""The night's check of the sealed record is kept, and told."""

from pathlib import Path

import pytest

import audit.commands
import oversight.tasks
from accounts.models import Notification, Role
from audit.models import Verification
from tests import factories
from tests.audit.conftest import a_little_later, heads, sql, three_batches  # noqa: F401
from tests.audit.tampering import Sql, batch, entries

pytestmark = pytest.mark.usefixtures("committing", "a_little_later")


def test_what_is_as_it_was_sealed_is_kept_as_that(three_batches: None) -> None:  # noqa: F811
    assert oversight.tasks.verify_record()
    kept = Verification.objects.get()
    assert kept.is_sound
    assert kept.entries >= 12
    assert kept.anchors == 1
    assert Notification.objects.count() == 0


def test_what_was_changed_is_named_and_told(three_batches: None, sql: Sql) -> None:  # noqa: F811
    governor = factories.user(Role.INFORMATION_GOVERNANCE)
    changed = entries(batch(1))[2]
    sql("update audit_entry set verb = 'other' where id = %s", changed)
    assert not oversight.tasks.verify_record()
    kept = Verification.objects.get()
    assert not kept.is_sound
    assert f"Entry {changed} " in kept.findings[0]
    assert Notification.objects.get().user == governor


def test_a_file_of_anchors_that_cannot_be_read_is_a_finding(
    three_batches: None,  # noqa: F811
    heads: Path,  # noqa: F811
) -> None:
    heads.write_bytes(b"\xff\xfe")
    found = audit.commands.verify(by=None)
    assert "lacks the head of batch" in found.findings[0]
