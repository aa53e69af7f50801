# SPDX-License-Identifier: GPL-3.0-or-later
"""How a BMC fetches a firmware image: over HTTP or HTTPS, without checking the certificate, as BMCs do."""

from __future__ import annotations

import aiohttp

LIMIT = 512 * 1024 * 1024


class FetchError(Exception):
    """The image could not be fetched; the message is what the BMC writes into its task."""


async def fetch(uri: str, limit: int | None = None) -> bytes:
    """Return the body at `uri`; raise FetchError for anything but 200, and for one larger than `limit` bytes."""
    timeout = aiohttp.ClientTimeout(total=60, connect=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.get(uri, ssl=False) as answer,
        ):
            if answer.status != 200:
                raise FetchError(f"Unable to download {_bare(uri)}: the server answered {answer.status}.")
            data = await answer.content.read(-1)
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        raise FetchError(f"Unable to download {_bare(uri)}: {type(problem).__name__}.") from problem
    if len(data) > (limit or LIMIT):
        raise FetchError(f"The image has {len(data)} bytes; at most {limit or LIMIT} are accepted.")
    return data


def _bare(uri: str) -> str:
    """Return the URI without user and password."""
    scheme, _unused, rest = uri.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
