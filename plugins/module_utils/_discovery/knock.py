# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Knocking on one address: TLS, the service root without a log-in, and IPMI's two questions that need none.

No credentials are ever sent from here. Sources: DSP0266 (the root is readable by anyone), ASF 2.0 3.2.4.2 (presence
ping), IPMI 2.0 22.13 (Get Channel Authentication Capabilities).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import io
import json
import socket
import ssl
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust

__all__ = ["AUTH_CAPABILITIES", "PRESENCE_PING", "ask_redfish", "issuer_of", "parse_ipmi", "parse_root"]

ROOTS = ("/redfish/v1/", "/redfish/v1")
REDIRECTS = (301, 302, 307, 308)
ROOT_REQUEST = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
LONGEST_ANSWER = 1 << 20

RMCP_ASF = bytes((0x06, 0x00, 0xFF, 0x06))
PRESENCE_PING = RMCP_ASF + bytes((0x00, 0x00, 0x11, 0xBE, 0x80, 0x00, 0x00, 0x00))
RMCP_IPMI = bytes((0x06, 0x00, 0xFF, 0x07))
# Session header without authentication, then the command 38h on the present channel, asking as administrator.
AUTH_CAPABILITIES = RMCP_IPMI + bytes(9) + bytes((0x09, 0x20, 0x18, 0xC8, 0x81, 0x00, 0x38, 0x8E, 0x04, 0xB5))

x509 = optional("cryptography.x509")


async def ask_redfish(host: str, port: int, *, connect: float, answer: float) -> dict[str, t.Any] | None:
    """Return what listens on a TCP port, or None when nothing does.

    :param host: an IPv4 address.
    :param connect: seconds for the TCP handshake.
    :param answer: seconds for TLS and the service root together.
    """
    # A bare socket decides quickly for the many addresses where there is nothing; streams come after it.
    taken = await _connected(host, port, connect)
    if taken is None:
        return None
    try:
        return await asyncio.wait_for(_ask(taken, host, port, connect), answer)
    except asyncio.TimeoutError:  # noqa: UP041
        return {"protocol": "none", "port": port, "reason": f"no answer within {answer:g} s"}
    finally:
        taken.close()


async def _connected(host: str, port: int, timeout: float) -> socket.socket | None:
    plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    plain.setblocking(False)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(plain, (host, port)), timeout)
    except (OSError, asyncio.TimeoutError):  # noqa: UP041
        plain.close()
        return None
    except BaseException:
        plain.close()
        raise
    return plain


async def _ask(taken: socket.socket, host: str, port: int, timeout: float) -> dict[str, t.Any]:
    found, raw = await _get(taken, host, port, ROOTS[0])
    if raw and answered(raw).status in REDIRECTS:
        # Some send /redfish/v1/ to /redfish/v1 and some the other way round (Q-G18).
        again = await _connected(host, port, timeout)
        if again is not None:
            found, raw = await _get(again, host, port, ROOTS[1])
    return {**found, **(parse_root(raw) if raw is not None else {})}


async def _get(taken: socket.socket, host: str, port: int, path: str) -> tuple[dict[str, t.Any], bytes | None]:
    """Ask for one path; return what is known of the server, and the answer, None when there was none."""
    found: dict[str, t.Any] = {"port": port}
    context = Trust(validate=False).context()
    try:
        reader, writer = await asyncio.open_connection(sock=taken, ssl=context, server_hostname=host)
    except (OSError, ssl.SSLError) as exc:
        return {**found, "protocol": "none", "reason": f"TCP is open, TLS is not spoken: {exc}"}, None
    try:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
        found["fingerprint"] = hashlib.sha256(certificate).hexdigest()
        found["issuer"] = issuer_of(certificate)
        writer.write(ROOT_REQUEST.format(path=path, host=host).encode())
        await writer.drain()
        return found, await _whole(reader)
    except (OSError, ssl.SSLError) as exc:
        return {**found, "protocol": "none", "reason": f"the connection broke: {exc}"}, None
    finally:
        writer.close()


async def _whole(reader: asyncio.StreamReader) -> bytes:
    raw = b""
    while len(raw) < LONGEST_ANSWER:
        more = await reader.read(LONGEST_ANSWER)
        if not more:
            break
        raw += more
    return raw


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
    except ValueError:
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


def parse_ipmi(datagram: bytes) -> dict[str, t.Any]:
    """Return what an answer on UDP port 623 says, or an empty mapping for one that is none of ours."""
    if datagram[:4] == RMCP_ASF and len(datagram) >= 21 and datagram[8] == 0x40:
        return {"ipmi": bool(datagram[20] & 0x80)}
    # Session header 10 bytes, message header 6, completion code, then the data of the command.
    if datagram[:4] == RMCP_IPMI and len(datagram) >= 29 and datagram[19] == 0x38 and datagram[20] == 0x00:
        types, status, extended = datagram[22], datagram[23], datagram[24]
        version_2 = bool(types & 0x80 and extended & 0x02)
        return {
            "ipmi": True,
            "ipmi_version": "2.0" if version_2 else "1.5",
            "ipmi_anonymous": bool(status & 0x01),
            "ipmi_null_user": bool(status & 0x02),
            "ipmi_no_authentication": bool(types & 0x01),
        }
    return {}
