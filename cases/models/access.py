"""Access rows: guardian's direct foreign-key permissions, each with a window.

One row per period and section, on a user or a group. A row is live while starts_at <= now < until
(no until: no end in sight). `grant_ref` names the period that it came from: one share, team place,
triage, duty call. While a row is live its `until` may be rewritten; once ended, never.
Only cases.access reads and writes these tables; it reads them as one, through AccessRow.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models import User


class Section(models.TextChoices):
    """What of a child's record one may see. FULL is the lead agency's view, with the readings."""

    FULL = "full", "The full record"
    SUMMARY = "summary", "Summary"
    CHRONOLOGY = "chronology", "Chronology"
    WATCH = "watch", "What to watch for"
    PLAN = "plan", "Plan"
    INTERVENTIONS = "interventions", "Interventions"
    CONTRIBUTIONS = "contributions", "Contributions"


PERMISSIONS = tuple(
    (f"see_{section}", f"See {label.lower()}") for section, label in Section.choices
)


class Window(models.Model):
    """From when, until when, on which ground, and of which period."""

    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=20)
    grant_ref = models.UUIDField(db_index=True)

    goes_with = ("content_object",)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.ground} from {self.starts_at:%Y-%m-%d %H:%M}"


def _meta(holder: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=[holder, "permission", "content_object", "grant_ref"],
            name="%(class)s_one_a_period",
        ),
        models.CheckConstraint(
            condition=Q(until=None) | Q(until__gte=F("starts_at")), name="%(class)s_window"
        ),
    ]


def _to(model: Any, *, null: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        model, models.DO_NOTHING, related_name="+", db_constraint=False, null=null
    )


class ByUser(UserObjectPermissionBase, Window):
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    permission = models.ForeignKey(Permission, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = _meta("user")
        indexes = [models.Index(fields=["user", "content_object"])]


class ByGroup(GroupObjectPermissionBase, Window):
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    permission = models.ForeignKey(Permission, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = _meta("group")
        indexes = [models.Index(fields=["group", "content_object"])]


class PersonUserPermission(ByUser):
    """A user's sight of a child: an own contact, a duty call, a reason."""

    content_object = models.ForeignKey("cases.Person", models.PROTECT, related_name="by_user")


class PersonGroupPermission(ByGroup):
    """A group's sight of a child: the hub's, while a referral is in triage."""

    content_object = models.ForeignKey("cases.Person", models.PROTECT, related_name="by_group")


class PlaceUserPermission(ByUser):
    """A user's sight of a child's place in a case: the case team's, an action's owner's."""

    content_object = models.ForeignKey("cases.CaseChild", models.PROTECT, related_name="by_user")


class PlaceGroupPermission(ByGroup):
    """A group's sight of a child's place in a case: the team's that runs it, an agency's by share."""

    content_object = models.ForeignKey("cases.CaseChild", models.PROTECT, related_name="by_group")


class AccessRow(models.Model):
    """The rows of all four tables as one, a view of the database, read by cases.access.scope alone.

    `person` is the child, also where the row is on a `place`; one of `user` and `group` holds it, and
    the other's id is 0.
    `hidden` says that the child is restricted or sealed at this moment.
    """

    id = models.BigIntegerField(primary_key=True)
    person = _to("cases.Person")
    place = _to("cases.CaseChild", null=True)
    user = _to(User)
    group = _to(Group)
    section = models.CharField(max_length=20)
    ground = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    hidden = models.CharField(max_length=10, null=True)  # noqa: DJ001  (no row beside: nothing)

    goes_with = ("person", "place")

    class Meta:
        managed = False
        db_table = "cases_accessrow"

    def __str__(self) -> str:
        return f"{self.section} of {self.person_id} by {self.ground}"
