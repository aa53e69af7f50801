# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trust on first use: the certificate a BMC shows, held against the one that was trusted before.

Sends a TLS handshake and nothing else, so an impostor learns no password. Who keeps what is trusted is not known here.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.x509 import Certificate, parse_der
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    NetworkError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import (
    clean_fingerprint,
    server_certificate,
)

__all__ = ["OPTIONS", "Shown", "WantedTrust", "apply", "connect", "decide", "read", "report", "verify", "wanted"]

OPTIONS = Options(
    spec={
        "bmc_host": {"type": "str", "required": True},
        "bmc_port": {"type": "int", "default": 443},
        "timeout": {"type": "int", "default": 10},
        "trusted": {"type": "dict", "required": True},
        "allow_change": {"type": "bool", "default": False},
    }
)
Look = t.Callable[[], Certificate]


@dataclass(frozen=True)
class WantedTrust:
    """What is trusted already: an empty fingerprint stands for nothing; ``since`` tells where that was recorded."""

    endpoint: str
    trusted: str = ""
    since: str = ""
    allow_change: bool = False
    bmc_host: str = ""


@dataclass(frozen=True)
class Shown:
    """The certificate that the BMC shows."""

    certificate: Certificate


def wanted(params: Params) -> WantedTrust:
    """Take the options of the door.

    :raises ConfigurationError: for a fingerprint that is none.
    """
    record = params["trusted"]
    fingerprint = str(record.get("fingerprint") or "")
    told = [f"{word} {record[key]}" for word, key in (("since", "at"), ("by run", "run_id")) if record.get(key)]
    return WantedTrust(
        endpoint=f"{params['bmc_host']}:{params['bmc_port']}",
        trusted=clean_fingerprint(fingerprint, params["bmc_host"]) if fingerprint else "",
        since=" ".join(told),
        allow_change=params["allow_change"],
        bmc_host=params["bmc_host"],
    )


@contextlib.contextmanager
def connect(params: Params, context: Context) -> t.Iterator[Look]:
    """Give a function that looks at the certificate."""
    host, port = params["bmc_host"].strip("[]"), params["bmc_port"]

    def look() -> Certificate:
        der = server_certificate(host, port, params["timeout"])
        if der is None:
            hint = f"check the address, and that TCP port {port} speaks TLS"
            raise NetworkError("no TLS handshake", machine=params["bmc_host"], sent=False, hint=hint)
        return parse_der(der)

    yield look


def read(look: Look, wanted: WantedTrust) -> Shown:
    """Read the certificate that is shown."""
    return Shown(look())


def decide(wanted: WantedTrust, current: Shown) -> Plan:
    """Trust what nobody trusted before; refuse another certificate than the trusted one, unless that is allowed.

    :raises VerificationError: naming the old and the new fingerprint.
    """
    shown = current.certificate.fingerprint
    before, after = {"fingerprint": wanted.trusted or None}, {"fingerprint": shown}
    if shown == wanted.trusted:
        return Plan(before=before, after=after, reason=f"it is the one that is trusted {wanted.since}".strip())
    if not wanted.trusted:
        step = Step("trust", f"trust the certificate of {wanted.endpoint}, SHA-256 {shown}, from now on")
        return Plan((step,), before=before, after=after)
    if not wanted.allow_change:
        raise VerificationError(
            f"its certificate has changed: trusted {wanted.since} is {wanted.trusted}, now shown is {shown}"
            f" ({current.certificate.subject}, issued by {current.certificate.issuer})",
            machine=wanted.bmc_host,
            resource=wanted.endpoint,
            trusted=wanted.trusted,
            shown=shown,
            hint="find out who replaced it; allow_change: true trusts the new one from now on",
        )
    step = Step("trust", f"trust {shown} for {wanted.endpoint} in place of {wanted.trusted}")
    return Plan((step,), before=before, after=after)


def apply(look: Look, record: StepRecord, run: Run) -> None:
    """Do nothing on the BMC: the report is what makes the certificate trusted, once the audit callback has filed it."""


def verify(look: Look, run: Run) -> Shown:
    """See that the same certificate is shown again.

    :raises VerificationError: when somebody in between shows now this one and now that.
    """
    again = look()
    if again.fingerprint != run.current.certificate.fingerprint:
        raise VerificationError(
            f"it shows different certificates: {run.current.certificate.fingerprint}, then {again.fingerprint}",
            machine=run.wanted.bmc_host,
            hint="is the address used twice, or is somebody in between?",
        )
    return Shown(again)


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys, and the row by which the certificate is trusted; one that is confirmed is filed too."""
    certificate: Certificate = run.current.certificate
    row = {
        "subject": run.wanted.endpoint,
        "issuer": certificate.issuer,
        "sha256": certificate.fingerprint,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "operation": "trusted" if run.plan.changes else "confirmed",
        "outcome": "failed" if run.error else "planned" if run.context.check_mode else "applied",
        "reason": f"in place of {run.wanted.trusted}" if run.plan.changes and run.wanted.trusted else None,
    }
    return {
        "fingerprint": certificate.fingerprint,
        "certificate": certificate.as_result(),
        "before": run.plan.before,
        "after": run.plan.after,
        "audit": {"server": {"bmc_host": run.wanted.bmc_host}, "certificates": [row]},
    }
