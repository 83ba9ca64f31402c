"""A referral: a contact, or a worry, put before the hub, decided against a clock, answered."""

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Team, User
from cases.models import Case, Contact, Kept, Person

# The answer to a referrer whose agency must not be told anything of a child in it: the portal tells them
# nothing (referrals.queries.withheld), and this only once they may be told again. And what is shown in place
# of an answer that may tell of a child who is hidden from whoever reads it.
IN_PERSON = "The hub answers you in person. Call the hub."


class State(models.TextChoices):
    WAITING = "waiting", "Waiting for a decision"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    RETURNED = "returned", "Returned for information"
    # Of hidden children alone: the records' owners have answered whoever referred.
    ANSWERED = "answered", "Answered in person"


class Agreed(models.TextChoices):
    """Whether the family agreed to early help. It is not the lawful basis of sharing."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_ASKED = "not asked", "They were not asked"


class Referral(Kept):
    """One referral of one or more children. `due_at`: one working day after it arrived."""

    hub = models.ForeignKey(Team, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    wanted = models.CharField(max_length=300, blank=True)
    agreed = models.CharField(max_length=12, choices=Agreed)
    agreed_why_not = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decision_reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    grant_ref = models.UUIDField(unique=True)

    people = "children__person"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(contact__isnull=False, state="waiting"),
                name="one_waiting_referral_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                    & ~Q(answer="")
                ),
                name="decided_by_somebody_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"R-{self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def keeps_contact_back(self) -> bool:
        """Whether a child in its contact is hidden from the viewer whom a query found it for.

        A command is told everything: what no query has asked of it keeps nothing back.
        """
        return getattr(self, "hides_contact", False)

    @property
    def keeps_words_back(self) -> bool:
        """So, or a child of its own is hidden from them: its words may be of that child."""
        return self.keeps_contact_back or getattr(self, "hides_child", False)

    @property
    def keeps_reason_back(self) -> bool:
        """So, or what whoever made it wrote is of a contact that is for police only."""
        return self.keeps_words_back or getattr(self, "crosses", False)

    @property
    def answer_shown(self) -> str:
        return IN_PERSON if self.answer and self.keeps_words_back else self.answer

    @property
    def is_police_only(self) -> bool:
        """Whether the lead agency alone may see it in a chronology: as its contact is handled."""
        return self.contact is not None and self.contact.is_police_only


class ReferralChild(models.Model):
    """A child in a referral, and what the owner of the child's hidden record decided of it in the hub's
    place (`reason`), and told whoever referred in person (`answer`)."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="children")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    goes_with = ("referral", "person")

    class Meta:
        verbose_name_plural = "referral children"
        constraints = [
            models.UniqueConstraint(fields=["referral", "person"], name="a_child_once_a_referral"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, reason="", answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(reason="")
                    & ~Q(answer="")
                ),
                name="answered_in_person_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.referral_id}"
