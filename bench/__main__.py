"""python -m bench [NAME ...]: each benchmark in a scratch database of its own, dropped afterwards.

ONLY=NAME is another way to say one. Sizes: PEOPLE, EACH, ROUNDS and what each file names.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")


def main(names: list[str]) -> int:
    django.setup()
    import asking
    from bench import audit, contacts, lock, nightly, pages, readers, scratch

    asking.process("bench")
    files = [nightly, pages, lock, contacts, audit, readers]
    known = [name for file in files for name in file.NAMES]
    wanted = names or [name for name in [os.environ.get("ONLY", "")] if name] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        return 2
    with scratch.template():
        for file in files:
            if chosen := [name for name in file.NAMES if name in wanted]:
                for line in file.run(chosen):
                    print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
