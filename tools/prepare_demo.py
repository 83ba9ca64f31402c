"""Everything that the demo's database and pages need before the web server starts, in one process.

Each start of Django costs seconds, so migrate, collectstatic and seed_demo share one. The argument
names the file to write the list of who can sign in to.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def main(who: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    import asking

    asking.process("prepare demo")

    call_command("migrate", verbosity=0, interactive=False)
    if static_is_stale():
        call_command("collectstatic", verbosity=0, interactive=False)
    call_command("seed_demo")
    answer = io.StringIO()
    call_command("seed_demo", "--who", stdout=answer)
    who.write_text(answer.getvalue())


def static_is_stale() -> bool:
    """True if a source is newer than the manifest that the last collectstatic wrote at its end."""
    from django.conf import settings

    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    written = manifest.stat().st_mtime
    return any(source.stat().st_mtime > written for source in static_sources())


def static_sources() -> Iterator[Path]:
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for path, storage in finder.list([]):
            yield Path(storage.path(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
