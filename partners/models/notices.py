"""Notices: one-off disclosures with a life of their own."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

import clock
from accounts.models import Agency, AgencyKind, User
from cases.models import ChronologyEvent, Contact, ContactType, Person
from govuk.dates import moment_in_words
from partners.models.agreements import LawfulBasis


class NoticeKind(models.TextChoices):
    ENCOMPASS = "Operation Encompass", "Operation Encompass, to a school"
    HEALTH = "police notification to health", "Police notification to health"
    CHILDRENS_SERVICES = (
        "police notification to children's services",
        "Police notification to children’s services",
    )
    OTHER = "other", "Another notice"


# Whom a kind may go to; any partner where nothing is said.
RECEIVERS = {
    NoticeKind.ENCOMPASS: AgencyKind.SCHOOL,
    NoticeKind.HEALTH: AgencyKind.HEALTH,
    NoticeKind.CHILDRENS_SERVICES: AgencyKind.CHILDRENS_SERVICES,
}


class Caution(models.TextChoices):
    """What the receiver must not do. A default by judgement; the sender adds words of their own."""

    DO_NOT_APPROACH = (
        "do not approach",
        "Do not approach the person who is thought to have done it",
    )
    DO_NOT_SPEAK = "do not speak to the family", "Do not speak to the family about it"
    DO_NOT_QUESTION = (
        "do not question the child",
        "Do not question the child: be there, listen, and write down what they say",
    )
    CHECK_WHO_COLLECTS = "check who collects", "Check who may collect the child, and ring us first"


# How many words of a text are no turn of phrase that anybody would use (default by judgement).
A_SENTENCE = 4
# How long after a late notice its answer is due (default by judgement).
LATE_ANSWER = timedelta(hours=1)


class Notices(models.QuerySet["Notice"]):
    def standing(self) -> "Notices":
        """Those that were not recalled."""
        return self.filter(recalled_at=None)

    def to_see_to(self) -> "Notices":
        """Those that nobody of the receiving agency sees to yet."""
        return self.standing().filter(acknowledged_at=None)


class Notice(models.Model):
    """One child, one incident, one receiving agency: what its staff are told, and what they do.

    It opens nothing else: `child_name` and `child_born` are as they were told, like the rest of it.
    `due_at`: when it should be there; `answer_due_at`: when somebody should see to it.
    """

    kind = models.CharField(max_length=50, choices=NoticeKind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    child_name = models.CharField(max_length=201)
    child_born = models.DateField(null=True, blank=True)
    content = models.TextField()
    cautions = ArrayField(models.CharField(max_length=40, choices=Caution), default=list)
    caution_words = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=120)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    late_why = models.CharField(max_length=300, blank=True)
    # Whoever sent it said that it could not wait for a decision not to share to be reviewed.
    despite_decision = models.BooleanField(default=False)
    # Its line in the chronology, which a recall narrows.
    event = models.ForeignKey(ChronologyEvent, models.PROTECT, null=True, related_name="+")
    # The first of the receiving agency's people who opened it; a machine that fetches it reads nothing.
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    seen_to_by = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recall_reason = models.CharField(max_length=300, blank=True)
    # When the receiver's managers, and when the sender and the hub, were told that it waits.
    managers_told_at = models.DateTimeField(null=True, blank=True)
    climbed_at = models.DateTimeField(null=True, blank=True)

    goes_with = ("person", "contact", "event")
    objects = Notices.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "person", "agency", "kind"],
                condition=Q(recalled_at=None, contact__isnull=False),
                name="one_notice_of_a_contact",
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "kind", "happened_at"],
                condition=Q(recalled_at=None, contact=None),
                name="one_notice_of_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-sent_at"]),
            models.Index(fields=["person", "-sent_at"]),
            models.Index(fields=["sent_by", "acknowledged_at"]),
            # What is chased, every five minutes.
            models.Index(
                fields=["answer_due_at"],
                condition=Q(acknowledged_at=None, recalled_at=None),
                name="partners_notice_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"N-{self.pk}"

    @property
    def was_late(self) -> bool:
        return self.sent_at > self.due_at

    @property
    def is_overdue(self) -> bool:
        """Whether nobody sees to it, though somebody should by now."""
        return self.acknowledged_at is None and clock.now() >= self.answer_due_at

    @property
    def answered_late(self) -> bool:
        return self.acknowledged_at is not None and self.acknowledged_at > self.answer_due_at

    @property
    def cautions_in_words(self) -> list[str]:
        chosen = [label for value, label in Caution.choices if value in self.cautions]
        return [*chosen, self.caution_words] if self.caution_words else chosen

    def fix_times(self) -> None:
        """Set what follows from when it happened and when it is sent."""
        self.due_at = notice_due(self.kind, self.happened_at, sent_at=self.sent_at)
        late_answer = clock.add_working_days(self.sent_at + LATE_ANSWER, 0)
        self.answer_due_at = late_answer if self.was_late else self.due_at

    def refusals(self) -> dict[str, str]:
        """What of the notice itself keeps it from being sent: {field: what to do instead}."""
        contact, receiver = self.contact, RECEIVERS.get(NoticeKind(self.kind))
        refused = {
            "contact": (
                contact is not None and contact.is_police_only,
                "Choose another contact: a contact marked police only never crosses to a partner.",
            ),
            "child": (
                contact is not None and not contact.children.filter(person=self.person).exists(),
                "Choose a child who was in this contact.",
            ),
            "happened_at": (
                self.happened_at > self.sent_at,
                "Enter when it happened: a moment that has passed.",
            ),
            "agency": (
                self.agency.is_lead or (receiver is not None and self.agency.kind != receiver),
                f"Choose {_RECEIVER_WORDS[NoticeKind(self.kind)]} to receive this notice.",
            ),
            "cautions": (
                not set(self.cautions) <= set(Caution.values),
                "Choose from the cautions listed.",
            ),
            "purpose": (not self.purpose.strip(), "Say what this is for, in a word or two."),
            "lawful_basis": (
                self.lawful_basis not in LawfulBasis.values,
                "Choose a lawful basis of those listed.",
            ),
            "late_why": (
                self.was_late and not self.late_why.strip(),
                f"Say why it is late: it was due before {moment_in_words(self.due_at)}.",
            ),
        }
        found = {field: words for field, (is_refused, words) in refused.items() if is_refused}
        if wrong := not_to_be_sent(self.content, self.person, contact):
            found["content"] = wrong
        return found


_RECEIVER_WORDS = {
    NoticeKind.ENCOMPASS: "a school",
    NoticeKind.HEALTH: "a health agency",
    NoticeKind.CHILDRENS_SERVICES: "children’s services",
    NoticeKind.OTHER: "a partner",
}


def notice_due(kind: str, happened_at: datetime, *, sent_at: datetime) -> datetime:
    """When a notice should be there.

    Operation Encompass: before the next school day starts (found: design/domain.md 2.2 and 5.5).
    The others: by the end of the working day after they are sent (default by judgement).
    """
    if kind == NoticeKind.ENCOMPASS:
        return clock.next_school_start(happened_at)
    return clock.end_of_next_working_day(sent_at)


def usual_kind(contact: Contact | None) -> NoticeKind | None:
    """The kind that a contact calls for; None where nothing speaks for one."""
    is_abuse = contact is not None and contact.contact_type == ContactType.DOMESTIC_ABUSE
    return NoticeKind.ENCOMPASS if is_abuse else None


def not_to_be_sent(content: str, person: Person, contact: Contact | None) -> str:
    """What in the words for a receiver must come out, and what to do; '' where nothing was found.

    It finds what the portal holds of this child and contact: the text as typed, the other children,
    the addresses. Whoever else is named, only a person can see.
    """
    if not content.strip():
        return "Write what the receiver should know."
    typed = contact.narrative.strip() if contact else ""
    if len(typed.split()) >= A_SENTENCE and typed in content:
        return "Write it in words of your own: the text of a contact is never passed on as typed."
    others = _others(person, contact)
    for other in others:
        first = other.forenames.split()[0] if other.forenames.split() else ""
        if first and re.search(rf"\b({re.escape(first)}|{re.escape(first.upper())})\b", content):
            return f"Leave out the name of anybody else: {first} was in this contact too."
    for address in _addresses([person, *others], contact):
        if address in _plain(content):
            return "Leave out addresses and postcodes: the receiver does not need them from here."
    return ""


def _others(person: Person, contact: Contact | None) -> list[Person]:
    """The other children of the contact; a namesake of the child cannot be told from them."""
    if contact is None:
        return []
    children = contact.children.exclude(person=person).select_related("person")
    return [each.person for each in children if each.person.forenames != person.forenames]


def _addresses(people: list[Person], contact: Contact | None) -> Iterator[str]:
    """Postcodes, and lines with a number and a street: 'at home' is no address."""
    lines = [person.address for person in people] + ([contact.location] if contact else [])
    first = (line.partition(",")[0] for line in lines)
    yield from (_plain(line) for line in first if re.search("[0-9].*[A-Za-z]{3}", line))
    yield from (plain for person in people if (plain := _plain(person.postcode)))


def _plain(words: str) -> str:
    return re.sub(r"[\s,]+", "", words).casefold()
