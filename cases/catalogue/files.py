"""The catalogue in its file."""

from pathlib import Path

from cases.catalogue.contents import Catalogue, Source
from cases.catalogue.indicators import read_risk, read_strength
from cases.catalogue.meta import read_decay_classes, read_meta
from cases.catalogue.rows import Row, read, unique
from cases.catalogue.terms import SOURCE_STATUSES

DEFAULT_PATH = Path(__file__).parent.parent / "data" / "indicators.yaml"


def load(path: Path = DEFAULT_PATH) -> Catalogue:
    """The catalogue in a file. Raises CatalogueError at the first thing that is wrong."""
    return parse(read("catalogue", path))


def parse(content: object) -> Catalogue:
    """The catalogue in the plain values of its file. Raises CatalogueError as `load` does."""
    top = Row("catalogue", content)
    top.only("meta", "sources", "deliberately_excluded", "risk_indicators", "protective_factors")
    sources = {s.id: s for s in unique((_source(v) for v in top.items("sources")), "id")}
    meta = Row("meta", top["meta"])
    decay_classes = read_decay_classes(meta)
    indicators = [
        read_risk(value, sources, decay_classes) for value in top.items("risk_indicators")
    ]
    indicators += [
        read_strength(v, sources, decay_classes) for v in top.items("protective_factors")
    ]
    return Catalogue(
        meta=read_meta(meta, top.words("deliberately_excluded")),
        sources=tuple(sources.values()),
        decay_classes=decay_classes,
        indicators={i.code: i for i in unique(indicators, "code")},
    )


def _source(value: object) -> Source:
    row = Row("source", value)
    row.code = row.text("id")
    row.only("id", "status", "title", "url", "note")
    return Source(
        id=row.code,
        status=row.choice("status", SOURCE_STATUSES),
        title=row.text("title"),
        url=row.text("url"),
        note=row.text("note", default=""),
    )
