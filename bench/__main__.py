"""python -m bench [NAME ...]: each benchmark in a scratch database of its own, dropped afterwards."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")


def main(names: list[str]) -> int:
    django.setup()
    from bench import nightly

    known = {"risk_nightly": nightly.run}
    wanted = names or [name for name in [os.environ.get("ONLY", "")] if name] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in wanted:
        print(json.dumps(known[name]()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
