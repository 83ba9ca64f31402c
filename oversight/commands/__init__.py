"""Look through a day's record, draw what is reviewed, review it, and hand the record out; keep what
the looking needs of users."""

from oversight.commands.drawing import draw_dip_sample
from oversight.commands.handing_out import MARKING, MOST_EXPORTED, export_entries, read_feed
from oversight.commands.home_postcodes import (
    forget_home_postcodes,
    keep_home_postcode,
    remove_home_postcode,
)
from oversight.commands.patterns import look_for_patterns
from oversight.commands.reviews import review_dip_sample
from oversight.commands.verifications import tell_of_verification

__all__ = [
    "MARKING",
    "MOST_EXPORTED",
    "draw_dip_sample",
    "export_entries",
    "forget_home_postcodes",
    "keep_home_postcode",
    "look_for_patterns",
    "read_feed",
    "remove_home_postcode",
    "review_dip_sample",
    "tell_of_verification",
]
