"""What a worker does: each verb checks who may, writes, and leaves its audit entry."""

from cases.commands.cases import complete_action, hold_open, open_case, seat, set_action
from cases.commands.catalogue import load_catalogue
from cases.commands.chronology import add_event, narrow_event
from cases.commands.closing import close_case
from cases.commands.contacts import (
    ChildSeen,
    Completion,
    Noticed,
    Told,
    amend_contact,
    complete_contact,
    record_contact,
    record_contacts,
    save_draft,
    send_contact,
    send_draft,
    start_draft,
)
from cases.commands.flags import answer_flag, climb, raise_flag
from cases.commands.imports import Account, import_contacts
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
from cases.commands.past import PastCase, take_over_cases
from cases.commands.reports import ChildReported, Report, Taken, take_report
from cases.commands.reviews import review_case

__all__ = [
    "Account",
    "ChildReported",
    "ChildSeen",
    "Completion",
    "Linked",
    "Noticed",
    "PastCase",
    "Report",
    "Taken",
    "Told",
    "add_event",
    "amend_contact",
    "answer_flag",
    "change_severity",
    "climb",
    "close_case",
    "complete_action",
    "complete_contact",
    "confirm_prompt",
    "drop_prompt",
    "end_observation",
    "hold_open",
    "import_contacts",
    "load_catalogue",
    "match_blind",
    "match_latest",
    "narrow_event",
    "observe",
    "open_case",
    "raise_flag",
    "reconfirm",
    "record_contact",
    "record_contacts",
    "review_case",
    "save_draft",
    "seat",
    "send_contact",
    "send_draft",
    "set_action",
    "start_draft",
    "take_over_cases",
    "take_report",
    "void",
]
