"""The answers of the designer to one script of requests, by which one platform is held against another.

``python pages.py FOLDER`` works in an empty folder, and prints JSON: for each request its status and the
SHA-256 of its answer.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from simkit.designer.application import application

_FILE = "/f/oxfordshire.yaml"
_ANSWER = {"answer": "number", "kind": "within", "number": "5", "unit": "working days", "title": "Child seen"}
_SCRIPT: tuple[tuple[str, dict[str, str] | None], ...] = (
    ("/new", None),
    ("/new", {"authority": "Oxfordshire", "limit": "30 working days", "owner": "Head of Service"}),
    (f"{_FILE}/timescales/child_visited", {**_ANSWER, "start": "allocated", "end": "child_seen"}),
    (f"{_FILE}/timescales/child_visited", {**_ANSWER, "number": "soon"}),
    (f"{_FILE}/deciders", {"new": "Assistant team manager"}),
    (
        f"{_FILE}/words/recording",
        {"answer": "text", "text": "One: two.\r\n\r\nThree # four", "owner": "Head"},
    ),
    *((f"{_FILE}/{each}", None) for each in ("", "about", "timescales", "reviews", "priorities", "deciders")),
    *((f"{_FILE}/{each}", None) for each in ("words", "file", "missing", "see", "document", "agree", "note")),
    (f"{_FILE}/compare?with=authority:gloucestershire", None),
    (f"{_FILE}/agree", {"by": "Board", "on": "2026-11-01", "owner": "Head", "review_on": "2028"}),
    ("/look", None),
    ("/f/none.yaml/", None),
)


def pages(folder: Path) -> list[tuple[str, str, str]]:
    """The address, the status and the digest of each answer; last those of the file that came of it."""
    designer = application(folder, lambda: date(2026, 11, 22), "token")
    answers = []
    for address, form in _SCRIPT:
        path, _, query = address.partition("?")
        body = urlencode(form or {}).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": f"/token{path}",
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
        }
        said: list[str] = []

        def start(status: str, *_: Any, into: list[str] = said) -> Any:
            into.append(status)

        content = b"".join(designer(environ, start))
        answers.append((address, said[0], sha256(content).hexdigest()))
    file = folder / "oxfordshire.yaml"
    return [*answers, ("the file", "", sha256(file.read_bytes()).hexdigest())]


if __name__ == "__main__":
    print(json.dumps(pages(Path(sys.argv[1]))))
