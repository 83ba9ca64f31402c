"""The house as a picture: docs/floors.md, drawn from the contracts and from what the code imports.

    python -m tools.floors           writes it
    python -m tools.floors --check   says whether it is as the code is (part of `make check`)

The floors are those of import-linter's contract in pyproject.toml. The picture has an arrow from an app
to each app that it imports and reaches through no other; the table has them all.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/floors.md"
INTRODUCTION = """# The floors

Drawn by `python -m tools.floors` from the contracts in `pyproject.toml` and from the imports in the code;
`make check` fails where this page is not as the code is. An app imports only from the floors beneath it.
"""
TABLE = """
## Who imports whom

How many modules of the app in the row import from the app in the column. An arrow above stands for a number
here that no longer way explains.
"""


def floors() -> list[list[str]]:
    """The apps of each floor, the roof first."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(each for each in linter["contracts"] if each["id"] == "floors")
    return [[app.strip() for app in layer.split("|")] for layer in contract["layers"]]


def imports(apps: list[str]) -> dict[str, dict[str, int]]:
    """{app: {app that it imports: how many of its modules do}}, in the order of the floors."""
    graph = grimp.build_graph(*apps, cache_dir=None)
    inside = {app: {app, *graph.find_descendants(app)} for app in apps}
    found: dict[str, dict[str, int]] = {}
    for importer in apps:
        used = [graph.find_modules_directly_imported_by(module) for module in inside[importer]]
        counts = {app: sum(bool(each & inside[app]) for each in used) for app in apps}
        found[importer] = {app: n for app, n in counts.items() if n and app != importer}
    return found


def arrows(found: dict[str, dict[str, int]]) -> Iterator[tuple[str, str]]:
    """(app, app that it imports), those left out that are reached through another."""
    reach: dict[str, set[str]] = {}
    for importer in reversed(found):
        reach[importer] = set(found[importer]).union(*(reach[app] for app in found[importer]))
    for importer, imported in found.items():
        for app in imported:
            if not any(app in reach[other] for other in imported):
                yield importer, app


def picture(storeys: list[list[str]], found: dict[str, dict[str, int]]) -> list[str]:
    lines = ["```mermaid", "flowchart TD"]
    for number, storey in zip(range(len(storeys), 0, -1), storeys, strict=True):
        label = "roof" if number == len(storeys) else f"floor {number}"
        lines += [f'  subgraph storey{number}["{label}"]', *(f"    {a}" for a in storey), "  end"]
    return [*lines, *(f"  {one} --> {other}" for one, other in arrows(found)), "```"]


def table(found: dict[str, dict[str, int]]) -> list[str]:
    columns = [app for app in found if any(app in imported for imported in found.values())]
    head = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    rows = [
        f"| **{app}** | " + " | ".join(str(imported.get(c, "")) for c in columns) + " |"
        for app, imported in found.items()
        if imported
    ]
    return head + rows


def drawn() -> str:
    """The whole page."""
    storeys = floors()
    found = imports([app for storey in storeys for app in storey])
    parts = [INTRODUCTION, *picture(storeys, found), TABLE, *table(found)]
    return "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    page = drawn()
    if arguments != ["--check"]:
        PAGE.write_text(page)
        return 0
    if PAGE.exists() and PAGE.read_text() == page:
        return 0
    print("docs/floors.md is not as the code is. Run: python -m tools.floors", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
