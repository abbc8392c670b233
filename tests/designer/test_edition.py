"""What the page without a server is built from: parts, scripts, and what it says of itself."""

from __future__ import annotations

import gzip
import json
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import ROOT

pytest.importorskip("flask")

from simkit.common.errors import SimkitError
from simkit.designer.edition import packages, parts, webpages
from simkit.designer.edition.scripts import joined

HOST = ROOT / "simkit" / "designer" / "edition" / "host"


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.binary()))
def test_a_part_holds_its_files_and_has_the_same_bytes_in_any_order(files: dict[str, bytes]) -> None:
    made = parts.packed(files)
    assert made == parts.packed(dict(reversed(files.items())))
    content = gzip.decompress(made)
    (length,) = struct.unpack("<I", content[:4])
    at, found = 4 + length, {}
    for path, size in json.loads(content[4:at]):
        found[path] = content[at : at + size]
        at += size
    assert (found, at) == (files, len(content))


def test_a_module_loses_its_remarks_and_nothing_else() -> None:
    head, types = b"\0asm\1\0\0\0", b"\1\4\1\x60\0\0"
    long_name = b"\0" + b"\xc8\1" + b"\4name" + b"x" * 195  # 200 bytes, in two of LEB128
    assert parts.without_remarks(head + b"\0\2\1a" + types + long_name) == head + types


def test_the_scripts_become_one_that_imports_nothing() -> None:
    for first in ("opening.js", "worker.js"):
        script = joined(HOST / first)
        assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
        assert "</script" not in script
        used = re.findall(r"^const \{[^}]*\} = (m\d+);$", script, re.MULTILINE)
        made = re.findall(r"^const (m\d+) = \(\(\) => \{$", script, re.MULTILINE)
        assert used, "modules use each other"
        for name in used:
            assert script.index(f"const {name} = (() =>") < script.index(f"}} = {name};"), (
                "made before it is used"
            )
        assert len(set(made)) == len(made)


def test_every_package_is_named_with_its_version_and_hashes() -> None:
    text = packages.LIST.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) > 10
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+(\s+--hash=sha256:[0-9a-f]{64})+\s*", line), line
    assert "://" not in text


@pytest.mark.slow
def test_packages_that_cannot_be_fetched_are_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(SimkitError, match="packages for the page could not be fetched"):
        packages.fetched(tmp_path)


def test_the_page_may_ask_nobody() -> None:
    whole = webpages.page([], {"about": b"<html>"}).decode()
    beside = webpages.page([], {}).decode()
    for page, connect in ((whole, "connect-src 'none'"), (beside, "connect-src 'self'")):
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert "default-src 'none'" in policy
        assert connect in policy
        (scripts,) = re.findall(r"script-src ([^;]*)", policy)
        assert "unsafe-inline" not in scripts
        assert "'unsafe-eval'" not in scripts
        assert "http:" not in policy
        assert "https:" not in policy
