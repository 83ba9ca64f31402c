"""What an administrator does with people, teams and the rota; and what people are told."""

from accounts.commands.duty import post_duty, take_off_duty
from accounts.commands.leaving import leave_agency, leave_team
from accounts.commands.people import (
    found_agency,
    give_roles,
    hold,
    hold_active,
    invite_user,
    record_training,
    system,
)
from accounts.commands.signing_in import await_turn, note_failed_sign_in, note_sign_in
from accounts.commands.teams import form_team, join_team, name_supervisor
from accounts.commands.telling import mark_seen, notify, settle

__all__ = [
    "await_turn",
    "form_team",
    "found_agency",
    "give_roles",
    "hold",
    "hold_active",
    "invite_user",
    "join_team",
    "leave_agency",
    "leave_team",
    "mark_seen",
    "name_supervisor",
    "note_failed_sign_in",
    "note_sign_in",
    "notify",
    "post_duty",
    "record_training",
    "settle",
    "system",
    "take_off_duty",
]
