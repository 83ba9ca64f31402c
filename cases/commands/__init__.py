"""What a worker does: each verb checks who may, writes, and leaves its audit entry."""

from cases.commands.amending import Amendment, amend_contact, amend_contacts
from cases.commands.birth_dates import correct_birth_date
from cases.commands.break_glass import break_glass, review_break_glass
from cases.commands.cases import complete_action, hold_open, open_case, seat, set_action
from cases.commands.catalogue import load_catalogue
from cases.commands.chronology import add_event, narrow_event
from cases.commands.closing import close_case
from cases.commands.completing import Completion, Noticed, complete_contact
from cases.commands.contacts import ChildSeen, Told, record_contact, record_contacts
from cases.commands.drafts import save_draft, send_contact, send_draft, start_draft
from cases.commands.flags import answer_flag, climb, raise_flag
from cases.commands.handing_over import hand_over, hand_over_rest, hand_over_unfit
from cases.commands.imports import Account, import_contacts
from cases.commands.keeping import keep_anew
from cases.commands.leaving_lists import leave_lists, refit_lists
from cases.commands.linking import Linked, match_blind, match_latest
from cases.commands.observations import (
    change_severity,
    confirm_prompt,
    drop_prompt,
    end_observation,
    observe,
    reconfirm,
    void,
)
from cases.commands.openings import open_record
from cases.commands.past import PastCase, take_over_cases
from cases.commands.private_hits import decide_hit, follow_links, unlink_hit
from cases.commands.reports import ChildReported, Report, Taken, take_report
from cases.commands.restrictions import (
    Named,
    add_to_list,
    hand_over_record,
    lift,
    restrict,
    seal,
    take_off_list,
    tell_of,
)
from cases.commands.retention import (
    hold_record,
    keep_longer,
    list_due,
    release_record,
    work_out_missing,
)
from cases.commands.reviews import review_case
from cases.commands.safe_to_tell import (
    not_told,
    record_safe_to_tell,
    refuse_not_told,
    refuse_unless_safe,
)
from cases.commands.searches import keep_searches, look_among_hidden
from cases.commands.seats import end_seat, give_seat
from cases.commands.standing import end_caution, end_status, note_caution, record_status

__all__ = [
    "Account",
    "Amendment",
    "ChildReported",
    "ChildSeen",
    "Completion",
    "Linked",
    "Named",
    "Noticed",
    "PastCase",
    "Report",
    "Taken",
    "Told",
    "add_event",
    "add_to_list",
    "amend_contact",
    "amend_contacts",
    "answer_flag",
    "break_glass",
    "change_severity",
    "climb",
    "close_case",
    "complete_action",
    "complete_contact",
    "confirm_prompt",
    "correct_birth_date",
    "decide_hit",
    "drop_prompt",
    "end_caution",
    "end_observation",
    "end_seat",
    "end_status",
    "follow_links",
    "give_seat",
    "hand_over",
    "hand_over_record",
    "hand_over_rest",
    "hand_over_unfit",
    "hold_open",
    "hold_record",
    "import_contacts",
    "keep_anew",
    "keep_longer",
    "keep_searches",
    "leave_lists",
    "lift",
    "list_due",
    "load_catalogue",
    "look_among_hidden",
    "match_blind",
    "match_latest",
    "narrow_event",
    "not_told",
    "note_caution",
    "observe",
    "open_case",
    "open_record",
    "raise_flag",
    "reconfirm",
    "record_contact",
    "record_contacts",
    "record_safe_to_tell",
    "record_status",
    "refit_lists",
    "refuse_not_told",
    "refuse_unless_safe",
    "release_record",
    "restrict",
    "review_break_glass",
    "review_case",
    "save_draft",
    "seal",
    "seat",
    "send_contact",
    "send_draft",
    "set_action",
    "start_draft",
    "take_off_list",
    "take_over_cases",
    "take_report",
    "tell_of",
    "unlink_hit",
    "void",
    "work_out_missing",
]
