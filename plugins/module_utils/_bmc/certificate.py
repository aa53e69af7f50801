# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTPS certificate of a BMC: a request made by the BMC, its installation, and the proof of a TLS handshake.

The private key of a request is made by the BMC and never leaves it. Sources: DSP0268 CertificateService (GenerateCSR,
ReplaceCertificate), CertificateCollection (POST); platforms with a resource of their own are in ``_vendors/setup.py``.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.certificate_place import (
    CertificatePlace,
    find_certificate_place,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import server_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.steady import steadily
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.x509 import (
    Certificate,
    key_fits,
    parse_der,
    parse_pem,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import RedfishClient
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import server_certificate

__all__ = [
    "OPTIONS",
    "CurrentCertificate",
    "WantedCertificate",
    "apply",
    "decide",
    "info",
    "read",
    "report",
    "served",
    "verify",
    "wanted",
]

Json = t.Dict[str, t.Any]

# Options of a request -> the standard's names.
PARTS = {
    "common_name": "CommonName",
    "organization": "Organization",
    "organizational_unit": "OrganizationalUnit",
    "city": "City",
    "state_or_province": "State",
    "country": "Country",
    "email": "Email",
    "key_algorithm": "KeyPairAlgorithm",
}
OPTIONS = BMC_OPTIONS + Options(
    spec={
        "state": {"type": "str", "choices": ["present", "requested"], "default": "present"},
        "certificate": {"type": "str"},
        "private_key": {"type": "str", "no_log": True},
        **{name: {"type": "str"} for name in PARTS},
        "key_algorithm": {"type": "str", "no_log": False},
        "alternative_names": {"type": "list", "elements": "str"},
        "renew_days": {"type": "int", "default": 30},
    },
    required_if=(("state", "present", ("certificate",)), ("state", "requested", ("common_name",))),
)
HANDSHAKE_TIMEOUT = 10.0
# A request takes seconds where it is made later.
REQUEST_WITHIN, PAUSE = 120.0, 5.0


@dataclass(frozen=True)
class WantedCertificate:
    """The options of the door; ``names`` in the standard's words. The key is never part of a plan or a result."""

    state: str
    certificate: str = ""
    leaf: Certificate | None = None
    chain: int = 0
    private_key: str | None = field(default=None, repr=False)
    names: t.Mapping[str, str] = field(default_factory=dict)
    alternative_names: t.Tuple[str, ...] = ()
    renew_days: int = 30
    pinned: str | None = None

    def all_names(self) -> tuple[str, ...]:
        """Return every name and address a request is for."""
        return tuple(dict.fromkeys((self.names.get("CommonName", ""), *self.alternative_names)))


@dataclass(frozen=True)
class CurrentCertificate:
    """The certificate that the BMC shows to clients now, and where it takes another one."""

    served: Certificate
    place: CertificatePlace
    now: float
    machine: str = ""
    server: t.Mapping[str, t.Any] = field(default_factory=dict)


def wanted(params: Params) -> WantedCertificate:
    """Take the options of the door.

    :raises ConfigurationError: for a text that is no certificate, and for a key that does not belong to it.
    """
    chain = parse_pem(params["certificate"]) if params["state"] == "present" else []
    key = params.get("private_key")
    if key and chain and not key_fits(params["certificate"], key):
        raise ConfigurationError("private_key does not belong to the certificate", machine=params["bmc_host"])
    return WantedCertificate(
        state=params["state"],
        certificate=(params.get("certificate") or "").strip() + "\n",
        leaf=chain[0] if chain else None,
        chain=len(chain),
        private_key=key,
        names={PARTS[name]: params[name] for name in PARTS if params.get(name)},
        alternative_names=tuple(params.get("alternative_names") or ()),
        renew_days=params["renew_days"],
        pinned=params.get("tls_fingerprint"),
    )


def served(client: RedfishClient) -> Certificate:
    """Return the certificate that the BMC shows in a handshake, trusted or not.

    :raises NetworkError: when there is no handshake.
    """
    der = server_certificate(client.target.host.strip("[]"), client.target.port, HANDSHAKE_TIMEOUT)
    if der is None:
        raise NetworkError("no TLS handshake", machine=client.machine, sent=False)
    return parse_der(der)


def info(client: RedfishClient, now: float) -> Json:
    """Return what ``bmc_certificate_info`` tells; needs neither credentials nor trust."""
    certificate = served(client)
    return {
        "fingerprint": certificate.fingerprint,
        "certificate": certificate.as_result(),
        "days_left": certificate.days_left(now),
        "valid_for_host": certificate.is_for(client.target.host),
    }


def read(service: Service, wanted: WantedCertificate) -> CurrentCertificate:
    """Read what is shown, and where the BMC takes another certificate.

    :raises NotSupportedError: when it takes none over Redfish.
    """
    place = find_certificate_place(service)
    now = service.client.clock.epoch()
    return CurrentCertificate(served(service.client), place, now, service.machine, server_of(service))


def decide(wanted: WantedCertificate, current: CurrentCertificate) -> Plan:
    """Say whether a request or an installation is needed.

    :raises ConfigurationError: for a certificate that is not valid now, or a request that lacks parts.
    :raises NotSupportedError: when the BMC cannot do it.
    """
    return _request(wanted, current) if wanted.state == "requested" else _install(wanted, current)


def _request(wanted: WantedCertificate, current: CurrentCertificate) -> Plan:
    shown = current.served
    before = {"fingerprint": shown.fingerprint, "names": list(shown.names), "valid_until": shown.not_after}
    missing = [name for name in wanted.all_names() if not shown.is_for(name)]
    left = shown.days_left(current.now)
    if not missing and left > wanted.renew_days and not shown.self_signed:
        return Plan(before=before, after=before, reason=f"the one in use is for these names, and for {left:g} days yet")
    place = current.place
    if not place.request:
        raise NotSupportedError("the BMC makes no certificate requests over Redfish", machine=current.machine)
    names = {**place.defaults, **wanted.names}
    lacking = [ours for ours, theirs in PARTS.items() if theirs in place.required and theirs not in names]
    if lacking:
        raise ConfigurationError(
            f"this BMC wants more in a certificate request: {', '.join(lacking)}",
            machine=current.machine,
            resource=place.request,
            problems=lacking,
        )
    text = f"have the BMC make a certificate request for {', '.join(wanted.all_names())}"
    step = Step("request", text, resource=place.request, payload={"body": _request_body(names, wanted, place)})
    return Plan((step,), before=before, after=before)


def _request_body(names: t.Mapping[str, str], wanted: WantedCertificate, place: CertificatePlace) -> Json:
    if place.own is not None:
        body: Json = {place.own.names.get(name, name): value for name, value in names.items()}
        return body
    body = {**names, "CertificateCollection": {"@odata.id": place.collection}}
    if wanted.alternative_names:
        body["AlternativeNames"] = list(wanted.alternative_names)
    return body


def _install(wanted: WantedCertificate, current: CurrentCertificate) -> Plan:
    leaf, shown = t.cast(Certificate, wanted.leaf), current.served
    before = {"fingerprint": shown.fingerprint, "subject": shown.subject, "valid_until": shown.not_after}
    after = {"fingerprint": leaf.fingerprint, "subject": leaf.subject, "valid_until": leaf.not_after}
    if leaf.fingerprint == shown.fingerprint:
        return Plan(before=before, after=after, reason="already in use")
    if leaf.days_left(current.now) <= 0:
        raise ConfigurationError(f"the certificate expired at {leaf.not_after}", machine=current.machine)
    place = current.place
    if not place.install and not place.collection:
        raise NotSupportedError("the BMC takes no certificate over Redfish", machine=current.machine)
    text = f"install the certificate {leaf.subject} (until {leaf.not_after}, SHA-256 {leaf.fingerprint})"
    step = Step("install", text, resource=place.install or place.collection)
    return Plan((step,), before=before, after=after, warnings=_warnings(wanted, leaf, current))


def _warnings(wanted: WantedCertificate, leaf: Certificate, current: CurrentCertificate) -> tuple[str, ...]:
    found = []
    if not leaf.is_for(current.machine):
        names = ", ".join(leaf.names or (leaf.common_name,))
        found.append(f"{current.machine}: the certificate is for {names}; clients that verify it must use such a name")
    if wanted.pinned:
        found.append(f"{current.machine}: tls_fingerprint has to be {leaf.fingerprint} from now on")
    return tuple(found)


def apply(service: Service, record: StepRecord, run: Run) -> Json:
    """Ask for the request, or install the certificate; a lost answer to the latter is settled by the handshake."""
    place: CertificatePlace = run.current.place
    if record.step.name == "request":
        answer = service.client.post(place.request, record.step.payload["body"])
        return {"csr": str(answer.body.get("CSRString") or "") or _later(service, place)}
    with contextlib.suppress(OutcomeUnknown):
        service.client.post(record.step.resource, _install_body(run.wanted, place))
    return {}


def _later(service: Service, place: CertificatePlace) -> str:
    """Wait for a request that the BMC makes in the background."""
    if place.own is None:
        raise VerificationError("the BMC answered without a request", machine=service.machine, resource=place.request)
    name = place.own.csr
    found = wait_until(
        lambda: service.get(place.own_uri, fresh=True).get(name),
        lambda text: bool(text) and text != place.last_request,
        Patience(REQUEST_WITHIN, PAUSE, service.client.clock),
        what="the BMC to make its certificate request",
        describe=lambda text: "none yet" if not text else "the one before",
        tolerate=(NetworkError,),
        machine=service.machine,
        resource=place.own_uri,
    )
    return str(found)


def _install_body(wanted: WantedCertificate, place: CertificatePlace) -> Json:
    pem = wanted.certificate + (wanted.private_key.strip() + "\n" if wanted.private_key else "")
    if place.own is not None:
        return {place.own.certificate: pem}
    body: Json = {"CertificateString": pem, "CertificateType": "PEMchain" if wanted.chain > 1 else "PEM"}
    if place.install:
        body["CertificateUri"] = {"@odata.id": place.member or place.collection}
    return body


def verify(service: Service, run: Run) -> Json:
    """See in a handshake that the new certificate is shown, also by a BMC that restarts for it.

    :raises VerificationError: when another one is shown after minutes.
    """
    if run.wanted.state == "requested":
        return dict(run.plan.after)
    leaf: Certificate = run.wanted.leaf
    try:
        steadily(
            service,
            lambda: served(service.client),
            "the new certificate to be shown",
            right=lambda shown: shown.fingerprint == leaf.fingerprint,
            describe=lambda shown: {"fingerprint": shown.fingerprint, "subject": shown.subject},
        )
    except WaitTimeout as exc:
        raise VerificationError(
            f"the BMC took the certificate and does not show it: {exc.message}",
            machine=service.machine,
            hint="some show it after a restart only (bmc_reset)",
        ) from exc
    return dict(run.plan.after)


def report(run: Run) -> Json:
    """Return the result keys of the door and what the audit keeps; the request is public, a key is in neither."""
    before, after = run.plan.before, run.after or run.plan.after
    outcome = "failed" if run.error else "planned" if run.context.check_mode else "applied"
    rows: list[Json] = []
    if run.plan.changes:
        name = "certificate request" if run.wanted.state == "requested" else "HTTPS certificate"
        row = {"setting": name, "before": before["fingerprint"], "wanted": run.plan.after["fingerprint"]}
        rows = [{**row, "after": None if run.error else after["fingerprint"], "outcome": outcome}]
    csr = run.facts("request").get("csr")
    return {
        "fingerprint": after["fingerprint"],
        "before": before,
        "after": after,
        **({"csr": csr} if csr else {}),
        "audit": {"server": dict(run.current.server), "bmc_changes": rows},
    }
