"""Are requirements/*.txt the locks of requirements/*.in, and of one mind?

    python -m tools.lock_check

Without a network: each pin of a source must be in its lock, and runtime.txt must agree with
dev.txt.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    """Version by package, names normalised as the package indexes do."""
    return {re.sub(r"[-_.]+", "-", name).lower(): v for name, v in PIN.findall(path.read_text())}


def faults(folder: Path) -> Iterator[str]:
    """Each fault in a sentence."""
    for name in ("uv", "runtime", "dev"):
        locked = pins(folder / f"{name}.txt")
        for package, version in pins(folder / f"{name}.in").items():
            if locked.get(package) != version:
                yield f"{name}.in wants {package} {version}, {name}.txt has {locked.get(package)}."
    dev = pins(folder / "dev.txt")
    for package, version in pins(folder / "runtime.txt").items():
        if dev.get(package) != version:
            yield f"runtime.txt has {package} {version}, dev.txt has {dev.get(package)}."


def main() -> int:
    found = list(faults(REQUIREMENTS))
    for fault in found:
        print(f"{fault} Run make lock.", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
