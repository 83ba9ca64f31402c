#!/usr/bin/env python
"""Run Django's commands: ./manage.py help"""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eiportal.settings")
    from django.core.management import execute_from_command_line

    import asking

    # On a terminal the portal itself asks; a server's threads have said nothing yet.
    asking.process(" ".join(sys.argv[1:2]) or "manage")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
