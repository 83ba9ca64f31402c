"""The health check of a web container: asks as the proxy would. Exit 0 when the portal is well.

Plain http without the proxy's words would be sent on to https, where nobody listens in here.
"""

import os
import sys
from urllib.request import Request, urlopen

HOST = os.environ["PORTAL_HOSTS"].split(",")[0].strip()


def main() -> int:
    asked = Request(
        "http://127.0.0.1:8000/health", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    with urlopen(asked, timeout=5) as answer:
        return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
