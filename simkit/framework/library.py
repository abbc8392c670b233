"""Where the shipped frameworks and scenarios are, and which file a name stands for."""

from __future__ import annotations

import re
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError

__all__ = [
    "Kind",
    "NameNotFound",
    "file_called",
    "find",
    "find_any",
    "find_plan",
    "find_scenario",
    "kind_of",
    "name_of",
    "names",
    "root",
    "shown",
]

Kind = Literal["authorities", "national", "trials", "scenarios", "sweeps"]


class NameNotFound(SimkitError, LookupError):  # noqa: N818
    """No shipped file has this name and no file of the user's has this path."""

    def __init__(self, name: str, suggestions: tuple[str, ...] = (), what: str = "framework") -> None:
        self.name = name
        self.suggestions = suggestions
        self.what = what
        hint = f"Did you mean {' or '.join(suggestions)}?" if suggestions else _there_are(what)
        kinds = "file, folder or framework" if what == "framework" else what
        super().__init__(f"There is no {kinds} called {name!r}. {hint}")

    def __reduce__(self) -> tuple[type[NameNotFound], tuple[str, tuple[str, ...], str]]:
        return (NameNotFound, (self.name, self.suggestions, self.what))


def _there_are(what: str) -> str:
    """Where to look, for a name that is near no other."""
    kinds: dict[str, Kind] = {"scenario": "scenarios", "sweep plan": "sweeps"}
    if what in kinds:
        return f"There are: {', '.join(names(kinds[what]))}."
    return "The names that there are: simkit list"


@cache
def root() -> Path:
    """The folder that holds ``frameworks`` and ``scenarios``: the package's, else the checkout's."""
    package = Path(__file__).resolve().parent.parent
    return package if (package / "frameworks").is_dir() else package.parent


def _folder(kind: Kind) -> Path:
    return root() / kind if kind in ("scenarios", "sweeps") else root() / "frameworks" / kind


@checked_arguments
def names(kind: Kind) -> tuple[str, ...]:
    """The names of the shipped files of one kind, sorted: slugs of authorities, ``national/..``."""
    prefix = f"{kind}/" if kind in ("national", "trials") else ""
    return tuple(sorted(prefix + path.stem for path in _folder(kind).glob("*.yaml")))


def find(name: str, *, beside: Path | None = None) -> Path:
    """The framework file that a name stands for. Raises NameNotFound, with the nearest names.

    A name is an authority's slug, name, ONS or DfE code, ``national/..``, ``trials/..`` or a path.
    A path that ends in .yaml is taken as given, there or not. ``beside`` is a folder in which a
    relative path is looked for first.
    """
    given = name.strip()
    if not given or "\0" in given:
        raise NameNotFound(name)
    shipped = _shipped(given)
    if shipped is not None:
        return shipped
    for folder in (beside, Path()):
        if folder is not None and _is_there(folder / given):
            return folder / given
    if Path(given).suffix.lower() in (".yaml", ".yml"):
        return Path(given)
    meant = file_called(given)
    raise NameNotFound(name, (f"the file {meant}",) if meant is not None else _near(given))


def file_called(name: str) -> str | None:
    """The file or folder here that the user may have meant by a name: itself, or with .yaml behind it."""
    plain = name.strip()
    for each in (f"{plain}.yaml", f"{plain}.yml", plain):
        if plain and "\0" not in plain and _is_there(Path(each)):
            return each
    return None


def find_scenario(name: str) -> Path:
    """The scenario file that a name or path stands for. Raises NameNotFound."""
    return _find_other(name, "scenarios", "scenario")


def find_any(name: str) -> Path:
    """The framework, scenario or sweep plan that a name or path stands for. Raises NameNotFound."""
    try:
        return find(name)
    except NameNotFound:
        for other in (find_scenario, find_plan):
            with suppress(NameNotFound):
                return other(name)
        raise


def find_plan(name: str) -> Path:
    """The sweep plan that a name or path stands for. Raises NameNotFound."""
    return _find_other(name, "sweeps", "sweep plan")


def _find_other(name: str, kind: Kind, what: str) -> Path:
    given = name.strip()
    if not given or "\0" in given:
        raise NameNotFound(name, what=what)
    known = {each.lower(): each for each in names(kind)}
    plain = given.removeprefix(f"{kind}/").removesuffix(".yaml").lower().replace(" ", "-")
    if not _is_there(Path(given)) and plain in known:
        return _folder(kind) / f"{known[plain]}.yaml"
    if _is_there(Path(given)) or Path(given).suffix.lower() in (".yaml", ".yml"):
        return Path(given)
    near = get_close_matches(plain, known, n=3, cutoff=0.5)
    raise NameNotFound(name, tuple(known[n] for n in near), what)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _shipped(given: str) -> Path | None:
    plain = given.replace("\\", "/").removeprefix("frameworks/").removesuffix(".yaml")
    kind, _, rest = plain.partition("/")
    plain_file = rest and "/" not in rest and not rest.startswith(".")
    if kind in ("national", "trials", "authorities") and plain_file:
        path = root() / "frameworks" / kind / f"{rest.lower()}.yaml"
        return path if _is_there(path) else None
    if "/" in plain or given.lower().endswith((".yaml", ".yml")):
        return None
    from simkit.data import UnknownAuthorityError, authority, slug_of

    slugs = [slug_of(plain)]
    with suppress(UnknownAuthorityError):
        # an authority that was abolished and made again has one file
        slugs.append(re.sub(r"-to-\d{4}$", "", authority(plain).slug))
    for slug in slugs:
        path = _folder("authorities") / f"{slug}.yaml"
        if slug and _is_there(path):
            return path
    return None


def _near(given: str) -> tuple[str, ...]:
    everything = [*names("authorities"), *names("national"), *names("trials")]
    wanted = given.lower().replace(" ", "-")
    near = get_close_matches(wanted, everything, n=3, cutoff=0.7)
    begun = [each for each in everything if len(wanted) > 2 and f"-{each}".find(f"-{wanted}") >= 0]
    behind = [each for each in everything if each.partition("/")[2].startswith(wanted)] if wanted else []
    return tuple(dict.fromkeys([*near, *begun, *behind]))[:3]


def kind_of(path: Path) -> str:
    """``national``, ``trials`` or ``authorities`` for a shipped file, else ``own``."""
    try:
        parts = path.resolve().relative_to(root() / "frameworks").parts
    except (OSError, ValueError, RuntimeError):
        return "own"
    return parts[0] if len(parts) == 2 else "own"


def name_of(path: Path) -> str:
    """The name by which ``find`` finds the file: a slug, ``national/..``, or the path."""
    kind = kind_of(path)
    if kind == "authorities":
        return path.stem
    return f"{kind}/{path.stem}" if kind in ("national", "trials") else path.as_posix()


def shown(path: Path) -> str:
    """The path as messages show it: from ``frameworks/`` on for a shipped file."""
    try:
        return path.resolve().relative_to(root()).as_posix()
    except (OSError, ValueError, RuntimeError):
        return path.as_posix()
