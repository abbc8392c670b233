"""The shipped authorities, national editions and scenarios as lists."""

from __future__ import annotations

from simkit.data import UnknownAuthorityError, authority
from simkit.framework.library import Kind, find, find_scenario, names
from simkit.framework.yaml.source import read


def entries(kind: Kind) -> list[dict[str, str]]:
    """One entry a file, sorted by name; entries of a kind have the same keys."""
    return [_entry(name, kind) for name in names(kind)]


def _entry(name: str, kind: Kind) -> dict[str, str]:
    path = find_scenario(name) if kind == "scenarios" else find(name)
    data = read(path).data
    title, status = str(data.get("title", name)), str(data.get("status", ""))
    if kind == "scenarios":
        return {"name": name, "title": title, "what if": "yes" if data.get("what_if") else ""}
    if kind != "authorities":
        return {"name": name, "title": title, "status": status}
    code = str(data.get("la_code", ""))
    try:
        region = authority(code).region_name
    except UnknownAuthorityError:
        region = ""
    return {
        "name": name,
        "authority": str(data.get("authority", title)),
        "la_code": code,
        "gss_code": str(data.get("gss_code", "")),
        "region": region,
        "status": status,
    }
