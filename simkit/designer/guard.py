"""Who may talk to the designer: a browser on this computer, from a page of the designer, with its token.

The designer listens to 127.0.0.1 alone. A page of another site could still send requests there, or give
itself a name that leads there, so each request is looked at before the application sees it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from simkit.designer.folder import MOST_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOSTS = frozenset({"127.0.0.1", "localhost"})
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "application/json"})
_METHODS = frozenset({"GET", "HEAD", "POST"})

HEADERS = {
    # a drawing has style attributes; a style or script in the page itself is refused
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-src 'self'; "
        "frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer carries, where it has no other."""


def guarded(application: WSGIApplication, token: str) -> WSGIApplication:
    """The application below ``/token``, for requests that may come from a page of its own."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        refused = _refused(environ, token)
        if refused is not None:
            return _refusal(*refused, start_response)
        prefix = f"/{token}"
        environ = dict(environ)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        environ["PATH_INFO"] = environ.get("PATH_INFO", "")[len(prefix) :] or "/"
        return application(environ, start_response)

    return answer


def _refused(environ: WSGIEnvironment, token: str) -> tuple[str, str] | None:
    """The status and the sentence for a request that is not answered, None for one that is."""
    host = environ.get("HTTP_HOST", "")
    if host.partition(":")[0].lower() not in _HOSTS:
        return "403 Forbidden", "The designer answers to 127.0.0.1 only."
    origin = environ.get("HTTP_ORIGIN", "")
    foreign = origin and urlsplit(origin).netloc.lower() != host.lower()
    if foreign or environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("same-origin", "none"):
        return "403 Forbidden", "This request came from another page, so the designer did not answer it."
    path = environ.get("PATH_INFO", "").encode("latin-1")
    if not hmac.compare_digest(path.partition(b"/")[2].partition(b"/")[0], token.encode()):
        return "403 Forbidden", "Open the address that simkit design printed: it ends in a word of its own."
    method = environ.get("REQUEST_METHOD", "GET")
    if method not in _METHODS:
        return "405 Method Not Allowed", "The designer does not know this kind of request."
    if method == "POST":
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind not in _FORMS:
            return "415 Unsupported Media Type", "The designer takes forms only."
        try:
            size = int(environ.get("CONTENT_LENGTH") or "")
        except ValueError:
            return "411 Length Required", "The length of the request is missing."
        if not 0 <= size <= MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            return "413 Content Too Large", f"That is more than {most} MB. Nothing was changed."
    return None


def _refusal(status: str, words: str, start_response: StartResponse) -> Iterable[bytes]:
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not answered</title>'
        f"<h1>Not answered</h1><p>{escape(words)}</p></html>"
    ).encode()
    start = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
    start_response(status, [*start, *HEADERS.items()])
    return [page]
