"""The shipped frameworks, scenarios and sweep plans: their folders, and the file of a name."""

from __future__ import annotations

import re
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from simkit.common.arguments import checked_arguments
from simkit.common.errors import SimkitError

Kind = Literal["authorities", "national", "trials", "scenarios", "sweeps"]


class NameNotFound(SimkitError, LookupError):  # noqa: N818
    """No shipped file has this name and no file of the user's has this path."""

    def __init__(self, name: str, suggestions: tuple[str, ...] = (), what: str = "framework") -> None:
        self.name = name
        self.suggestions = suggestions
        self.what = what
        hint = f"Did you mean {' or '.join(suggestions)}?" if suggestions else _names_hint(what, name)
        kinds = "file, folder or framework" if what == "framework" else what
        super().__init__(f"There is no {kinds} called {name!r}. {hint}")

    def __reduce__(self) -> tuple[type[NameNotFound], tuple[str, tuple[str, ...], str]]:
        return (NameNotFound, (self.name, self.suggestions, self.what))


def _names_hint(what: str, name: str) -> str:
    """The hint for a name that resembles no other of its kind."""
    plain = name.strip().lower()
    if what == "framework" and plain in names("scenarios"):
        return f"It is a scenario: simkit run hackney --scenario {plain}"
    kinds: dict[str, Kind] = {"scenario": "scenarios", "sweep plan": "sweeps"}
    if what in kinds:
        return f"There are: {', '.join(names(kinds[what]))}."
    return "To see all names: simkit list"


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
    """The framework file with this name. Raises NameNotFound, with the nearest names.

    A name is an authority's slug, name, ONS or DfE code, ``national/..``, ``trials/..`` or a path.
    A path that ends in .yaml is taken as given, there or not. ``beside`` is a folder in which a
    relative path is looked for first.
    """
    text = name.strip()
    if not text or "\0" in text:
        raise NameNotFound(name)
    shipped = _shipped_file(text)
    if shipped is not None:
        return shipped
    for folder in (beside, Path()):
        if folder is not None and _exists(folder / text):
            return folder / text
    if Path(text).suffix.lower() in (".yaml", ".yml"):
        return Path(text)
    file = local_file(text)
    raise NameNotFound(name, (f"the file {file}",) if file is not None else _suggestions(text))


def local_file(name: str) -> str | None:
    """The file or folder with this name here, or with .yaml added; None if there is none."""
    plain = name.strip()
    for each in (f"{plain}.yaml", f"{plain}.yml", plain):
        if plain and "\0" not in plain and _exists(Path(each)):
            return each
    return None


def find_scenario(name: str) -> Path:
    """The scenario file with this name or path. Raises NameNotFound."""
    return _find_other(name, "scenarios", "scenario")


def is_scenario(text: str) -> bool:
    """Whether the text of a file says on its line ``simkit:`` that it is a scenario."""
    return re.search(r"""^simkit:[ \t]*["']?scenario/""", text, re.MULTILINE) is not None


def find_any(name: str) -> Path:
    """The framework, scenario or sweep plan with this name or path. Raises NameNotFound."""
    try:
        return find(name)
    except NameNotFound:
        for other in (find_scenario, find_plan):
            with suppress(NameNotFound):
                return other(name)
        raise


def find_plan(name: str) -> Path:
    """The sweep plan with this name or path. Raises NameNotFound."""
    return _find_other(name, "sweeps", "sweep plan")


def _find_other(name: str, kind: Kind, what: str) -> Path:
    text = name.strip()
    if not text or "\0" in text:
        raise NameNotFound(name, what=what)
    known = {each.lower(): each for each in names(kind)}
    slug = text.removeprefix(f"{kind}/").removesuffix(".yaml").lower().replace(" ", "-")
    if not _exists(Path(text)) and slug in known:
        return _folder(kind) / f"{known[slug]}.yaml"
    if _exists(Path(text)) or Path(text).suffix.lower() in (".yaml", ".yml"):
        return Path(text)
    suggestions = get_close_matches(slug, known, n=3, cutoff=0.5)
    raise NameNotFound(name, tuple(known[n] for n in suggestions), what)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _shipped_file(text: str) -> Path | None:
    plain = text.replace("\\", "/").removeprefix("frameworks/").removesuffix(".yaml")
    kind, _, rest = plain.partition("/")
    is_file_name = rest and "/" not in rest and not rest.startswith(".")
    if kind in ("national", "trials", "authorities") and is_file_name:
        path = root() / "frameworks" / kind / f"{rest.lower()}.yaml"
        return path if _exists(path) else None
    if "/" in plain or text.lower().endswith((".yaml", ".yml")):
        return None
    from simkit.data import UnknownAuthorityError, authority, slug_of

    slugs = [slug_of(plain)]
    with suppress(UnknownAuthorityError):
        # an authority that was abolished and made again has one file
        slugs.append(re.sub(r"-to-\d{4}$", "", authority(plain).slug))
    for slug in slugs:
        path = _folder("authorities") / f"{slug}.yaml"
        if slug and _exists(path):
            return path
    return None


def _suggestions(name: str) -> tuple[str, ...]:
    from simkit.data import nearest_authorities

    authorities, others = names("authorities"), [*names("national"), *names("trials")]
    everything = [*authorities, *others]
    slug = name.lower().replace(" ", "-")
    similar = [each.slug for each in nearest_authorities(name) if each.slug in authorities]
    similar += get_close_matches(slug, others, n=3, cutoff=0.7)
    begun = [each for each in everything if len(slug) > 2 and f"-{each}".find(f"-{slug}") >= 0]
    begun_inside = [each for each in everything if each.partition("/")[2].startswith(slug)] if slug else []
    return tuple(dict.fromkeys([*similar, *begun, *begun_inside]))[:3]


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


def display_path(path: Path) -> str:
    """The path in messages: for a shipped file it starts with ``frameworks/`` or ``scenarios/``."""
    try:
        return path.resolve().relative_to(root()).as_posix()
    except (OSError, ValueError, RuntimeError):
        return path.as_posix()
