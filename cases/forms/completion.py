"""The rest of a contact, by the end of the shift: what was noticed, heard and decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import cases.commands
import cases.queries
import clock
from accounts.models import User
from cases.commands.completing import NO_SUSPECT
from cases.forms.described import Age, Typed
from cases.models import (
    AGE_OF_RESPONSIBILITY,
    ChildRole,
    Confidence,
    Contact,
    ContactChild,
    ContactType,
    Indicator,
    IndicatorKind,
    NextStep,
    Severity,
    Trigger,
)
from govuk import fields

# Which indicators are offered first with which kind of contact; default by judgement.
FITTING: dict[str, tuple[str, ...]] = {
    ContactType.ANTI_SOCIAL_BEHAVIOUR: ("IND07", "IND01", "PEE01", "IND03", "FAM06", "COM03"),
    ContactType.DOMESTIC_ABUSE: ("FAM01", "FAM02", "IND11", "FAM04", "FAM05", "FAM07"),
    ContactType.MISSING_PERSON: ("EXP01", "EXP02", "EXP03", "EXP06", "EXP04", "EXP05"),
    ContactType.CHILD_CONCERN: ("FAM02", "FAM01", "FAM06", "FAM04", "IND11", "FAM10"),
    ContactType.SCHOOL_INCIDENT: ("SCH07", "SCH09", "SCH01", "SCH03", "IND06", "IND12"),
    ContactType.VICTIM_OF_CRIME: ("IND13", "IND14", "COM01", "EXP05", "SCH07", "IND11"),
    ContactType.STOP_AND_SEARCH: ("IND06", "EXP07", "EXP04", "IND03", "COM03", "EXP05"),
    ContactType.MENTAL_HEALTH: ("IND11", "IND10", "FAM05", "FAM08", "IND09", "PEE03"),
    ContactType.ARREST: ("IND05", "IND04", "EXP03", "EXP07", "IND06", "PEE02"),
}
DOMAINS = {
    "individual": "The child or young person",
    "family": "Home and family",
    "school": "School, college and work",
    "peer": "Friends and peers",
    "community": "Community and places",
    "exploitation": "Exploitation and missing",
}
TRIGGER_HINTS = {
    Trigger.IMMEDIATE: "Calls whoever is on duty.",
    Trigger.CONSIDER: "Consider a referral.",
}


@dataclass(frozen=True)
class Offer:
    """One indicator as the form offers it, and what was ticked."""

    indicator: Indicator
    is_ticked: bool
    severity: str
    confidence: str

    @property
    def trigger_hint(self) -> str:
        return TRIGGER_HINTS.get(Trigger(self.indicator.trigger), "")


class ChildCompletion(Typed):
    """What was noticed and heard of one child. Ticked indicators have two answers beside them."""

    strengths = fields.Checkboxes("Strengths", small=True, required=False)
    indicators = fields.Checkboxes("What did you notice?", required=False)
    age = Age(
        "How old are they, about?",
        hint="Nobody knows their birth date yet. Your answer is kept as an estimate",
    )
    role = fields.Radios(
        "What were they in this?",
        hint="In this contact alone",
        choices=ChildRole,
        reveals={ChildRole.SUSPECT: "suspect_outcome"},
    )
    suspect_outcome = fields.Text(
        "What came of it?",
        hint="Or ‘not decided yet’",
        max_length=200,
    )
    voice = fields.TextArea(
        "What did they say or show?",
        hint="Their own words where you can",
        rows=3,
        required=False,
    )
    voice_why_not = fields.Text(
        "If you can’t say, why not?", max_length=300, required=False, subject="The reason"
    )
    mark_optional = False

    def __init__(
        self,
        sent: Any = None,
        *,
        child: ContactChild,
        day: date,
        catalogue: Mapping[str, Indicator],
        viewer: User,
    ) -> None:
        super().__init__(sent, prefix=f"child-{child.pk}")
        self.child, self.catalogue = child, catalogue
        # Beside siblings an error must say of whom it speaks.
        self.called = child.person.forenames or child.person.name
        for name, missing in (
            ("role", f"Choose what {self.called} was in this contact"),
            ("suspect_outcome", f"Say what came of it for {self.called}, or ‘not decided yet’"),
        ):
            self.fields[name].error_messages["required"] = missing
        for name, kind in (
            ("strengths", IndicatorKind.STRENGTH),
            ("indicators", IndicatorKind.RISK),
        ):
            offered = [(i.code, i.name) for i in catalogue.values() if i.kind == kind]
            field: Any = self.fields[name]
            field.choices, field.coerce = offered, catalogue.__getitem__
        years = cases.queries.age(child.person, viewer=viewer, on=day)
        if years is not None:
            del self.fields["age"]
            self._offer_roles(years)

    def _offer_roles(self, age: int) -> None:
        """Below ten nobody is a suspect: it is not offered, and refused with the rule where sent."""
        if age < AGE_OF_RESPONSIBILITY:
            roles: Any = self.fields["role"]
            roles.choices = [pair for pair in ChildRole.choices if pair[0] != ChildRole.SUSPECT]
            roles.error_messages["invalid_choice"] = f"{NO_SUSPECT} for {self.called}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_suspect(cleaned)
        heard = any(cleaned.get(name, "wrong") for name in ("voice", "voice_why_not"))
        if not heard:
            self.add_error("voice", f"Say what {self.called} said or showed, or why you don’t know")
        for indicator in cleaned.get("indicators") or ():
            if None in (self._severity(indicator), self._confidence(indicator)):
                self.add_error(
                    "indicators",
                    f"Choose how serious and how sure for {self.called}: {indicator.name}",
                )
        return cleaned

    def _check_suspect(self, cleaned: dict[str, Any]) -> None:
        """Where only an age is said: none, no suspect; below ten, no suspect either."""
        if cleaned.get("role") != ChildRole.SUSPECT or "age" not in self.fields:
            return
        if cleaned.get("age", "wrong") is None:
            self.add_error(
                "age", f"Say how old {self.called} was, about: a child under 10 is never a suspect"
            )
        elif "age" in cleaned and cleaned["age"] < AGE_OF_RESPONSIBILITY:
            self.add_error("role", f"{NO_SUSPECT} for {self.called}")

    def _beside(self, indicator: Indicator, what: str, default: object) -> str:
        """The answer beside a ticked indicator, as typed."""
        return str(self.data.get(self.add_prefix(f"{indicator.code}-{what}"), default))

    def _severity(self, indicator: Indicator) -> Severity | None:
        typed = self._beside(indicator, "severity", Severity.CLEAR.value)
        return next((each for each in Severity if str(each.value) == typed), None)

    def _confidence(self, indicator: Indicator) -> Confidence | None:
        typed = self._beside(indicator, "confidence", Confidence.REPORTED)
        return next((each for each in Confidence if each.value == typed), None)

    def offers(self, codes: Iterable[str]) -> list[Offer]:
        """These indicators as they stand on the form."""
        ticked = self["indicators"].value() or []
        return [
            Offer(
                indicator=self.catalogue[code],
                is_ticked=code in ticked,
                severity=self._beside(self.catalogue[code], "severity", Severity.CLEAR.value),
                confidence=self._beside(self.catalogue[code], "confidence", Confidence.REPORTED),
            )
            for code in codes
        ]

    @property
    def strengths_are_open(self) -> bool:
        return bool(self["strengths"].value())

    @property
    def groups_of_offers(self) -> list[tuple[str, bool, list[Offer]]]:
        """Heading, whether it stands open, offers: first those that fit the kind of contact."""
        risks = [i for i in self.catalogue.values() if i.kind == IndicatorKind.RISK]
        codes = [i.code for i in risks]
        first = [c for c in FITTING.get(self.child.contact.contact_type, ()) if c in codes]
        named = [("Often seen in this kind of contact", first)] + [
            (heading, [i.code for i in risks if i.domain == domain and i.code not in first])
            for domain, heading in DOMAINS.items()
        ]
        groups = [(heading, self.offers(group)) for heading, group in named if group]
        return [
            (heading, number == 0 or any(o.is_ticked for o in offers), offers)
            for number, (heading, offers) in enumerate(groups)
        ]

    def completion(self) -> cases.commands.Completion:
        """The child's completion as the command takes it."""
        said = self.cleaned_data
        # A strength is a fact without a measure: clear and confirmed, as the formula reads it.
        strengths = [
            cases.commands.Noticed(indicator, Severity.CLEAR, Confidence.CONFIRMED)
            for indicator in said["strengths"]
        ]
        risks = [
            cases.commands.Noticed(
                indicator,
                self._severity(indicator) or Severity.CLEAR,
                self._confidence(indicator) or Confidence.REPORTED,
            )
            for indicator in said["indicators"]
        ]
        return cases.commands.Completion(
            child=self.child,
            age=said.get("age"),
            role=said["role"],
            voice=said["voice"],
            voice_why_not=said["voice_why_not"],
            suspect_outcome=said["suspect_outcome"],
            noticed=[*strengths, *risks],
        )


class Completion(Typed):
    """The rest of a contact, by the end of the shift: each child's form, and what holds for all."""

    appearance = fields.Text("Appearance", hint="Clothing, health, injuries", required=False)
    behaviour = fields.Text("Behaviour", hint="Frightened, angry, withdrawn, calm", required=False)
    communication = fields.Text(
        "Communication", hint="What they could say, and with whom present", required=False
    )
    danger = fields.Text("Danger", hint="Who or what could hurt them", required=False)
    environment = fields.Text("Environment", hint="The place, who else was there", required=False)
    told_family = fields.Radios(
        "Did you tell the family?",
        hint="Only where it is safe to tell",
        choices=[("yes", "Yes"), ("no", "No")],
        reveals={"no": "told_family_why_not"},
        missing="Say whether you told the family",
    )
    told_family_why_not = fields.Text(
        "Why not?", max_length=300, missing="Say why you did not tell the family"
    )
    next_step = fields.Radios(
        "What next?",
        choices=NextStep,
        reveals={NextStep.NOTHING_MORE: "not_referred_why"},
        missing="Choose what happens next",
    )
    not_referred_why = fields.Text(
        "Why not refer?",
        hint="Needed where something you ticked says ‘Consider a referral’",
        max_length=300,
        required=False,
        subject="The reason",
    )
    mark_optional = False
    NOTICED = ("appearance", "behaviour", "communication", "danger", "environment")

    def __init__(self, *args: Any, contact: Contact, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = {i.code: i for i in cases.queries.indicators(viewer=viewer)}
        day = clock.london_date(contact.occurred_at)
        sent = self.data if self.is_bound else None
        self.children = [
            ChildCompletion(sent, child=child, day=day, catalogue=catalogue, viewer=viewer)
            for child in sorted(contact.children.all(), key=lambda each: each.pk)
        ]

    @property
    def has_errors(self) -> bool:
        return any([self.errors, *(child.errors for child in self.children)])

    def is_valid(self) -> bool:
        return self.is_bound and not self.has_errors

    def unjudged(self) -> None:
        super().unjudged()
        for child in self.children:
            child.unjudged()

    @property
    def prompts_are_open(self) -> bool:
        return any(name in self.errors or self[name].value() for name in self.NOTICED)

    @property
    def noticed(self) -> dict[str, str]:
        """The short prompts that were answered."""
        return {name: self.cleaned_data[name] for name in self.NOTICED if self.cleaned_data[name]}
