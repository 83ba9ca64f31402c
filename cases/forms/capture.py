"""A contact as it is logged: who, what happened, where, is the child safe now."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import accounts.queries
import cases.commands
import cases.queries
import clock
from accounts.models import User
from cases.forms.described import Age, Typed, birth_date_field
from cases.matching.keys import Described
from cases.models import ContactType, Handling, Safe, Sex, born_about
from cases.queries import Candidate
from govuk import fields

MOST_CHILDREN = 4
NONE_OF_THESE, NOT_KNOWN = "none", "unsure"
NAMELESS = "Enter a first name, a nickname or a surname"


class Child(Typed):
    """One child of a contact: who they seem to be, and which known child this is.

    `candidates` are found while cleaning. `person` is a candidate's id, 'none' or 'unsure'; `shown`
    are the ids that the answer was given about: 'none of these' says nothing of any other.
    `is_described`: enough was typed to look for somebody; whoever is matched blind reads the same last
    words, and nothing is looked for while they type.
    """

    forenames = fields.Text(
        "First names",
        max_length=120,
        width="two-thirds",
        autocomplete="off",
        spellcheck=False,
        required=False,
    )
    surname = fields.Text(
        "Surname",
        max_length=80,
        width="two-thirds",
        autocomplete="off",
        spellcheck=False,
        required=False,
    )
    date_of_birth = birth_date_field()
    age = Age("Age, if you don’t know the date of birth")
    sex = fields.Select(
        "Sex",
        choices=[choice for choice in Sex.choices if choice[0] != Sex.UNKNOWN],
        prompt=Sex.UNKNOWN.label,
        required=False,
    )
    address = fields.Text("Address", max_length=200, autocomplete="off", required=False)
    postcode = fields.Text(
        "Postcode", max_length=10, width=10, autocomplete="off", spellcheck=False, required=False
    )
    person = fields.Text("Which child this is", max_length=20, required=False)
    shown = fields.Hidden(required=False)
    mark_optional = False
    MORE = ("age", "sex", "address", "postcode")

    def __init__(self, sent: Any = None, *, number: int, viewer: User) -> None:
        super().__init__(sent, prefix=f"child-{number}")
        self.number, self.viewer = number, viewer
        self.candidates: list[Candidate] = []
        self.is_searched = self.is_described = False

    @property
    def is_blank(self) -> bool:
        return not set(self.changed_data) - {"person", "shown"}

    @property
    def more_is_open(self) -> bool:
        """Whether anything stands, or is wrong, in what is folded away."""
        return any(name in self.errors or self[name].value() for name in self.MORE)

    @property
    def described(self) -> Described:
        """The child as typed; without a birth date where only an age was said."""
        said = self.cleaned_data
        return Described(
            surname=said.get("surname", ""),
            forenames=said.get("forenames", ""),
            date_of_birth=said.get("date_of_birth"),
            sex=said.get("sex", ""),
            address=said.get("address", ""),
            postcode=said.get("postcode", ""),
        )

    @property
    def is_undecided(self) -> bool:
        """Whether known children are offered and no answer about all of them has been given."""
        if not self.candidates or self.chosen is not None:
            return False
        offered = {str(each.pointer.person.pk) for each in self.candidates}
        answered = self.choice in {NONE_OF_THESE, NOT_KNOWN}
        return not (answered and offered <= set(self.cleaned_data.get("shown", "").split()))

    @property
    def choice(self) -> str:
        return str(self.cleaned_data.get("person", ""))

    @property
    def chosen(self) -> Candidate | None:
        """The candidate that was chosen."""
        found = (each for each in self.candidates if str(each.pointer.person.pk) == self.choice)
        return next(found, None)

    @property
    def offers_flag(self) -> bool:
        """Whether a safeguarding flag is open on one of those offered."""
        return any(each.pointer.flag_open for each in self.candidates)

    @property
    def offers_caution(self) -> bool:
        """Whether there is something to beware of with one of those offered."""
        return any(each.pointer.cautions for each in self.candidates)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_blank:
            return cleaned
        # What could not be cleaned is said at its own field.
        if not any(cleaned.get(name, "wrong") for name in ("forenames", "surname")):
            self.add_error("forenames", NAMELESS)
        self._find_candidates()
        if self.choice not in {"", NONE_OF_THESE, NOT_KNOWN} and self.chosen is None:
            self.add_error("person", "Choose one of the children listed, or none of them")
        return cleaned

    def _find_candidates(self) -> None:
        """Nothing is looked for with a name, a birth date or a postcode alone."""
        described = self.described
        said = (described.surname, described.forenames, described.date_of_birth, described.postcode)
        if sum(bool(each) for each in said) < 2:
            return
        self.is_described = True
        self.is_searched = cases.queries.may_match(viewer=self.viewer)
        self.candidates = cases.queries.candidates(described, viewer=self.viewer)

    def seen(self) -> cases.commands.ChildSeen:
        """The child as the command takes it. A new record keeps which known children it may be."""
        if self.chosen is not None:
            return cases.commands.ChildSeen(self.described, person=self.chosen.pointer.person)
        unsure = self.choice == NOT_KNOWN
        likely = [c for c in self.candidates if unsure or c.match.certainty in {"sure", "likely"}]
        age = self.cleaned_data["age"]
        is_estimate = self.described.date_of_birth is None and age is not None
        return cases.commands.ChildSeen(
            described=self._with_birth_date(born_about(age, clock.today()))
            if is_estimate
            else self.described,
            sex=self.cleaned_data["sex"] or Sex.UNKNOWN,
            birth_date_estimated=is_estimate,
            is_provisional=unsure and bool(self.candidates),
            likely=[(c.pointer.person, c.match.weight, c.match.reasons) for c in likely],
        )

    def _with_birth_date(self, born: date) -> Described:
        return replace(self.described, date_of_birth=born)


class Capture(Typed):
    """A contact as it is logged in the street: who, where, what happened, is the child safe."""

    contact_type = fields.Select(
        "What kind of contact is this?",
        choices=[(kind.value, kind.value) for kind in ContactType],
        missing="Choose what kind of contact this is",
    )
    narrative = fields.TextArea(
        "What happened?",
        hint="Short: what you saw and heard, in words that could be read to the child",
        rows=4,
        missing="Say what happened",
    )
    safe_now = fields.Radios(
        "Is the child safe now?",
        hint="With several children: answer No if any of them is not",
        choices=Safe,
        hints={
            Safe.NO: "Whoever is on duty is called as you send this",
            Safe.NOT_KNOWN: "Whoever is on duty is called as you send this",
        },
        missing="Say whether the child is safe now",
    )
    location = fields.Text(
        "Where?", max_length=200, autocomplete="off", missing="Say where this was"
    )
    area = fields.Select("Area", prompt="Not sure", required=False, empty_value=None)
    occurred_at = fields.DateTime("When?", subject="The time", latest=clock.now)
    handling = fields.Radios(
        "Who may know?",
        choices=Handling,
        hints={
            Handling.SHARE: "A partner sees it only under an agreement, and only what is shared",
            Handling.POLICE_ONLY: "It never reaches a partner. Use it to protect a source or an "
            "investigation",
        },
        missing="Choose who may know about this",
    )
    mark_optional = False

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = {area.code: area for area in accounts.queries.areas(viewer=viewer)}
        field: Any = self.fields["area"]
        field.choices = [(code, area.name) for code, area in areas.items()]
        field.coerce = areas.__getitem__
        if not accounts.queries.is_in_lead_agency(viewer=viewer):
            # Police only is the lead agency's to say: what a partner tells is told to its hub.
            del self.fields["handling"]
        sent = self.data if self.is_bound else None
        self.children = [Child(sent, number=n, viewer=viewer) for n in range(MOST_CHILDREN)]

    @classmethod
    def begun(cls, *, viewer: User) -> "Capture":
        """An empty form: now, in the area where the viewer works."""
        team = accounts.queries.teams(viewer=viewer).exclude(area=None).select_related("area")
        first = team.first()
        here = {"area": first.area.code} if first and first.area else {}
        return cls(viewer=viewer, initial={"occurred_at": clock.now()} | here)

    @property
    def filled(self) -> list[Child]:
        """The children of whom anything was typed."""
        return [child for child in self.children if not child.is_blank]

    @property
    def undecided(self) -> list[Child]:
        """The children whom known ones are offered for, without an answer yet."""
        return [child for child in self.filled if child.is_undecided]

    @property
    def searched(self) -> list[Child]:
        return [child for child in self.filled if child.is_searched]

    @property
    def has_errors(self) -> bool:
        return any([self.errors, *(child.errors for child in self.children)])

    def is_valid(self) -> bool:
        return self.is_bound and not self.has_errors and not self.undecided

    def unjudged(self) -> None:
        super().unjudged()
        for child in self.children:
            child.unjudged()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.filled:
            self.children[0].add_error("forenames", NAMELESS)
        chosen: set[int] = set()
        for child in self.filled:
            candidate = child.chosen if child.is_valid() else None
            if candidate is None:
                continue
            if candidate.pointer.person.pk in chosen:
                child.add_error("person", "You have already chosen this child above")
            chosen.add(candidate.pointer.person.pk)
        return cleaned

    def told(self, key: UUID) -> cases.commands.Told:
        """The contact as the command takes it, under the key of its draft."""
        said = self.cleaned_data
        return cases.commands.Told(
            source="form",
            source_ref=str(key),
            occurred_at=said["occurred_at"],
            contact_type=said["contact_type"],
            narrative=said["narrative"],
            handling=said.get("handling", Handling.SHARE),
            safe_now=said["safe_now"],
            area=said["area"],
            location=said["location"],
            children=[child.seen() for child in self.filled],
        )
