"""The forms of a page as a browser has them: where they go, each field, and what it would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

Sent = dict[str, str | list[str]]
# Inputs that send nothing of a record: what is typed, and the page's own token.
TYPED = {"text", "search", "tel", "email", "password", "date", "number"}
TOKEN = "csrfmiddlewaretoken"


@dataclass
class Field:
    """`values`: what it offers (a typed field: what stands in it); `sent`: what a browser sends now."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def sends(self) -> Sent:
        """What a browser sends when nobody touches anything."""
        return {
            each.name: each.sent if len(each.sent) > 1 else each.sent[0]
            for each in self.fields.values()
            if each.sent
        }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: Field | None = None
        self.area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is None:
            return
        elif tag == "option" and self.select is not None:
            self.select.values.append(said.get("value", ""))
            if "selected" in said:
                self.select.sent.append(said.get("value", ""))
        elif said.get("name", TOKEN) != TOKEN:
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        assert self.open is not None
        kind = said.get("type", "text") if tag == "input" else tag
        if kind in {"submit", "button"}:
            return
        there = self.open.fields.setdefault(said["name"], Field(said["name"], kind))
        value = said.get("value", "on" if kind == "checkbox" else "")
        if tag == "select":
            self.select = there
        elif tag == "textarea":
            self.area = there
            there.sent.append("")
        elif tag == "input":
            there.values.append(value)
            if kind not in {"radio", "checkbox"} or "checked" in said:
                there.sent.append(value)

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.sent[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select is not None:
            self.select.sent = self.select.sent or self.select.values[:1]
            self.select = None
        elif tag == "textarea":
            self.area = None


def forms_on(page: str) -> Iterator[Form]:
    """The forms that write, without the one that signs out."""
    reader = _Reader()
    reader.feed(page)
    return (each for each in reader.forms if each.method == "post" and each.action != "/sign-out")
