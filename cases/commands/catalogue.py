"""Bring the catalogue's file into the database."""

import asking
import audit.commands
from accounts.models import User
from audit.models import Kind
from cases import catalogue
from cases.models import Indicator


@asking.command
def load_catalogue(source: catalogue.Catalogue, *, by: User) -> int:
    """Add or update every indicator of the catalogue; what left it is switched off, never deleted."""
    for entry in source.indicators.values():
        decay = source.decay_classes[entry.decay]
        Indicator.objects.update_or_create(
            code=entry.code,
            defaults={
                "kind": entry.kind,
                "name": entry.name,
                "definition": entry.definition or entry.evidence,
                "domain": entry.domain,
                "lens": entry.lens or "",
                "age_bands": list(entry.age_bands),
                "trigger": entry.safeguarding_trigger,
                "trigger_by_severity": {
                    str(severity): trigger
                    for severity, trigger in entry.safeguarding_trigger_by_severity.items()
                },
                "is_enduring": decay.enduring,
                "is_enabled": entry.enabled,
                "factor_basis": entry.factor_basis,
                "weight_basis": entry.weight_basis,
                "sources": [
                    {"id": s.id, "title": s.title, "url": s.url, "status": s.status}
                    for s in entry.sources
                ],
                "note": entry.note,
            },
        )
    Indicator.objects.exclude(code__in=source.indicators).update(is_enabled=False)
    audit.commands.record(
        Kind.ALTERATION,
        "load catalogue",
        records={"version": source.meta.version, "indicators": len(source.indicators)},
        by=by,
    )
    return len(source.indicators)
