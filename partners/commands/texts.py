"""What a partner reads of a line of the chronology, or of a contact: written by a person."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

import asking
import audit.commands
import cases.commands
import clock
from accounts.models import User
from audit.denied import NotVisible
from audit.models import Kind
from partners import permissions, queries, redaction
from partners.models import PartnerText, Share


@asking.command
def write_partner_text(
    share: Share,
    of: int,
    *,
    text: str,
    for_all: bool = False,
    safe_to_tell_read: int | None = None,
    by: User,
) -> PartnerText:
    """Put into words what the receiver of a share reads of one line, by the line's id.

    Of a contact's share `of` is the contact. `for_all`: every partner to whom the line is open reads
    it. An empty text takes back the one before, and tells nothing. The same text sent twice is one.
    ValidationError where a protected address stands in it, or whom it is safe to tell was not read
    (`safe_to_tell_read`: its version); NotVisible for a line that this share does not open.
    """
    permissions.check_can_keep(share, by=by)
    line = queries.line_to_write(share, of, viewer=by)
    if line is None:
        raise NotVisible("line", of)
    if text:
        cases.commands.refuse_unless_safe(
            share.person,
            safe_to_tell_read=safe_to_tell_read,
            to=[share.agency],
            place=share.place,
            field="text",
            instead="end the share",
            by=by,
        )
    if redaction.holds(text, line.protected):
        raise ValidationError({"text": redaction.NEVER_SHARED})
    newest = _texts(share, of).order_by("-pk").first()
    to = None if for_all else share
    if newest and newest.text == text and newest.share == to:
        return newest
    written = PartnerText.objects.create(
        event_id=None if share.contact_id else of,
        contact_id=share.contact_id,
        share=to,
        text=text,
        by=by,
        at=clock.now(),
    )
    audit.commands.record(
        Kind.DISCLOSURE,
        "write partner text",
        persons=[share.person_id],
        records={"share": share.pk, "partner text": written.pk},
        sections=share.sections,
        ground="share",
        by=by,
    )
    return written


@asking.command
def write_partner_texts(
    share: Share,
    *,
    texts: Mapping[int, str],
    for_all: bool = False,
    safe_to_tell_read: int | None = None,
    by: User,
) -> list[PartnerText]:
    """Several lines at once, all or none."""
    said: dict[str, Any] = {"for_all": for_all, "safe_to_tell_read": safe_to_tell_read, "by": by}
    return [write_partner_text(share, of, text=text, **said) for of, text in texts.items()]


def _texts(share: Share, of: int) -> QuerySet[PartnerText]:
    own = PartnerText.objects.filter(Q(share=share) | Q(share=None))
    return own.filter(contact=share.contact_id) if share.contact_id else own.filter(event=of)
