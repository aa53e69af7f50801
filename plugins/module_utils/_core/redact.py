# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep secrets out of whatever leaves a task: results, diffs, errors.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["MASK", "redact", "redact_text"]

MASK = "********"

# A secret shorter than this masks only values equal to it: as a substring it would mask half of every text.
SHORTEST_SUBSTRING = 4

SECRET_KEY = re.compile(
    r"(passw(or)?d|passphrase|secret|api_?key|x-auth-token|authorization|private_?key|user_?data|power_pass)",
    re.IGNORECASE,
)
# In the address of a web server the name alone can be a token, as in https://TOKEN@host/.
URL_CREDENTIALS = re.compile(
    r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)|(?<=http://)[^/\s@]+(?=@)|(?<=https://)[^/\s@]+(?=@)", re.IGNORECASE
)
# A digit or a sign of base64 tells a token from the word after "basic" in a sentence.
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+(?=\S*[0-9=+/])[A-Za-z0-9+/=._-]{8,}")
# "basic", a space and eight characters: a result holds a thousand texts, and nearly all of them are shorter.
SHORTEST_BEARER = 14
OAUTH_SIGNATURE = re.compile(r'(oauth_(?:signature|token)=")[^"]*')
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL)


def redact_text(text: str, secrets: t.Collection[str] = ()) -> str:
    """Return ``text`` without the given secrets and without anything that looks like a credential."""
    if text in secrets:
        return MASK
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SUBSTRING:
            text = text.replace(secret, MASK)
    if "://" in text:
        text = URL_CREDENTIALS.sub(MASK, text)
    if "-----BEGIN" in text:
        text = PRIVATE_KEY.sub(MASK, text)
    if "oauth_" in text:
        text = OAUTH_SIGNATURE.sub(r"\1" + MASK, text)
    if len(text) < SHORTEST_BEARER:
        return text
    return BEARER.sub(lambda match: f"{match.group(1)} {MASK}", text)


def redact(value: t.Any, secrets: t.Collection[str] = ()) -> t.Any:
    """Return a copy of plain data with secrets masked: known values anywhere, and any value under a secret-looking key.

    Booleans, numbers and nulls under such keys stay, since ``password_set: true`` is a fact and not a secret.
    """
    if isinstance(value, str):
        return redact_text(value, secrets)
    if isinstance(value, t.Mapping):
        return {
            redact_text(key, secrets) if isinstance(key, str) else key: MASK
            if isinstance(key, str) and isinstance(item, str) and item and SECRET_KEY.search(key)
            else redact(item, secrets)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item, secrets) for item in value]
    return value
