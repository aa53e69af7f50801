# SPDX-License-Identifier: GPL-3.0-or-later
"""What the DMTF's protocol validator holds against a platform because the real one behaves like that."""

from __future__ import annotations

from tests.peers.rack_validators import Score

# Seen in captured trees, whose accounts have no @odata.etag; captures keep no headers, so that a header came is not ruled
# out.
_SEEN = {
    "dell_idrac9": "iDRAC9 6.00: none of 16 captured accounts has an ETag",
    "supermicro_x10": "X10 (Redfish 1.0.1): the captured account has no ETag",
    "openbmc": "stock OpenBMC 2.15: the captured account has no ETag",
    "nvidia_hgx": "GB200 (OpenBMC): none of 4 captured accounts has an ETag",
    "intel": "S2600BPB: none of 3 captured accounts has an ETag",
}
EXPLAINED: dict[str, dict[str, str]] = {
    platform: dict.fromkeys(("PROTO_ETAG_ON_GET_ACCOUNT", "RESP_HEADERS_ETAG"), why) for platform, why in _SEEN.items()
}


def unexplained(platform: str, score: Score) -> list[str]:
    """Return the failures that no habit of the real platform explains."""
    known = EXPLAINED.get(platform, {})
    return [f"{one}: {text}" if text else one for one, text in score.failures.items() if one not in known]
