"""Tell those who must know that the record is not as it was sealed."""

import accounts.commands
import asking
from accounts.models import Notification, Role, User
from audit.models import Verification
from oversight import permissions


@asking.command
def tell_of_verification(found: Verification, *, by: User) -> list[Notification]:
    """A line on My work of everybody in the lead agency's information governance; none if it is sound."""
    permissions.check_can_watch(by=by)
    if found.is_sound:
        return []
    governors = User.objects.filter(
        is_active=True, agency__is_lead=True, roles__contains=[Role.INFORMATION_GOVERNANCE]
    )
    text = "The record of use is not as it was sealed"
    return [
        accounts.commands.notify(governor, text, url="/record-of-use#sealed", by=by)
        for governor in governors.order_by("pk")
    ]
