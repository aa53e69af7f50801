# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DMTF's protocol validator holds against a platform because the real one behaves like that."""

from __future__ import annotations

from tests.peers.rack_validators import Score

_NO_ETAG = {
    "PROTO_ETAG_ON_GET_ACCOUNT": "accounts have no ETag header",
    "RESP_HEADERS_ETAG": "accounts have no ETag header",
}

EXPLAINED: dict[str, dict[str, str]] = {
    "dell_idrac9": {key: f"iDRAC9 sends no ETag headers: {why}" for key, why in _NO_ETAG.items()},
    "supermicro_x10": {key: f"a first Redfish (1.0.1) without ETags: {why}" for key, why in _NO_ETAG.items()},
    "openbmc": {key: f"bmcweb of that age has ETags in no answer: {why}" for key, why in _NO_ETAG.items()},
    "nvidia_hgx": {key: f"OpenBMC as well: {why}" for key, why in _NO_ETAG.items()},
    "intel": {key: f"the S2600BPB has none in what it answers: {why}" for key, why in _NO_ETAG.items()},
}


def unexplained(platform: str, score: Score) -> list[str]:
    """Return the failures that no habit of the real platform explains."""
    known = EXPLAINED.get(platform, {})
    return [f"{one}: {text}" if text else one for one, text in score.failures.items() if one not in known]
