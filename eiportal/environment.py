"""Read the environment by type, and fail loudly: a portal half set up must not start."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def load_servers(path: Path) -> None:
    """Take KEY=value lines of a running demo for what the environment leaves unsaid."""
    if "DATABASE_URL" in os.environ or not path.exists():
        return
    for line in path.read_text().splitlines():
        key, _, value = line.partition("=")
        if key and value:
            os.environ.setdefault(key.strip(), value.strip())
    os.environ.setdefault("PORTAL_DEMO", "yes")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment (see README.md).")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "yes" if default else "no").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is yes or no, not {value!r}.")
    return value in TRUE


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def anchors(name: str, default: str = "") -> list[str]:
    """Places for heads of the audit chain, with commas: a file, a log or a web address."""
    for address in words(name, default):
        url = urlsplit(address)
        leads_on = {
            "file": url.path.startswith("/") and not url.netloc,
            "syslog": bool(url.hostname or url.path.startswith("/")),
            "https": bool(url.hostname),
        }
        if not leads_on.get(url.scheme):
            raise ImproperlyConfigured(
                f"{name}: each place is file:///path, syslog:///path, syslog://host:port or https://..."
            )
    return words(name, default)


def database(name: str) -> dict[str, object]:
    """A database alias from postgres://user:password@host:port/name?host=/socket/folder."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} starts with postgres://")
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", url.hostname or ""),
        "PORT": query.pop("port", str(url.port or "")),
        "OPTIONS": query,
    }


def celery_url(redis: str) -> str:
    """Celery's words for the same server: a socket is redis+socket://, its database a virtual host."""
    if not redis.startswith("unix://"):
        return redis
    return redis.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
