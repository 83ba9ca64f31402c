"""Look through a day's record, draw what is reviewed, review it, and hand the record out."""

from oversight.commands.drawing import draw_dip_sample
from oversight.commands.handing_out import MARKING, MOST_EXPORTED, export_entries, read_feed
from oversight.commands.patterns import look_for_patterns
from oversight.commands.reviews import review_dip_sample
from oversight.commands.verifications import tell_of_verification

__all__ = [
    "MARKING",
    "MOST_EXPORTED",
    "draw_dip_sample",
    "export_entries",
    "look_for_patterns",
    "read_feed",
    "review_dip_sample",
    "tell_of_verification",
]
