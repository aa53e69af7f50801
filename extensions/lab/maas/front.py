# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer what never reaches MAAS's API: the proxy in front of it, its other APIs, faults on request."""

from __future__ import annotations

import json

from aiohttp import web

from ..faults import Fault

API_ROOT = "/MAAS/api/2.0/"


V3_ROOT = "/MAAS/a/v3/"


WITHOUT_TLS = ("/MAAS/api/2.0/machines", "/MAAS/metadata/", "/MAAS/rpc/")
API_HASH = "36763f1444f05f8c565d0292aabefcaa9ece4369"


GONE = "The 1.0 API is no longer available. Please use API version 2.0."


NGINX = "nginx/1.22.1"


CHALLENGE = {"Content-Type": "text/html; charset=utf-8", "WWW-Authenticate": 'OAuth realm="OAuth"', "Vary": "Cookie"}


V3_UNAUTHORIZED = {
    "code": 401,
    "message": "Unauthorized.",
    "details": [
        {
            "type": "NotAuthenticatedViolation",
            "message": "The endpoint requires authentication.",
            "field": None,
            "location": None,
        },
    ],
    "kind": "Error",
}


V3_PATHS = ("machines", "users", "zones", "resource_pools", "tags", "events", "fabrics", "configurations", "auth")


def nginx_page(title: str) -> bytes:
    """Give the page nginx sends in MAAS's place."""
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>{NGINX}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def outside(path: str) -> web.Response:
    """Answer for everything that is not API 2.0."""
    if path == "/MAAS/api/version/":
        return web.Response(body=b"2.0", headers={"Content-Type": "text/plain"})
    if path.startswith("/MAAS/api/1.0/"):
        return web.Response(status=410, body=GONE.encode(), headers={"Content-Type": "text/plain"})
    if path.startswith(V3_ROOT):
        known = path[len(V3_ROOT) :].split("/")[0] in V3_PATHS
        body = V3_UNAUTHORIZED if known else {"detail": "Not Found"}
        headers = {"Content-Type": "application/json"}
        return web.Response(status=401 if known else 404, body=json.dumps(body).encode(), headers=headers)
    if path in ("/MAAS", "/MAAS/"):
        return web.Response(status=302, headers={"Location": "/MAAS/r/"})
    return web.Response(status=404, body=nginx_page("404 Not Found"), content_type="text/html")


def to_tls(request: web.Request, path: str, tls_port: int) -> web.Response | None:
    """Send a caller without TLS to the TLS port, as MAAS in TLS mode does for all but what machines themselves ask.

    A client that follows a 301 turns a POST into a GET.
    """
    if not tls_port or request.secure or path.startswith(WITHOUT_TLS):
        return None
    location = f"https://{request.url.host}:{tls_port}{request.rel_url}"
    return web.Response(status=301, headers={"Location": location}, body=nginx_page("301 Moved Permanently"))


def injected(fault: Fault) -> web.Response:
    """Build the answer a fault asks for, as a proxy in front of MAAS would send it."""
    status = int(fault.options.get("code", 503))
    headers = {"Content-Type": str(fault.options.get("content_type", "text/html"))}
    if fault.options.get("retry_after") is not None:
        headers["Retry-After"] = str(fault.options["retry_after"])
    text = fault.options.get("text")
    body = str(text).encode() if text is not None else nginx_page(f"{status} Service Temporarily Unavailable")
    return web.Response(status=status, body=body, headers=headers)
