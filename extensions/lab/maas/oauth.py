# SPDX-License-Identifier: GPL-3.0-or-later
"""Check OAuth 1.0 PLAINTEXT signatures as MAAS does, in the words MAAS uses.

Facts from a running MAAS 3.7.3: a header that is missing or is not OAuth gives 401 ``Forbidden`` without
``WWW-Authenticate``; a wrong key, token, secret, nonce or clock gives 401 with it; the text for a wrong secret
echoes the right one; a clock that is ahead is accepted however far.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote

from .records import Token

THRESHOLD_SECONDS = 300
KEPT_NONCES = 200_000
NEEDED = ("oauth_consumer_key", "oauth_token", "oauth_signature", "oauth_signature_method") + (
    "oauth_timestamp",
    "oauth_nonce",
)
_PAIR = re.compile(r'\s*(\w+)="([^"]*)"\s*')


class OAuthError(Exception):
    """Say why a signed request is refused; the message is the body after ``Authorization Error: ``."""


def parse_header(header: str) -> dict[str, str] | None:
    """Give the OAuth parameters of an Authorization header, or None when it is not a usable OAuth header."""
    scheme, _unused, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return None
    found = {key: unquote(value) for key, value in _PAIR.findall(rest)}
    return found if all(found.get(name) for name in NEEDED) else None


class OAuthGate:
    """Verify signatures and remember nonces; one per region."""

    def __init__(self, tokens: Mapping[str, Token], wall: Callable[[], float]) -> None:
        self._tokens = tokens
        self._wall = wall
        self._nonces: set[tuple[str, str, str]] = set()
        self._order: deque[tuple[str, str, str]] = deque()

    def check(self, oauth: Mapping[str, str], method: str, url: str, params: list[tuple[str, str]]) -> Token:
        """Give the token that signed the request, or raise OAuthError in MAAS's words."""
        consumer, key = oauth["oauth_consumer_key"], oauth["oauth_token"]
        if not any(token.consumer == consumer for token in self._tokens.values()):
            raise OAuthError("Invalid API key.")
        token = self._tokens.get(key)
        if token is None or token.consumer != consumer:
            raise OAuthError(f"'Invalid access token: {key}'")
        self._check_time(oauth["oauth_timestamp"])
        self._check_signature(oauth, token, method, url, params)
        self._remember(consumer, key, oauth["oauth_nonce"])
        return token

    def _check_time(self, timestamp: str) -> None:
        now = int(self._wall())
        try:
            given = int(timestamp)
        except ValueError:
            raise OAuthError("'Invalid timestamp'") from None
        if now - given > THRESHOLD_SECONDS:
            raise OAuthError(
                f"'Expired timestamp: given {given} and now {now} has a greater difference than "
                f"threshold {THRESHOLD_SECONDS}'",
            )

    def _check_signature(
        self,
        oauth: Mapping[str, str],
        token: Token,
        method: str,
        url: str,
        params: list[tuple[str, str]],
    ) -> None:
        expected = f"&{token.secret}"
        given = oauth["oauth_signature"]
        kind = oauth["oauth_signature_method"].upper()
        if kind == "HMAC-SHA1":
            base = signature_base(oauth, method, url, params)
            digest = hmac.new(expected.encode(), base.encode(), hashlib.sha1).digest()
            if hmac.compare_digest(given, base64.b64encode(digest).decode()):
                return
            raise OAuthError(f"'Invalid signature. Expected signature base string: {base}'")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise OAuthError(f"'Invalid signature. Expected signature base string: {expected}'")

    def _remember(self, consumer: str, key: str, nonce: str) -> None:
        seen = (consumer, key, nonce)
        if seen in self._nonces:
            raise OAuthError(f"'Nonce already used: {nonce}'")
        self._nonces.add(seen)
        self._order.append(seen)
        if len(self._order) > KEPT_NONCES:
            self._nonces.discard(self._order.popleft())


def signature_base(oauth: Mapping[str, str], method: str, url: str, params: list[tuple[str, str]]) -> str:
    """Build the HMAC base string (RFC 5849 section 3.4.1) from the OAuth and the request's own parameters."""
    pairs = [(key, value) for key, value in oauth.items() if key not in ("oauth_signature", "realm")]
    encoded = sorted((quote(key, safe="~"), quote(value, safe="~")) for key, value in [*pairs, *params])
    joined = "&".join(f"{key}={value}" for key, value in encoded)
    return "&".join(quote(part, safe="~") for part in (method.upper(), url, joined))
