# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport: what is signed and sent, what is sent again, what is refused before anything is sent."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core import errors
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import pairs, path_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas_region import ApiKey, Region
from tests.support.maas_replay import KEY, answer

LOST = requests.exceptions.ConnectionError("Connection aborted.", ConnectionResetError(104, "reset by peer"))
SLOW = requests.exceptions.ReadTimeout("Read timed out. (read timeout=5)")
REFUSED = requests.exceptions.ConnectionError("Failed to establish a new connection: [Errno 111] Connection refused")
FORM = "application/x-www-form-urlencoded"
PAGE = "<html><head><title>{}</title></head></html>"


@pytest.mark.parametrize("key", ["", "a:b", "a:b:c:d", "a::c", "a:b c:d", ":::", "justoneword"])
def test_malformed_key_is_refused_without_being_repeated(key):
    with pytest.raises(errors.ConfigurationError, match="maas_api_key is malformed") as caught:
        ApiKey.parse(key)
    assert not key or len(key) < 4 or key not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("maas.example.com/MAAS", "is not a URL of a MAAS"),
        ("ftp://maas.example.com/MAAS", "is not a URL of a MAAS"),
        ("http://maas.example.com:5240/MAAS", "is plain HTTP"),
        ("https://maas.example.com:5443", "add /MAAS: https://maas.example.com:5443/MAAS"),
        ("https://user:word@maas.example.com/MAAS", "carries credentials"),
    ],
)
def test_wrong_url_is_refused(url, words):
    with pytest.raises(errors.ConfigurationError, match=words) as caught:
        Region.parse(url)
    assert "word@" not in str(caught.value)


@pytest.mark.parametrize("tail", ["", "/", "/api", "/api/2.0", "/api/2.0/"])
def test_url_may_carry_the_path_of_the_api(tail):
    assert Region.parse(f"https://m:5443/MAAS{tail}").url == "https://m:5443/MAAS/api/2.0/"


def test_each_try_carries_a_signature_of_its_own(talk):
    with talk(answer(503), answer(503), answer(200, [])) as (client, replay):
        assert client.get("machines/") == []
    nonces = {request.headers["Authorization"] for request in replay.requests}
    assert len(nonces) == 3
    header = replay.requests[0].headers["Authorization"]
    header = header.decode() if isinstance(header, bytes) else header
    assert 'oauth_signature_method="PLAINTEXT"' in header and 'oauth_signature="%26tokenSecret"' in header
    assert len(replay.pauses) == 2


def test_retry_after_is_obeyed_up_to_a_minute(talk):
    answers = [answer(429, **{"Retry-After": "7"}), answer(503, **{"Retry-After": "3600"}), answer(200, {})]
    with talk(*answers) as (client, replay):
        client.get("machines/")
    assert replay.pauses == [7, 60.0]


def test_a_get_is_sent_again_until_patience_ends(talk):
    with (
        talk(LOST, LOST, LOST, LOST) as (client, replay),
        pytest.raises(errors.NetworkError, match="cannot be reached"),
    ):
        client.get("machines/")
    assert len(replay.requests) == 4


@pytest.mark.parametrize("lost", [LOST, SLOW])
def test_a_post_whose_answer_is_lost_is_never_sent_again(talk, lost):
    with talk(lost) as (client, replay), pytest.raises(errors.OutcomeUnknown, match="answer was lost"):
        client.post("machines/x/", op="deploy")
    assert len(replay.requests) == 1


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_that_gave_up_leaves_the_outcome_of_a_post_unknown(talk, status):
    page = answer(status, PAGE.format("Gateway Time-out"), "text/html")
    with talk(page) as (client, replay), pytest.raises(errors.OutcomeUnknown):
        client.post("machines/x/", op="release")
    assert len(replay.requests) == 1


def test_a_503_of_a_post_is_an_answer_and_not_repeated(talk):
    said = answer(503, "No rack controllers can access the BMC of node x", "text/plain", **{"Retry-After": "1"})
    with talk(said) as (client, replay), pytest.raises(errors.NetworkError, match="BMC of node x"):
        client.post("machines/x/", op="power_off")
    assert len(replay.requests) == 1


def test_a_post_that_was_never_sent_may_be_tried_again(talk):
    with talk(REFUSED, answer(200, {"a": 1})) as (client, replay):
        assert client.post("zones/", form={"name": "a"}) == {"a": 1}
    assert len(replay.requests) == 2


def test_a_refused_key_is_tried_once_and_the_body_is_not_shown(talk):
    body = "Authorization Error: 'Invalid signature. Expected signature base string: &tokenSecret'"
    refused = answer(401, body, "text/html")
    with talk(refused) as (client, replay), pytest.raises(errors.AuthenticationError, match="secret part") as caught:
        client.get("machines/")
    assert len(replay.requests) == 1
    assert "tokenSecret" not in str(caught.value) + str(caught.value.as_result())


@pytest.mark.parametrize("call", ["post", "put", "delete"])
def test_read_only_refuses_every_write_before_it_is_sent(talk, call):
    arguments = {"post": ("machines/",), "put": ("machines/x/", {}), "delete": ("machines/x/",)}[call]
    with talk(read_only=True) as (client, replay), pytest.raises(errors.ReadOnlyViolation):
        getattr(client, call)(*arguments)
    assert replay.requests == []


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (
            answer(301, "", "text/html", Location="https://m/MAAS/api/2.0/tags/?op=x"),
            "ConfigurationError",
            "https://m/MAAS",
        ),
        (answer(200, PAGE.format("Welcome to nginx"), "text/html"), "ConfigurationError", "not the region API"),
        (answer(404, PAGE.format("404 Not Found"), "text/html"), "ConfigurationError", "not the region API"),
        (
            answer(400, PAGE.format("plain HTTP request was sent to HTTPS port"), "text/html"),
            "ConfigurationError",
            "scheme",
        ),
        (answer(413, PAGE.format("413 Request Entity Too Large"), "text/html"), "ConfigurationError", "10 MB"),
        (answer(403, "", "text/plain"), "AuthenticationError", "locked"),
        (answer(400, "", "text/plain"), "ConfigurationError", "400 without a word"),
        (answer(500, "exit status 1", "text/plain"), "HWAutomationError", "power driver failed"),
    ],
)
def test_odd_answers_are_explained(talk, reply, kind, words):
    with talk(reply) as (client, _replay), pytest.raises(errors.HWAutomationError, match=words) as caught:
        client.post("machines/")
    assert type(caught.value).__name__ == kind


def test_only_a_404_about_the_thing_itself_means_absent(talk):
    with talk(answer(404, "No Machine matches the given query.", "text/plain")) as (client, _replay):
        assert client.get_or_none("machines/x/") is None
    unknown = answer(404, "Unknown API endpoint: /x.", "text/plain")
    with talk(unknown) as (client, _replay), pytest.raises(errors.NotSupportedError):
        client.get_or_none("x/")
    page = answer(404, PAGE.format("404"), "text/html")
    with talk(page) as (client, _replay), pytest.raises(errors.ConfigurationError):
        client.get_or_none("machines/x/")


@pytest.mark.parametrize("body", [{"error": "what?"}, "hello", 3, [1], None])
def test_a_list_is_a_list_or_this_is_no_maas(talk, body):
    with talk(answer(200, body)) as (client, _replay), pytest.raises(errors.ConfigurationError, match="not the region"):
        client.rows("machines/")


def test_bodies_are_urlencoded_and_never_an_empty_multipart(talk):
    with talk(answer(200, {}), answer(200, {})) as (client, replay):
        client.post("machines/x/", op="release")
        client.post("machines/", form={"mac_addresses": ["a", "b"], "commission": False, "zone": None})
    assert replay.requests[0].body is None and replay.requests[0].url.endswith("?op=release")
    assert replay.requests[1].body == b"mac_addresses=a&mac_addresses=b&commission=false"
    assert replay.requests[1].headers["Content-Type"] in (FORM, FORM.encode())


def test_names_in_paths_are_quoted():
    assert path_of("tags", "a b/c") == "tags/a%20b%2Fc/"
    assert path_of("scripts", "x", slash=False) == "scripts/x"


def test_pairs_flatten_lists_and_booleans():
    assert pairs({"a": True, "b": [1, 2], "c": None}) == [("a", "true"), ("b", "1"), ("b", "2")]


def test_the_key_of_the_tests_is_well_formed():
    assert ApiKey.parse(KEY).consumer == "consumerKey"
    assert "tokenSecret" not in repr(ApiKey.parse(KEY))


@pytest.mark.parametrize(
    ("method", "replies", "refused", "noted"),
    [
        ("post", [answer(200, {})], None, 1),
        ("post", [answer(400, {"architecture": ["no"]})], True, 0),
        ("post", [answer(409, "because of the current state of the node")], True, 0),
        ("post", [answer(500, "exit status 1")], False, 1),
        ("post", [answer(504, "gateway")], False, 1),
        ("post", [LOST], False, 1),
        ("post", [REFUSED] * 4, True, 0),
        # The first PUT may have been taken, whatever is said of the second.
        ("put", [LOST, answer(409, "busy")], True, 1),
        ("get", [answer(404, "Not Found")], False, 0),
    ],
)
def test_write_is_noted_unless_it_certainly_did_nothing(method, replies, refused, noted, talk):
    with talk(*replies) as (client, replay):
        try:
            getattr(client, method)("machines/x/", **({} if method == "get" else {"form": {"a": 1}}))
            told = None
        except errors.HWAutomationError as exc:
            told = exc.refused

    assert (told, len(replay.writes)) == (refused, noted)
