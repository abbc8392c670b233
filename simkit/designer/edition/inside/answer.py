"""The designer inside the page: a request lies in one file, its answer is put into another.

A request is a line of JSON and a body. So is an answer.
"""

from __future__ import annotations

import json
import linecache
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.designer.application import application
from simkit.designer.memory import Memory

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REQUEST = Path("/mail/request")
ANSWER = Path("/mail/answer")
FOLDER = Path("/work")
TOKEN = "simkit"
"""The first word of every address. Nobody else can ask here, so it is no secret."""

_HOST = "localhost"


MEMORY = Memory()
"""What the designer knows between requests."""


def designer(day: str) -> WSGIApplication:
    """The designer of the folder in memory, on this day (ISO)."""
    today = date.fromisoformat(day)
    return application(FOLDER, lambda: today, TOKEN, in_page=True, memory=MEMORY)


def answer(app: WSGIApplication) -> None:
    """Answer the request that lies there."""
    head, _, body = REQUEST.read_bytes().partition(b"\n")
    said: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        said.update(status=int(status.partition(" ")[0]), headers=dict(headers))

    content = b"".join(app(environ(json.loads(head), body), start))
    ANSWER.write_bytes(json.dumps(said).encode() + b"\n" + content)
    vars(linecache).get("_interactive_cache", {}).clear()  # each turn leaves its code there


def environ(head: dict[str, str], body: bytes) -> dict[str, Any]:
    """The WSGI environ of a request: its ``method``, ``path`` (decoded), ``query`` and ``type``."""
    return {
        "REQUEST_METHOD": head["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": head["path"].encode().decode("latin-1"),
        "QUERY_STRING": head["query"],
        "CONTENT_TYPE": head["type"],
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": _HOST,
        "SERVER_NAME": _HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
