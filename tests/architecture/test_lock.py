"""The second lock is on every table that holds children's data: found by their paths, not by a list."""

import re

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.architecture.test_house import OURS

# A path to a child, and why no lock is on it.
OPEN = {
    "insights_evaluation": "a plan: which service, no child",
}
# No path to a child that keys show, and locked all the same.
BESIDE = {
    *("rest_idempotentrequest", "insights_frozendata", "cases_contactdraft"),
    "oversight_homepostcode",
}
# Where children's data begins.
SOURCES = {"cases_person", "cases_contact", "cases_case"}


def ours() -> list[type[models.Model]]:
    found = [model for app in OURS[:-1] for model in apps.get_app_config(app).get_models()]
    return [*found, *(f.remote_field.through for m in found for f in m._meta.many_to_many)]


def leads_to_a_child(model: type[models.Model], seen: frozenset[type[models.Model]]) -> bool:
    if model._meta.db_table in SOURCES:
        return True
    keys = [f.related_model for f in model._meta.get_fields(include_hidden=True) if f.many_to_one]
    keys += [f.related_model for f in model._meta.get_fields() if f.one_to_one and f.concrete]
    return any(leads_to_a_child(key, seen | {model}) for key in keys if key not in seen)


def children_s_tables() -> list[str]:
    # A view has no rows of its own.
    tables = [model for model in ours() if model._meta.managed]
    found = {
        model._meta.db_table for model in tables if leads_to_a_child(model, frozenset({model}))
    }
    return sorted((found | BESIDE) - set(OPEN))


@pytest.mark.parametrize("table", children_s_tables())
def test_the_table_is_locked_and_its_owner_too(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relrowsecurity, relforcerowsecurity, (select count(*) from pg_policies "
            "where tablename = relname) from pg_class where relname = %s",
            [table],
        )
        assert cursor.fetchone() == (True, True, 1)


def test_the_portal_s_role_can_neither_take_the_lock_off_nor_walk_round_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolsuper or rolbypassrls, "
            "(select count(*) from pg_tables where tableowner = current_user) "
            "from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == (False, 0)


def test_no_policy_is_left_without_the_functions_that_it_asks() -> None:
    """Going back through the migrations: a policy that was changed is not changed back, so what it asks is
    dropped no sooner than the policy itself."""
    graph = MigrationLoader(None).graph
    said = [
        (step, str(operation.sql), str(operation.reverse_sql))
        for step, node in graph.nodes.items()
        for operation in node.operations
        if isinstance(operation, RunSQL)
    ]

    def steps(pattern: str, *, back: bool = False) -> dict[str, tuple[str, str]]:
        return {
            name: step
            for step, sql, reverse in said
            for name in re.findall(pattern, reverse if back else sql)
        }

    locked = steps(r"create policy portal on (\w+)")
    dropped = steps(r"drop function (\w+)", back=True)
    asked = [
        (table, name)
        for _, sql, _ in said
        for table in re.findall(r"alter policy portal on (\w+)", sql)
        for name in set(re.findall(r"portal_\w+", sql)) & set(dropped)
        if dropped[name] not in graph.forwards_plan(locked[table])
    ]
    assert asked == []
