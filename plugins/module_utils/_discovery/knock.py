# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking one address that took a TCP connection: TLS, its certificate, and the service root without a log-in.

No credentials are ever sent from here: the root is readable by anyone (DSP0266).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import http.client
import io
import json
import re
import socket
import ssl
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust

__all__ = ["ask_redfish", "issuer_of", "parse_root"]

ROOTS = ("/redfish/v1/", "/redfish/v1")
REDIRECTS = (301, 302, 307, 308)
ROOT_REQUEST = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
LONGEST_ANSWER = 1 << 20
PIECE = 1 << 16
LENGTH = re.compile(rb"^content-length:\s*(\d{1,9})\s*$", re.IGNORECASE | re.MULTILINE)
CHUNKED = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)

x509 = optional("cryptography.x509")
T = t.TypeVar("T")


async def ask_redfish(taken: socket.socket, host: str, port: int, *, connect: float, answer: float) -> dict[str, t.Any]:
    """Return what is behind a connection that was taken; the connection is closed.

    :param host: an IPv4 address.
    :param connect: seconds for a second TCP connection, where one is needed.
    :param answer: seconds for TLS and the service root together.
    """
    try:
        return await asyncio.wait_for(_ask(taken, host, port, connect), answer)
    except asyncio.TimeoutError:  # noqa: UP041
        return {"protocol": "none", "port": port, "reason": f"no answer within {answer:g} s"}
    finally:
        taken.close()


async def _ask(taken: socket.socket, host: str, port: int, timeout: float) -> dict[str, t.Any]:
    found, raw = await _get(taken, host, port, ROOTS[0])
    if raw and answered(raw).status in REDIRECTS:
        # Some send /redfish/v1/ to /redfish/v1 and some the other way round (Q-G18).
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as again:
            if await _connected(again, host, port, timeout):
                found, raw = await _get(again, host, port, ROOTS[1])
    return {**found, **(parse_root(raw) if raw is not None else {})}


async def _connected(plain: socket.socket, host: str, port: int, timeout: float) -> bool:
    plain.setblocking(False)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(plain, (host, port)), timeout)
    except (OSError, asyncio.TimeoutError):  # noqa: UP041
        return False
    return True


async def _get(taken: socket.socket, host: str, port: int, path: str) -> tuple[dict[str, t.Any], bytes | None]:
    """Ask for one path; return what is known of the server, and the answer, None when there was none."""
    found: dict[str, t.Any] = {"port": port}
    try:
        tls = await _secured(taken, host)
    except OSError as exc:
        return {**found, "protocol": "none", "reason": f"TCP is open, TLS is not spoken: {exc}"}, None
    with tls:
        certificate = tls.getpeercert(binary_form=True) or b""
        found["fingerprint"] = hashlib.sha256(certificate).hexdigest()
        found["issuer"] = issuer_of(certificate)
        try:
            # So short a request is sent as a whole or not at all.
            await _patiently(tls, lambda: tls.send(ROOT_REQUEST.format(path=path, host=host).encode()))
            return found, await _whole(tls)
        except OSError as exc:
            return {**found, "protocol": "none", "reason": f"the connection broke: {exc}"}, None


async def _secured(taken: socket.socket, host: str) -> ssl.SSLSocket:
    context = Trust(validate=False).context()
    tls = context.wrap_socket(taken, server_hostname=host, do_handshake_on_connect=False)
    try:
        await _patiently(tls, tls.do_handshake)
    except BaseException:
        tls.close()
        raise
    return tls


async def _patiently(tls: ssl.SSLSocket, work: t.Callable[[], T]) -> T:
    """Do what may have to wait for the other side, as often as it does.

    Without the streams of asyncio: those cost a megabyte and several times the CPU for each connection, and close their
    socket some time after they were told to.
    """
    while True:
        try:
            return work()
        except ssl.SSLWantReadError:
            await _ready(tls.fileno(), writing=False)
        except ssl.SSLWantWriteError:
            await _ready(tls.fileno(), writing=True)


async def _ready(number: int, *, writing: bool) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    add, remove = (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
    add(number, _note, ready)
    try:
        await ready
    finally:
        remove(number)


def _note(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def _whole(tls: ssl.SSLSocket) -> bytes:
    raw = b""
    while len(raw) < LONGEST_ANSWER and not is_whole(raw):
        more = await _patiently(tls, lambda: tls.recv(PIECE))
        if not more:
            break
        raw += more
    return raw


def is_whole(raw: bytes) -> bool:
    """Return whether an HTTP answer is known to end here: not everyone closes the connection when asked to."""
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    if CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n")
    length = LENGTH.search(head)
    return length is not None and len(body) >= int(length.group(1))


class _Bytes:
    """Enough of a socket for http.client to read an answer that is complete already."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._raw)


def answered(raw: bytes) -> http.client.HTTPResponse:
    """Return an HTTP answer with its status and headers read; status 0 stands for something that is no HTTP."""
    answer = http.client.HTTPResponse(t.cast(t.Any, _Bytes(raw)))
    try:
        answer.begin()
    except (http.client.HTTPException, ValueError, OSError):
        answer.status = 0
    return answer


def parse_root(raw: bytes) -> dict[str, t.Any]:
    """Return what the answer to a request for the service root says about the machine."""
    answer = answered(raw)
    if not answer.status:
        return {"protocol": "none", "reason": "speaks TLS, and what it answers is no HTTP"}
    try:
        body = answer.read()
    except (http.client.HTTPException, ValueError, OSError) as exc:
        return {"protocol": "none", "reason": f"the answer broke off: {type(exc).__name__}"}
    kind = answer.getheader("Content-Type", "no content type")
    if answer.status == 401:
        # Some AMI firmware guards even the root; that it asks so tells what it is.
        return {"protocol": "redfish", "reason": "the service root wants a log-in"}
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):  # the latter for what is nested without end
        root = None
    if not isinstance(root, dict) or "RedfishVersion" not in root:
        return {"protocol": "none", "reason": f"speaks TLS and is not Redfish: HTTP {answer.status}, {kind}"}
    oem = root.get("Oem")
    first_oem = next((key for key in oem if key[:1].isalpha()), "") if isinstance(oem, dict) else ""
    return {
        "protocol": "redfish",
        "vendor": str(root.get("Vendor") or first_oem),
        "product": str(root.get("Product") or ""),
        "redfish_version": str(root.get("RedfishVersion") or ""),
        "uuid": str(root.get("UUID") or "").lower(),
    }


def issuer_of(certificate: bytes) -> str:
    """Return the organisation, or else the name, of who signed a certificate; it often names the maker (Q-G50)."""
    if x509 is None or not certificate:
        return ""
    try:
        issuer = x509.load_der_x509_certificate(certificate).issuer
    except ValueError:
        return ""
    for name in (x509.NameOID.ORGANIZATION_NAME, x509.NameOID.COMMON_NAME):
        values = issuer.get_attributes_for_oid(name)
        if values:
            return str(values[0].value)
    return ""
