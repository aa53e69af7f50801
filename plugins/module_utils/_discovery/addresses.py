# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which addresses to scan: networks, ranges, single addresses and DHCP leases, without those to leave alone.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["expand", "leases"]

# ISC dhcpd writes "lease 10.0.0.5 {", dnsmasq "1699999999 aa:bb:cc:dd:ee:ff 10.0.0.5 name id", Kea a CSV line.
LEASE = re.compile(r"^(?:lease\s+)?(?:\d+\s+[0-9a-f:]{17}\s+)?(\d+\.\d+\.\d+\.\d+)[\s,{]", re.IGNORECASE)


Span = t.Tuple[int, int]


def expand(wanted: t.Iterable[str], exclude: t.Iterable[str], limit: int) -> list[str]:
    """Return the addresses, each once, in ascending order; ranges may overlap.

    :param wanted: ``10.0.0.0/24`` (hosts only), ``10.0.0.10-10.0.0.20``, ``10.0.0.10-20`` or ``10.0.0.7``.
    :raises ConfigurationError: with every text that is no address, or when more than ``limit`` are left.
    """
    problems: list[str] = []
    inside = _merged(_span(text, problems) for text in wanted)
    outside = _merged(_span(text, problems, whole=True) for text in exclude)
    if problems:
        raise ConfigurationError("; ".join(problems), problems=problems, hint="write networks as 10.0.0.0/24")
    left = [span for one in inside for span in _without(one, outside)]
    total = sum(last - first + 1 for first, last in left)
    if total > limit:
        raise ConfigurationError(
            f"that are {total} addresses, more than the limit of {limit}",
            hint="name smaller ranges, or raise max_addresses if that is what you want",
            addresses=total,
        )
    return [str(ipaddress.ip_address(number)) for first, last in left for number in range(first, last + 1)]


def _merged(spans: t.Iterable[Span]) -> list[Span]:
    """Return spans that neither overlap nor touch, in ascending order."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _without(span: Span, outside: t.Iterable[Span]) -> t.Iterator[Span]:
    """Yield what is left of a span without some others, which are merged."""
    first, last = span
    for hole_first, hole_last in outside:
        if first < hole_first <= last:
            yield first, hole_first - 1
        if hole_first <= last and hole_last >= first:
            first = hole_last + 1
    if first <= last:
        yield first, last


def _span(text: str, problems: list[str], *, whole: bool = False) -> Span:
    """Return the first and last address; of a network only its hosts, unless ``whole``."""
    try:
        if "/" in text:
            network = ipaddress.IPv4Network(text.strip(), strict=False)
            first, last = int(network.network_address), int(network.broadcast_address)
            return (first, last) if whole or network.prefixlen >= 31 else (first + 1, last - 1)
        start, _dash, end = (part.strip() for part in text.partition("-"))
        first = int(ipaddress.IPv4Address(start))
        if end and "." not in end:
            end = f"{start.rsplit('.', 1)[0]}.{end}"
        last = int(ipaddress.IPv4Address(end)) if end else first
    except ValueError as exc:
        problems.append(f"{text!r} is no IPv4 address, range or network ({exc})")
        return 0, -1
    if last < first:
        problems.append(f"{text!r} ends before it begins")
    return first, last


def leases(text: str) -> list[str]:
    """Return the addresses in a lease file of ISC dhcpd, dnsmasq or Kea, each once."""
    found = (LEASE.match(line) for line in text.splitlines())
    return list(dict.fromkeys(match.group(1) for match in found if match))
