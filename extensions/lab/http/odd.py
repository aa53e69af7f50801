# SPDX-License-Identifier: GPL-3.0-or-later
"""Oddities of the protocol, put around a service that has some: what is refused, and headers. Bodies are in odd_bodies."""

from __future__ import annotations

from collections.abc import Callable

from ..bmc import Bmc
from .call import Answer, Call
from .messages import error
from .odd_bodies import reshape

Answering = Callable[[Call], Answer]
ROOTS = ("/redfish", "/redfish/v1")


def around(bmc: Bmc, answer: Answering) -> Answering:
    """Return a way to answer that has the oddities of this BMC."""

    def oddly(call: Call) -> Answer:
        _refuse(bmc, call)
        given = answer(call)
        _head(bmc, call, given)
        if call.method == "GET" and given.status == 200:
            reshape(bmc, call, given)
        return given

    return oddly


def session_place(bmc: Bmc, call: Call, path: str) -> dict[str, str]:
    """Return the header that says where a new session is, in the form of this BMC (Q-G21)."""
    form = bmc.p.oddities.session_location
    return {} if form == "body" else {"Location": _written(bmc, call, path, form)}


def refuse_body(call: Call, rule: str) -> None:
    """Refuse an action called without a body (rule none) or with one (rule any)."""
    given = bool(call.body.strip())
    if rule == "none" and not given:
        raise error(400, "MalformedJSON")
    if rule == "any" and given:
        raise error(415, "HeaderInvalid", "Content-Type")


def _written(bmc: Bmc, call: Call, path: str, form: str) -> str:
    host = call.headers.get("Host", bmc.machine.bmc_host)
    return {"absolute": f"https://{host}{path}", "http": f"http://{host}{path}"}.get(form, path)


def _refuse(bmc: Bmc, call: Call) -> None:
    odd, path = bmc.p.oddities, call.path
    if odd.host_header and call.headers.get("Host", bmc.machine.bmc_host).partition(":")[0] != bmc.machine.bmc_host:
        raise error(400, "HeaderInvalid", "Host")
    if path.rstrip("/") not in ROOTS and call.method in ("GET", "HEAD", "PATCH"):
        wrong = {"required": not path.endswith("/"), "refused": path.endswith("/")}
        if wrong.get(odd.slash):
            raise error(404, "ResourceMissingAtURI", path)
    login = call.method == "POST" and bmc.tree.key(path) == bmc.tree.key(bmc.layout.sessions)
    if odd.login_refuses_basic and login and "Authorization" in call.headers:
        raise error(401, "NoValidSession")
    if odd.gzip_weakens and call.headers.get("If-Match", "").startswith("W/"):
        raise error(412, "PreconditionFailed")
    if odd.starts_empty and bmc.warm_half <= bmc.clock.now() < bmc.warm_until and _is_system(bmc, path):
        raise error(404, "ResourceMissingAtURI", path)


def _is_system(bmc: Bmc, path: str) -> bool:
    key = bmc.tree.key(path)
    return any(key == one or key.startswith(f"{one}/") for one in map(bmc.tree.key, bmc.layout.systems))


def _head(bmc: Bmc, call: Call, given: Answer) -> None:
    odd, headers = bmc.p.oddities, given.headers
    if odd.gzip_weakens and "gzip" in call.headers.get("Accept-Encoding", "") and headers.get("ETag", "")[:1] == '"':
        headers["ETag"] = f"W/{headers['ETag']}"
    if odd.task_location and given.status in (200, 202) and headers.get("Location", "").startswith("/"):
        headers["Location"] = _written(bmc, call, headers["Location"], odd.task_location)
