"""What stands beside a hidden child, or is police only, where the viewer is shown no row that says so.

A filter over such a row finds none, and so leaves nothing out. These ask the database's own functions
(docs/adr/0008) of whoever asks. To a task nothing is hidden: what it asks for somebody else is left
out by `scope.hidden_from`.
"""

from django.db.models import BooleanField, Func

VIEWER_ASKS = "(select nullif(current_setting('portal.viewer', true), '') is not null)"


class PoliceOnly(Func):
    """Of a contact's id: whether it is police only now. No, where there is none."""

    function = "portal_is_police_only"
    output_field = BooleanField()


class _Beside(Func):
    """Of an id: whether it is among those that the function gives, once a query."""

    template = (
        f"({VIEWER_ASKS} and "
        "coalesce(%(expressions)s = any ((select %(function)s())::bigint[]), false))"
    )
    output_field = BooleanField()


class ContactHides(_Beside):
    """Of a contact's id: whether a child in it is hidden from the viewer."""

    function = "portal_hidden_contacts"


class PlaceBesideHidden(_Beside):
    """Of the id of a place in a case: whether a child of that case is hidden from the viewer."""

    function = "portal_places_beside_hidden"


class ReferralHides(_Beside):
    """Of a referral's id: whether a child of it is hidden from the viewer."""

    function = "portal_referrals_beside_hidden"
