# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.maas import oauth
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.records import Token

NOW = 1_795_408_253
GOOD = {
    "oauth_consumer_key": "ck",
    "oauth_token": "tk",
    "oauth_signature_method": "PLAINTEXT",
    "oauth_signature": "&ts",
    "oauth_timestamp": str(NOW),
    "oauth_nonce": "n1",
}
URL = "http://maas.example:5240/MAAS/api/2.0/machines/"


def gate() -> oauth.OAuthGate:
    return oauth.OAuthGate({"tk": Token("ck", "tk", "ts", "admin")}, lambda: float(NOW))


REFUSED = [
    ({"oauth_consumer_key": "no"}, "Invalid API key."),
    ({"oauth_token": "no"}, "'Invalid access token: no'"),
    ({"oauth_signature": "&no"}, "'Invalid signature. Expected signature base string: &ts'"),
    (
        {"oauth_timestamp": str(NOW - 301)},
        f"'Expired timestamp: given {NOW - 301} and now {NOW} has a greater difference than threshold 300'",
    ),
]


@pytest.mark.parametrize(("changed", "text"), REFUSED)
def test_refusals_use_the_words_of_maas(changed: dict[str, str], text: str) -> None:
    with pytest.raises(oauth.OAuthError) as error:
        gate().check({**GOOD, **changed}, "GET", URL, [])
    assert str(error.value) == text


def test_a_nonce_serves_once() -> None:
    one = gate()
    assert one.check(GOOD, "GET", URL, []).user == "admin"
    with pytest.raises(oauth.OAuthError, match="'Nonce already used: n1'"):
        one.check(GOOD, "GET", URL, [])


@pytest.mark.parametrize("ahead", [0, -300, 86_400])
def test_clocks_that_are_taken(ahead: int) -> None:
    assert gate().check({**GOOD, "oauth_timestamp": str(NOW + ahead)}, "GET", URL, [])


def test_hmac_sha1_is_taken() -> None:
    signed = {**GOOD, "oauth_signature_method": "HMAC-SHA1"}
    base = oauth.signature_base(signed, "GET", URL, [("op", "whoami")])
    digest = hmac.new(b"&ts", base.encode(), hashlib.sha1).digest()
    signed["oauth_signature"] = base64.b64encode(digest).decode()
    assert gate().check(signed, "GET", URL, [("op", "whoami")])
    with pytest.raises(oauth.OAuthError, match="Invalid signature"):
        gate().check({**signed, "oauth_nonce": "n2"}, "POST", URL, [("op", "whoami")])


HEADERS = [
    ("Bearer abc", False),
    ("OAuth garbage", False),
    ("", False),
    (", ".join(f'{key}="{value}"' for key, value in GOOD.items()), False),
    ("OAuth " + ", ".join(f'{key}="{value}"' for key, value in GOOD.items()), True),
    ("OAuth " + ",".join(f'{key}="{value}"' for key, value in GOOD.items()), True),
    ("OAuth " + ", ".join(f'{key}="{value}"' for key, value in GOOD.items() if key != "oauth_nonce"), False),
]


@pytest.mark.parametrize(("header", "usable"), HEADERS)
def test_headers(header: str, usable: bool) -> None:
    assert (oauth.parse_header(header) is not None) == usable
