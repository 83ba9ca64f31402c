"""Contributions from before the audience: nobody reads more than they did, and none is lost."""

from importlib import import_module

from cases.models import CaseChild
from partners.models import Contribution
from tests.conftest import WORKER
from tests.databases import mine
from tests.partners.conftest import World
from tools import databases

MIGRATION = import_module("partners.migrations.0020_help_and_asking")
# The table as it was; the rows are those of today.
AS_BEFORE = """
alter table partners_contribution drop constraint contribution_is_for_somebody;
alter table partners_contribution add column for_partners boolean not null default false;
"""


def test_who_read_a_contribution_goes_on_reading_it_and_nobody_else(
    committed_world: World,
) -> None:
    world = committed_world
    opened = ["contributions"]
    world.share(sections=opened)
    world.share(agency=world.charity, sections=opened)
    kept, meant = world.contribute(text="Kept"), world.contribute(text="Meant")
    elsewhere = CaseChild.objects.get(case=world.case, person=world.sibling)
    world.share(place=elsewhere, sections=opened)
    alone = Contribution.objects.create(
        place=elsewhere, agency=world.school, by=world.teacher, at=kept.at, text="Alone",
        audience=["hub"],
    )  # fmt: skip
    owner = databases.owner(mine(WORKER))
    with owner.cursor() as cursor:
        cursor.execute("set portal.task = 'test'")
        cursor.execute(AS_BEFORE)
        cursor.execute(
            "update partners_contribution set for_partners = id <> %s, audience = '{}', named = '{}'",
            [kept.pk],
        )
        cursor.execute(MIGRATION.AUDIENCES)
        cursor.execute("select id, audience, named from partners_contribution order by id")
        found = cursor.fetchall()
        cursor.execute(MIGRATION.BACK)
        cursor.execute("select id from partners_contribution where for_partners order by id")
        assert [pk for (pk,) in cursor.fetchall()] == [meant.pk, alone.pk]
    owner.close()
    full = ["lead agency", "hub"]
    assert found == [
        (kept.pk, full, []),
        (meant.pk, ["case team", *full], [world.charity.pk]),
        (alone.pk, ["case team", *full], []),
    ]
