# SPDX-License-Identifier: GPL-3.0-or-later
"""One BMC's Redfish service: from a call to an answer, by the rules of DSP0266."""

from __future__ import annotations

import json
from functools import cached_property

from .. import live
from ..bmc import Bmc
from ..oddities import Oddities
from ..tree.store import Doc
from . import managers, odd, query
from .call import Answer, Call
from .etag import check_if_match, etag_of, render, render_fixed
from .login import authenticate, authorize, open_session
from .messages import ApiError, Message, error, error_body
from .metadata import METADATA, SERVICE_DOCUMENT
from .routes import WITH_IF_MATCH, Routes

ROOT = "/redfish/v1"
COMMON = {"OData-Version": "4.0", "Cache-Control": "no-cache", "Server": "lab"}


class Service:
    """Answer calls to one BMC. The tree is made at the first call."""

    def __init__(self, bmc: Bmc) -> None:
        self.bmc = bmc
        self._made: dict[str, tuple[object, bytes, str]] = {}
        self._headers: dict[str, dict[str, str]] = {}
        self._monitor_head, _id, self._monitor_tail = bmc.p.tasks.monitor.partition("{id}")
        # Looked at once: what is not odd pays nothing for it.
        self._answering = self._answer if bmc.p.oddities == Oddities() else odd.around(bmc, self._answer)

    @cached_property
    def routes(self) -> Routes:
        live.attach(self.bmc)
        return Routes(self.bmc)

    @cached_property
    def features(self) -> Doc:
        return (self.bmc.tree.get(ROOT) or {}).get("ProtocolFeaturesSupported") or {}

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call; errors become bodies in the platform's words."""
        try:
            answer = self._answering(call)
        except ApiError as problem:
            answer = Answer(problem.status, error_body(self.bmc.p.words, problem.messages), headers=problem.headers)
            if problem.status == 405:
                answer.headers.setdefault("Allow", ", ".join(self._methods(call.path)))
        for name, value in COMMON.items():
            answer.headers.setdefault(name, value)
        return answer

    def _answer(self, call: Call) -> Answer:
        routes = self.routes
        self._refuse_while_starting(call)
        if call.headers.get("OData-Version", "4.0") != "4.0":
            raise error(412, "HeaderInvalid", "OData-Version")
        public = self._public(call)
        if public is not None:
            return public
        found = routes.find("POST", call.path) if call.method == "POST" else None
        if found is None or found[0] is not open_session:  # a login brings its own credentials
            authenticate(self.bmc, call)
            authorize(self.bmc, call)
        if call.method in ("GET", "HEAD"):
            return self._get(call)
        return self._write(call)

    # -- reading --------------------------------------------------------------------------------------------------
    def _public(self, call: Call) -> Answer | None:
        plain = call.path.rstrip("/").lower() if self.bmc.p.identity.case_insensitive else call.path.rstrip("/")
        if plain not in ("/redfish", ROOT, f"{ROOT}/odata", f"{ROOT}/$metadata"):
            return None
        if call.method not in ("GET", "HEAD"):
            return None
        if plain == "/redfish":
            return Answer(200, {"v1": f"{ROOT}/"})
        if plain.endswith("$metadata"):
            return Answer(200, raw=METADATA, kind="application/xml; charset=utf-8")
        if plain.endswith("odata"):
            return Answer(200, SERVICE_DOCUMENT)
        return self._get(call)

    def _get(self, call: Call) -> Answer:
        bmc, path = self.bmc, call.path
        monitored = self._monitored(path)
        if monitored:
            return managers.monitor(bmc, call, monitored)
        self._refuse_read(call)
        if not call.query:
            body, tag = self._whole(path)
            return self._conditional(call, Answer(200, raw=body), tag)
        doc = bmc.tree.get(path)
        if doc is None:
            raise self._nothing(path)
        doc.pop("@odata.etag", None)  # of a captured tree
        tag = etag_of(bmc.p.etags, doc)
        doc = query.apply(bmc.tree, doc, call.query, self.features)
        if tag and bmc.p.etags.in_body:
            doc["@odata.etag"] = tag
        return self._conditional(call, Answer(200, doc), tag)

    def _whole(self, path: str) -> tuple[bytes, str]:
        """Return body and ETag of a document. It is made anew only when something that it shows has changed."""
        tree, etags = self.bmc.tree, self.bmc.p.etags
        raw = tree.raw(path)
        if raw is not None:
            return render_fixed(etags, raw)
        shown, known = tree.shown(path), self._made.get(path)
        if known is not None and shown is not None and known[0] == shown:
            return known[1], known[2]
        doc = tree.get(path)
        if doc is None:
            raise self._nothing(path)
        doc.pop("@odata.etag", None)  # of a captured tree
        body, tag = render(etags, doc)
        if shown is not None:
            self._made[path] = (shown, body, tag)
        return body, tag

    def _conditional(self, call: Call, answer: Answer, tag: str) -> Answer:
        answer.headers.update(self._described(call, answer))
        if not tag and self.bmc.p.etags.style != "empty":
            return answer
        if self.bmc.p.etags.in_header:
            answer.headers["ETag"] = tag
        if call.headers.get("If-None-Match") in (tag, "*"):
            return Answer(304, headers=answer.headers)
        return answer

    def _described(self, call: Call, answer: Answer) -> dict[str, str]:
        """Return the headers that tell of a resource what it takes and its schema (DSP0266, rel=describedby)."""
        if answer.doc is None and call.path in self._headers:
            return self._headers[call.path]
        doc = json.loads(answer.raw or b"{}") if answer.doc is None else answer.doc
        kind = ".".join(str(doc.get("@odata.type", "#")).lstrip("#").split(".")[:-1])
        link = f"<http://redfish.dmtf.org/schemas/v1/{kind}.json>; rel=describedby"
        headers = {"Allow": ", ".join(self._methods(call.path)), "Link": link}
        if answer.doc is None:  # with a query it may be another resource
            self._headers[call.path] = headers
        return headers

    def _monitored(self, path: str) -> str:
        head, tail = self._monitor_head, self._monitor_tail
        if path.startswith(head) and path.endswith(tail) and len(path) > len(head) + len(tail):
            middle = path[len(head) : len(path) - len(tail) or None].rstrip("/")
            return "" if "/" in middle or not middle else middle if (tail or "Monitor" in head) else ""
        return ""

    def _refuse_read(self, call: Call) -> None:
        bmc = self.bmc
        if bmc.p.network_refused_before_os and "NetworkAdapters" in call.path and not bmc.machine.os_running:
            raise error(400, "InternalError")
        picky = bmc.p.words.not_acceptable_identity and "registr" in call.path.lower() and call.path.count("/") > 4
        if picky and call.headers.get("Accept-Encoding", "").strip() == "identity":
            raise error(406, "HeaderInvalid", "Accept-Encoding")

    # -- writing --------------------------------------------------------------------------------------------------
    def _write(self, call: Call) -> Answer:
        bmc = self.bmc
        method = "PATCH" if call.method == "PUT" else call.method
        found = self.routes.find(method, call.path)
        if found is None or call.method == "PUT":
            raise self._nothing(call.path)
        handler, path = found
        if call.method in WITH_IF_MATCH:
            doc = bmc.tree.get(path)
            if doc is None:
                raise error(404, "ResourceMissingAtURI", path)
            check_if_match(bmc.p.etags, call.headers.get("If-Match"), doc, bmc.p.oddities.if_match)
        elif bmc.p.etags.refused_on_post and "If-Match" in call.headers and "/Actions/" in call.path:
            raise error(412, "PreconditionFailed")
        answer = handler(bmc, call, path)
        if answer.doc is not None and call.method == "PATCH" and "@odata.id" in answer.doc:
            tag = etag_of(bmc.p.etags, bmc.tree.get(path) or {})
            if tag and bmc.p.etags.in_header:
                answer.headers["ETag"] = tag
        return answer

    def _nothing(self, path: str) -> ApiError:
        """Return 405 for a path that takes something else, 404 for one that is not there."""
        if path in self.bmc.tree or self.routes.fixed(path):
            return error(405, "OperationNotAllowed")
        return error(404, "ResourceMissingAtURI", path)

    def _methods(self, path: str) -> list[str]:
        readable = ["GET", "HEAD"] if path in self.bmc.tree else []
        return readable + self.routes.methods(path)

    # -- after a restart ------------------------------------------------------------------------------------------
    def _refuse_while_starting(self, call: Call) -> None:
        """Answer 503 for a while after a restart; the root is up before the systems are (Q-G36, Q-G37)."""
        bmc = self.bmc
        now = bmc.clock.now()
        if now >= bmc.warm_until:
            return
        if now >= bmc.warm_half and (bmc.p.oddities.starts_empty or call.path.rstrip("/") in ("/redfish", ROOT)):
            return
        raise ApiError(
            bmc.p.warm_up_status, Message("ServiceTemporarilyUnavailable", ("30",)), headers={"Retry-After": "30"}
        )
