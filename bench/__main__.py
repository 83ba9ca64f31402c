"""python -m bench [NAME ...]: each benchmark in a scratch database of its own, dropped afterwards."""

import json
import os
import sys
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")


def main(names: list[str]) -> int:
    django.setup()
    from bench import audit, nightly

    known = {"risk_nightly": lambda: [nightly.run()]}
    known |= {name: partial(audit.run, [name]) for name in audit.NAMES}
    wanted = names or [name for name in [os.environ.get("ONLY", "")] if name] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in wanted:
        for line in known[name]():
            print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
