# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are masked by name, by shape and by having been seen; what only talks about secrets stays."""

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.redact import (
    LONGEST_TEXT,
    MASK,
    Redactor,
    is_secret_name,
    secrets_in,
)

CANARY = "canary-7Hx9"
SHAPES: dict[str, str] = {
    "url": f"connect to https://admin:{CANARY}@bmc/redfish",
    "url with @ in the password": f"https://admin:{CANARY}@{CANARY}@bmc/redfish",
    "database url": f"postgresql://audit:{CANARY}@db/audit",
    "bearer": f"Authorization: Bearer {CANARY}{CANARY}",
    "basic": f"Authorization: Basic {CANARY}{CANARY}",
    "option": f"ipmitool --password {CANARY} chassis status",
    "option at the start": f"--password {CANARY}",
    "assignment": f"bmc_password={CANARY}",
    "quoted assignment": f'bmc_password="{CANARY} {CANARY}"',
    "json": f'{{"Password": "{CANARY}", "UserName": "root"}}',
    "dell scp": f'<Attribute Name="Users.2#Password">{CANARY}</Attribute>',
    "query": f"https://maas/?token={CANARY}&x=1",
    "private key": f"x -----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY----- y",
    "jwt": f"eyJhbGciOiJIUzI1NiJ9.eyJ{CANARY}.sig",
    "crypt": f"$6$rounds=5000${CANARY}".replace("-", "."),
    "cloud-config": f"#cloud-config\nssh_pwauth: true\nchpasswd: {CANARY}",
    "oauth": f'OAuth oauth_signature="&{CANARY}", oauth_version="1.0"',
    "secret key": f"AWS_SECRET_ACCESS_KEY: {CANARY}",
}
STRUCTURES: dict[str, t.Any] = {
    "key": {"password": CANARY},
    "camel": {"AdminPassword": CANARY},
    "number": {"pin": 12345},
    "list under a key": {"tokens": [CANARY]},
    "dictionary under a key": {"credentials": {"anything": CANARY}},
    "command line": {"cmd": ["ipmitool", "--password", CANARY, "chassis"]},
    "user-data": {"user_data": CANARY},
    "bios change": {"attribute": "SetupPassword", "before": CANARY, "wanted": CANARY, "after": CANARY},
    "bmc change": {"setting": "accounts.admin.password", "wanted": CANARY},
    "deep": {"a": [{"b": {"api_key": CANARY}}]},
}
HARMLESS: dict[str, t.Any] = {
    "facts about secrets": {"password_set": True, "password_length": 16, "PasswordExpiration": "never"},
    "status": {"PasswordStatus": "Unlocked"},
    "words": "the tokens of this password policy are documented at https://bmc/doc",
    "hex": "sha256 0f343b0931126a20f133d67c2b018a3b5d3d3f5f",
    "bios": {"attribute": "ProcTurboMode", "before": "Enabled", "after": "Disabled"},
    "empty": {"password": ""},
    "null": {"password": None},
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_text_with_the_shape_of_a_credential_is_masked(text: str) -> None:
    cleaned = Redactor().clean({"msg": text})["msg"]

    assert CANARY.replace("-", ".") not in cleaned and CANARY not in cleaned
    assert MASK in cleaned


@pytest.mark.parametrize("data", STRUCTURES.values(), ids=STRUCTURES)
def test_value_under_a_secret_name_is_masked(data: t.Any) -> None:
    cleaned = str(Redactor().clean(data))

    assert CANARY not in cleaned and "12345" not in cleaned
    assert MASK in cleaned


@pytest.mark.parametrize("data", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_secret_stays(data: t.Any) -> None:
    assert Redactor().clean(data) == data


def test_secret_seen_in_arguments_is_masked_wherever_it_turns_up_later() -> None:
    redactor = Redactor()
    redactor.learn({"bmc_password": CANARY}, "r01")

    assert redactor.clean({"msg": f"login as root/{CANARY} refused"}, "r01") == {"msg": f"login as root/{MASK} refused"}
    assert redactor.clean({f"key {CANARY}": 1}, "r01") == {f"key {MASK}": 1}


def test_secret_of_one_host_does_not_mask_the_words_of_another() -> None:
    redactor = Redactor()
    redactor.learn({"bmc_password": "Enabled"}, "r01")

    assert redactor.clean("Enabled", "r02") == "Enabled"


def test_secret_for_all_hosts_is_masked_for_each() -> None:
    redactor = Redactor()
    redactor.learn({"maas_api_key": CANARY})

    assert redactor.clean(f"x{CANARY}", "r02") == f"x{MASK}"


def test_untemplated_and_short_values_are_not_learned() -> None:
    assert list(secrets_in({"password": "{{ vault_password }}", "pin": "123"})) == []


def test_text_no_database_takes_is_made_fit() -> None:
    assert Redactor().clean("a\x00b\ud800") == "ab?"


@pytest.mark.parametrize(
    ("name", "secret"),
    [("bmc_password", True), ("X-Auth-Token", True), ("tokens", True), ("token_count", False), ("compass", False),
     ("passthrough", False), ("bypass", False), ("user_data", True), ("secretary", True), ("password_file", False)],
)  # fmt: skip
def test_names(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


ENDLESS = {
    "one word": "x",
    "a ruler": "-",
    "dots": ".",
    "colons": "a:",
    "addresses": "://a:b",
    "options": "--password-",
    "assignments": 'token="',
    "attributes": 'Name="key',
    "open elements": 'Name="key">x',
    "web tokens": "eyJ-",
    "hashes": "$6$",
    "keys": "-----BEGIN ",
    "spaces": "password   ",
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
def test_text_of_any_length_and_shape_is_looked_through_at_once(piece: str) -> None:
    text = f"https://{piece * (3_000_000 // len(piece))} token"
    begun = time.process_time()

    cleaned = Redactor().clean(text)

    # A second is a hundred times what it takes; with a repetition inside a repetition it takes minutes.
    assert time.process_time() - begun < 1
    assert len(cleaned) < 70_000 and f"({len(text)} characters)" in cleaned


def test_secret_in_a_text_that_is_cut_is_masked_first() -> None:
    redactor = Redactor()
    redactor.learn({"password": "hunter22"})

    assert "hunter2" not in redactor.clean("x" * (LONGEST_TEXT - 4) + "hunter22")


def test_secret_that_is_a_part_of_another_leaves_nothing_of_it() -> None:
    redactor = Redactor()
    redactor.learn({"password": "hunter"})
    assert redactor.clean("hunter2secretive") == "********2secretive"

    redactor.learn({"token": "hunter2secretive"}, "r01")

    assert redactor.clean("hunter2secretive", "r01") == "********"
