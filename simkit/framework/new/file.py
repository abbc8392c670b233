"""A new local framework on disk, with the schema files beside it. Nothing is ever overwritten."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.framework.library import NameNotFound, find, names
from simkit.framework.new.template import EDITION, SCHEMAS, new_text
from simkit.framework.yaml.source import read

if TYPE_CHECKING:
    from simkit.data import Authority


@dataclass(frozen=True, slots=True)
class NewFiles:
    """The framework's ``file``, everything ``written``, and what was ``kept`` though it differs."""

    file: Path
    created: tuple[Path, ...]
    different: tuple[Path, ...] = ()


def authority_of(name: str) -> Authority:
    """The authority of this name or code. Raises SimkitError: unknown (with suggestions), or abolished."""
    from simkit.data import authority

    chosen = authority(name)
    if not chosen.in_2025_list:
        after = " and ".join(authority(code).name for code in chosen.successors)
        instead = f" {after} replaced it." if after else ""
        raise SimkitError(f"{chosen.name} no longer exists.{instead}")
    return chosen


def target_file(authority: Authority, out: Path) -> Path:
    """The path of the new file. Raises SimkitError if it exists already or its folder does not."""
    if out.suffix and out.suffix.lower() not in (".yaml", ".yml") and not out.is_dir():
        raise SimkitError(
            f"{out} can't be written: a framework is a text file whose name ends in .yaml. Write --out "
            f"{out.with_suffix('.yaml')}, or name a folder that is there."
        )
    is_file = out.suffix.lower() in (".yaml", ".yml") and not out.is_dir()
    file = out if is_file else out / f"{authority.slug}.yaml"
    if not file.parent.is_dir():
        raise SimkitError(f"There is no folder {file.parent}. Create it, or give another with --out.")
    if file.exists() or file.is_symlink():  # a link to nothing is there too
        raise _already_there(file)
    return file


def _already_there(file: Path) -> SimkitError:
    return SimkitError(
        f"The file {file} already exists and was not changed. Give another folder or file with --out."
    )


def write_new(
    authority: Authority,
    answers: Mapping[str, str],
    file: Path,
    edition: str = EDITION,
    unused: Sequence[str] = (),
) -> NewFiles:
    """Write the file, and its schemas into the same folder. Raises SimkitError where it is there already.

    ``unused`` are answers that could not be used; they are kept at the top of the file as comments.
    """
    folder = file.parent
    known = _published_hint(authority)
    text = new_text(authority, answers, file=file.name, known=known, edition=edition, unused=unused)
    created, different = [], []
    try:
        try:
            _write(file, text.replace("\n", os.linesep).encode("utf-8"))
        except FileExistsError:
            raise _already_there(file) from None
        created.append(file)
        for name in SCHEMAS:
            content = (PACKAGE / "framework" / "schema" / name).read_bytes()
            beside = folder / name
            if not beside.exists():
                _write(beside, content)
                created.append(beside)
            elif beside.read_bytes().replace(b"\r\n", b"\n") != content.replace(b"\r\n", b"\n"):
                different.append(beside)
    except OSError as error:
        raise SimkitError(
            f"Nothing can be written into the folder {folder.absolute()}: {error.strerror or error}. Choose "
            "a folder of your own with --out."
        ) from error
    return NewFiles(file, tuple(created), tuple(different))


def edition_of(year: str) -> str:
    """The name of the national edition of a year. Raises SimkitError with the years that there are."""
    editions = [name for name in names("national") if "/working-together-" in name]
    years = [name.rpartition("-")[2] for name in editions]
    if year not in years:
        raise SimkitError(f"There is no national edition of {year!r}. The editions are {', '.join(years)}.")
    return f"national/working-together-{year}"


def _published_hint(authority: Authority) -> str:
    """The hint where published sources about the authority are shown; empty if there are none."""
    try:
        status = read(find(authority.slug)).data.get("status")
    except NameNotFound:
        return ""
    if status != "documented":
        return ""
    return f"What is published about {authority.name}:  simkit show {authority.slug}"


def _write(path: Path, content: bytes) -> None:
    """Write a new file whole or not at all; never over one that came to be there meanwhile."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if hasattr(os, "umask") and os.name == "posix":
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
        try:
            path.hardlink_to(temporary)  # fails where the file is there, as renaming does not
        except FileExistsError:
            raise
        except OSError:  # a disk without hard links
            temporary.rename(path)
    finally:
        with suppress(OSError):
            temporary.unlink()
