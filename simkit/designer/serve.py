"""Serves the designer on this computer and opens the browser."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import webbrowser
from collections.abc import Callable
from datetime import date
from pathlib import Path

from simkit.common.errors import SimkitError
from simkit.designer.folder import MOST_BYTES

FIRST_PORT = 4712
"""The port, or the first of a few that is free: with the same one the browser finds what it kept."""


def serve(
    folder: Path, *, port: int | None = None, browser: bool = True, told: Callable[[str], None]
) -> None:
    """Serve the folder until Ctrl-C; ``told`` is given the address. Raises SimkitError."""
    try:
        from waitress.server import create_server

        from simkit.designer.application import application
    except ImportError as error:
        raise SimkitError(
            "The designer needs two more packages: install flask and waitress (the extra `designer`)."
        ) from error
    token = secrets.token_urlsafe(24)
    served = application(folder, date.today, token)
    listening = _listening(port)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/{token}/"
    server = create_server(
        served,
        sockets=[listening],
        threads=6,  # as many as a browser asks at once
        ident=None,
        max_request_body_size=MOST_BYTES + 1,
        inbuf_overflow=MOST_BYTES + 2,  # nothing that is sent goes to a temporary file
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    told(address)
    if browser:
        webbrowser.open(address)
    try:
        server.run()
    finally:
        server.close()


def _listening(port: int | None) -> socket.socket:
    ports = (port,) if port is not None else (*range(FIRST_PORT, FIRST_PORT + 10), 0)
    for each in ports:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if (
            os.name == "posix"
        ):  # the port of a designer that was killed is free at once; elsewhere it is anyway
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", each))
        except OSError as error:
            listening.close()
            reason = error.strerror or str(error)
        else:
            return listening
    raise SimkitError(f"Port {ports[0]} can't be used ({reason}). Leave out --port, or give another one.")
