"""Locust's own page while a load run goes on: whoever opens it looks at the run, and may end it, and nothing else.

Users are not added there, and nothing is counted anew: what may be sent was said, and guarded, when the run began.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import gevent
from flask import Response, jsonify, request
from gevent import pywsgi
from locust import argument_parser
from locust.runners import Runner
from locust.stats import stats_history
from locust.web import WebUI

from fixtures.redaction import output_gate
from fixtures.target.target import Misconfigured

_STOP = "/stop"
_LOOKS = ("GET", "HEAD")
_REFUSED = "this page looks at a run, and may stop it: begin another one with mixpeek-conformance load"
_OTHER_SITE = "this page answers its own origin alone"
_LAST = 1.0
"""Seconds that an answer under way has when the run ends."""


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises Misconfigured if that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Misconfigured(
            f"the page of --web cannot be at {host}:{port} ({error.strerror or error}): give another --web-port"
        ) from None


def address(listener: socket.socket) -> str:
    """Return the URL of the page behind `listener`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextlib.contextmanager
def shown(runner: Runner, base_url: str, listener: socket.socket, stop: Callable[[], None]) -> Iterator[None]:
    """Show the run of `runner`, which asks `base_url`, at `listener` as long as it goes on; `stop` ends it."""
    environment = runner.environment
    _read_no_settings()
    environment.host = base_url
    page = WebUI(environment, "", 0, delayed_start=True)
    if page.app is None:
        raise AssertionError("Locust's page has an application")
    page.app.before_request(_guard(stop, is_local=_is_loopback(listener.getsockname()[0])))
    page.app.after_request(_clean)
    counting = gevent.spawn(stats_history, runner)
    server = pywsgi.WSGIServer(listener, page.app, log=None, error_log=None)
    server.start()
    try:
        yield
    finally:
        server.stop(timeout=_LAST)
        counting.kill()
        environment.web_ui = None


def _read_no_settings() -> None:
    """Keep Locust from reading the command line, which is ours, and files of settings in the folder of the user."""

    def nothing(args: Any = None) -> dict[str, dict[str, Any]]:  # noqa: ARG001 - as Locust calls it
        return {}

    argument_parser.ui_extra_args_dict = nothing


def _guard(stop: Callable[[], None], *, is_local: bool) -> Callable[[], Any]:
    def answer() -> Any:
        """Return why a request is refused, or that the run ends; None if Locust answers it."""
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
        renamed = is_local and not _is_loopback(urlsplit(f"//{request.host}").hostname or "")
        if foreign or renamed:  # another site in the browser, or its name for this machine
            return jsonify({"success": False, "message": _OTHER_SITE}), 403
        if request.method in _LOOKS:
            return None
        if request.path != _STOP:
            return jsonify({"success": False, "message": _REFUSED}), 403
        stop()  # the run ends as a whole, and not its users alone
        return jsonify({"success": True, "message": "the run ends, and its report is written"})

    return answer


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _clean(response: Response) -> Response:
    """Let an answer leave without secrets."""
    if not response.direct_passthrough:
        response.set_data(output_gate.shown(response.get_data()))
    return response
