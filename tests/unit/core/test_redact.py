# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets leave by no door; facts about secrets may."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.redact import MASK, redact, redact_text

TEXTS = {
    "url": ("https://admin:hunter22@bmc/redfish", f"https://{MASK}@bmc/redfish"),
    "bearer": ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {MASK}"),
    "basic": ("basic YWRtaW46cGFzcw==", f"basic {MASK}"),
    "shortest basic": ("basic abc12345", f"basic {MASK}"),
    "oauth": ('oauth_token="tk", oauth_signature="%26ts"', f'oauth_token="{MASK}", oauth_signature="{MASK}"'),
    "key": ("a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b", f"a {MASK} b"),
    "innocent": ("basic verification of https://bmc:443/x passed", "basic verification of https://bmc:443/x passed"),
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_credentials_are_found_by_their_shape(text, expected):
    assert redact_text(text) == expected


def test_known_secrets_are_masked_in_values_and_keys_at_any_depth():
    value = {"a": ["x hunter22 y", {"hunter22": 1}], "n": 7}

    assert redact(value, {"hunter22"}) == {"a": [f"x {MASK} y", {MASK: 1}], "n": 7}


def test_short_secret_masks_only_the_whole_value():
    assert redact(["ab", "about"], {"ab"}) == [MASK, "about"]


def test_values_under_secret_looking_keys_are_masked_but_facts_stay():
    value = {"bmc_password": "x", "password_set": True, "maas_api_key": "a:b:c", "PowerPassword": "", "token_count": 3}

    assert redact(value) == {
        "bmc_password": MASK,
        "password_set": True,
        "maas_api_key": MASK,
        "PowerPassword": "",
        "token_count": 3,
    }
