"""The designer as one WSGI application: the same under a server and as a plain function.

It starts no thread, opens no socket and asks no clock: the day is given.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flask import Flask, Request, Response, render_template, request
from werkzeug.exceptions import HTTPException

from simkit.common.errors import SimkitError
from simkit.common.paths import PACKAGE
from simkit.designer.folder import MOST_BYTES, FileRefused, Folder
from simkit.designer.guard import HEADERS, guarded
from simkit.designer.memory import Memory
from simkit.designer.screens import BLUEPRINTS
from simkit.designer.screens.frame import names_for_templates
from simkit.designer.screens.start import framework_files
from simkit.designer.workspace import Gone, Workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LOG = logging.getLogger("simkit.designer")


def application(
    folder: Path,
    today: Callable[[], date],
    token: str,
    *,
    in_page: bool = False,
    memory: Memory | None = None,
) -> WSGIApplication:
    """The designer of a folder, below ``/token``. Raises FileRefused where there is no such folder.

    ``in_page``: the folder is in the memory of a page, and the words speak of the page instead. ``memory``:
    what it knows between requests, to begin with.
    """
    if folder.is_file():
        raise FileRefused(f"{folder} is a file. Give the folder that it is in: {folder.absolute().parent}")
    if not folder.is_dir():
        raise FileRefused(f"There is no folder {folder}. Make it first, or give another one.")
    app = _flask(Workspace(Folder(folder.resolve()), today), memory or Memory())
    app.jinja_env.globals["in_page"] = in_page
    return guarded(app.wsgi_app, token)


class _InMemory(Request):
    """A request whose files never touch the disk."""

    max_form_memory_size = MOST_BYTES
    max_form_parts = 5_000

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()


def _flask(workspace: Workspace, memory: Memory) -> Flask:
    app = Flask(__name__, root_path=str(PACKAGE / "designer"))
    app.request_class = _InMemory
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.extensions["simkit"] = workspace
    app.extensions["simkit-memory"] = memory
    app.jinja_env.autoescape = True  # by the ending of a template Flask would not
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= names_for_templates()
    for screen in BLUEPRINTS:
        app.register_blueprint(screen)
    app.after_request(_with_headers)
    app.register_error_handler(SimkitError, _said)
    app.register_error_handler(Gone, _gone)
    app.register_error_handler(HTTPException, _not_there)
    app.register_error_handler(Exception, _unforeseen)
    return app


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _said(error: SimkitError) -> tuple[str, int]:
    return render_template("stopped.html.jinja", title="That did not work", words=str(error)), 409


def _gone(error: Gone) -> tuple[str, int]:
    words = f"{error} To go on with it, put it back under this name and load this page again."
    files = []
    with suppress(FileRefused):
        files = [row for row in framework_files() if not row.fault]
    title = f"{error.name} is gone"
    return render_template("stopped.html.jinja", title=title, words=words, files=files), 404


def _not_there(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    words = {
        404: "There is no such page.",
        413: f"That is more than {MOST_BYTES // 1_000_000} MB. Nothing was changed.",
    }.get(error.code, "The designer can't answer this request. Nothing was changed.")
    return render_template("stopped.html.jinja", title="Nothing here", words=words), error.code


def _unforeseen(error: Exception) -> tuple[str, int]:
    _LOG.debug("unforeseen", exc_info=error)
    kind = f"{type(error).__name__} on {request.path}"
    words = (
        f"This is a fault in simkit ({kind}). Your file is as it was, and what you typed is still in the "
        "page before this one: go back to it. Please report the fault."
    )
    return render_template("stopped.html.jinja", title="Something went wrong in simkit", words=words), 500
