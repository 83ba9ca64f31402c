"""HTML as a tree that can be compared, and the examples that govuk-frontend ships with itself."""

import json
from html.parser import HTMLParser
from pathlib import Path

COMPONENTS = Path(__file__).parents[2] / "node_modules/govuk-frontend/dist/govuk/components"
VOID = {"input", "br", "hr", "img", "meta", "link"}
# Attributes whose words may stand in any order.
UNORDERED = {"class"}


class Tree(HTMLParser):
    """Elements as [tag, attributes, children]; text with its white space evened out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root: list = ["root", {}, []]
        self.open = [self.root]
        self.feed(html)
        assert self.open == [self.root], f"not closed: {self.open[-1][0]}"

    def handle_starttag(self, tag, attrs):
        node = [tag, {name: self._value(name, value) for name, value in attrs}, []]
        self.open[-1][2].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data):
        text = " ".join(data.split())
        if text:
            self.open[-1][2].append(text)

    @staticmethod
    def _value(name, value):
        if name in UNORDERED:
            return sorted((value or "").split())
        # The attribute alone and the attribute with nothing in it mean the same.
        return " ".join(value.split()) if value else ""


def tree(html: str) -> list:
    return Tree(str(html)).root[2]


def elements(html: str, tag: str = "", **attrs: object) -> list[dict]:
    """The attributes of every element of this tag that has these attributes, in order."""
    found: list[dict] = []

    def walk(nodes):
        for node in nodes:
            if isinstance(node, str):
                continue
            name, own, children = node
            if tag in ("", name) and all(own.get(key) == value for key, value in attrs.items()):
                found.append(own)
            walk(children)

    walk(tree(html))
    return found


def ids(html: str) -> set[str]:
    return {own["id"] for own in elements(html) if "id" in own}


def examples(component: str) -> dict[str, tuple[dict, str]]:
    """Name -> (options, HTML) of a component's published examples."""
    shipped = json.loads((COMPONENTS / component / "fixtures.json").read_text())
    return {one["name"]: (one["options"], one["html"]) for one in shipped["fixtures"]}
