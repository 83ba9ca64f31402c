"""The policies of row-level security, as migrations write them: one a table, in the words of the rules.

A policy says which rows whoever asks may see, and so may write. `portal_hidden` and `portal_grants`
are functions of the database (cases/migrations): children whom the viewer may not know of, and the
viewer's live access rows. What stands in a sub-select is asked once a query, not once a row.
"""

from collections.abc import Iterable

from django.db.migrations import RunSQL

TASK = "(select coalesce(current_setting('portal.task', true), '') <> '')"
WIDE = "(select current_setting('portal.wide', true) = 'yes')"
POLICE = "(select current_setting('portal.police', true) = 'yes')"
VIEWER = "(select nullif(current_setting('portal.viewer', true), '')::bigint)"
AGENCY = "(select nullif(current_setting('portal.agency', true), '')::bigint)"
GROUPS = "((select coalesce(current_setting('portal.groups', true), '{}'))::int[])"
# In a hub, or standing in for one at this moment: its group is among theirs.
HUB = f"(select exists (select from accounts_team t where t.is_hub and t.group_id = any {GROUPS}))"


def not_hidden(person: str = "person_id") -> str:
    """The child is neither restricted nor sealed to whoever asks."""
    return f"not {person} = any ((select portal_hidden())::bigint[])"


def widely(person: str = "person_id") -> str:
    """Lead agency and hub, of every child who is not hidden from them."""
    return f"({WIDE} and {not_hidden(person)})"


def granted(column: str, of: str, *sections: str, beside_shares: bool = False) -> str:
    """A column holds a child (`of` person) or a place open to whoever asks, in a section if any is named.

    `beside_shares`: by the team or a task, not by a share alone.
    """
    said = []
    if sections:
        said.append("section in (" + ", ".join(f"'{each}'" for each in ("full", *sections)) + ")")
    if beside_shares:
        said.append("ground <> 'share'")
    where = f" where {' and '.join(said)}" if said else ""
    return f"{column} in (select {of} from portal_grants(){where})"


def seen(column: str, table: str) -> str:
    """The row that a key points to is seen itself, by its own policy."""
    return f"exists (select from {table} seen where seen.id = {column})"


def crosses() -> str:
    """What is police only never crosses to another agency."""
    return f"(not police_only or {POLICE})"


def crosses_of(contact: str = "contact_id") -> str:
    """What tells of a contact, if it tells of one, tells another agency of none that is police only."""
    return f"({contact} is null or {POLICE} or not portal_is_police_only({contact}))"


def beside_no_hidden(contact: str = "contact_id") -> str:
    """If the row tells of a contact, no child in it is hidden from whoever asks."""
    return (
        f"({contact} is null or not {contact} = any ((select portal_hidden_contacts())::bigint[]))"
    )


def tells_of_no_hidden() -> str:
    """A line of the chronology is not that of a contact with a hidden child."""
    return f"(kind <> 'contact' or {beside_no_hidden()})"


def whole_words(event: str) -> str:
    """No hidden child is in what a line's words were written of: its contact, or how its case ended.

    What was observed, and a flag, are of one child each.
    """
    return (
        f"({event}.kind in ('observation', 'flag') or {beside_no_hidden(f'{event}.contact_id')}) "
        f"and ({event}.kind <> 'case' or {event}.place_id is null "
        f"or not {event}.place_id = any ((select portal_places_beside_hidden())::bigint[]))"
    )


def lock(table: str, *visible: str) -> RunSQL:
    """Lock a table: a task sees every row, anybody else those of which one of these holds."""
    using = " or ".join([TASK, *(f"({each})" for each in visible)])
    return RunSQL(
        f"alter table {table} enable row level security; alter table {table} force row level security; "
        f"create policy portal on {table} using ({using});",
        f"drop policy portal on {table}; alter table {table} no force row level security; "
        f"alter table {table} disable row level security;",
    )


def change(table: str, *visible: str) -> RunSQL:
    """The table's policy from now on; the one before it is not brought back."""
    using = " or ".join([TASK, *(f"({each})" for each in visible)])
    return RunSQL(f"alter policy portal on {table} using ({using});", RunSQL.noop)


def tables(locked: Iterable[tuple[str, ...]]) -> list[RunSQL]:
    """(table, what makes a row visible ...) each."""
    return [lock(table, *visible) for table, *visible in locked]
