# SPDX-License-Identifier: GPL-3.0-or-later
"""Event subscriptions: what a BMC writes down arrives where it was asked for."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from tests.support.rack import Rack, Server

Letters = queue.Queue[dict[str, Any]]


@pytest.fixture
def listener() -> Iterator[tuple[str, Letters]]:
    """Take events on a port of its own; the first one is refused, as a listener that just starts does."""
    letters: Letters = queue.Queue()
    refused: list[bool] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if refused else 503)
            self.end_headers()
            if refused:
                letters.put(body)
            refused.append(True)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/events", letters
    server.shutdown()
    thread.join()
    server.server_close()


def call(rack: Rack, server: Server, method: str, path: str, body: Any = None) -> requests.Response:
    login = (server.username, server.password)
    return requests.request(method, server.url + path, json=body, auth=login, verify=rack.ca_path, timeout=30)


def test_events_arrive_until_the_subscription_is_deleted(
    rack_of: Callable[..., Rack], listener: tuple[str, Letters]
) -> None:
    destination, letters = listener
    rack = rack_of({"r01": {"lab_platform": "generic"}, "r02": {"lab_platform": "hpe_ilo6"}}, maas=False)
    one, other = rack.server("r01"), rack.server("r02")
    place = "/redfish/v1/EventService/Subscriptions"
    wanted = {"Destination": destination, "Protocol": "Redfish", "Context": "rack 1"}
    made = call(rack, one, "POST", place, wanted)
    assert made.status_code == 201, made.text

    reset = "/redfish/v1/Systems/system/Actions/ComputerSystem.Reset"
    assert call(rack, one, "POST", reset, {"ResetType": "On"}).status_code < 300
    found = [letters.get(timeout=120) for _unused in range(2)]
    assert {letter["Context"] for letter in found} == {"rack 1"}
    ids = {letter["Events"][0]["MessageId"].rpartition(".")[2] for letter in found}
    assert ids == {"ResourcePoweredOn", "ResourceStateChanged"}

    test = "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent"
    assert call(rack, one, "POST", test, {"MessageId": "Lab.1.0.Hello", "Message": "Hello"}).status_code == 204
    assert letters.get(timeout=120)["Events"][0]["Message"] == "Hello"
    assert call(rack, one, "POST", test, {}).status_code == 400

    assert call(rack, one, "DELETE", made.headers["Location"]).status_code == 204
    call(rack, one, "POST", test, {"MessageId": "Lab.1.0.Hello"})
    call(rack, other, "POST", place, wanted)
    call(rack, other, "POST", test, {"MessageId": "Lab.1.0.Other"})
    assert letters.get(timeout=120)["Events"][0]["MessageId"] == "Lab.1.0.Other"

    refused = call(rack, other, "POST", place, {**wanted, "DeliveryRetryPolicy": "RetryForever"})
    assert refused.status_code == 400, "iLO does not know the property (Q-H20)"
