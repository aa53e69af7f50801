# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import http.client
import threading

import pytest

from ansible_collections.hwautomation.baremetal.extensions.image_server import server as image_server

CONTENT = bytes(range(256)) * 64


@pytest.fixture
def served(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(CONTENT)
    httpd = image_server.ImageServer("127.0.0.1", 0, {"/secret/a.bin": path})
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd
    httpd.shutdown()
    httpd.server_close()


def ask(httpd, path="/secret/a.bin", method="GET", **headers):
    connection = http.client.HTTPConnection(*httpd.server_address[:2], timeout=60)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), dict(answer.getheaders())


@pytest.mark.parametrize(
    ("span", "status", "body"),
    [
        (None, 200, CONTENT),
        ("bytes=0-9", 206, CONTENT[:10]),
        ("bytes=100-", 206, CONTENT[100:]),
        ("bytes=-5", 206, CONTENT[-5:]),
        ("bytes=999999-", 416, b""),
        ("bytes=-", 416, b""),
        ("chapters=1-2", 416, b""),
    ],
)
def test_ranges(served, span, status, body):
    seen = ask(served, **({"Range": span} if span else {}))

    assert seen[:2] == (status, body)


@pytest.mark.parametrize("path", ["/", "/a.bin", "/secret/", "/secret/../secret/a.bin", "/other/a.bin"])
def test_any_other_path_is_not_there(served, path):
    assert ask(served, path)[0] == 404


def test_head_tells_the_length(served):
    status, body, headers = ask(served, method="HEAD")

    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(CONTENT)))


def test_url_ends_some_time_after_the_image_went_out(served, monkeypatch):
    assert ask(served)[0] == 200
    assert ask(served)[0] == 200

    monkeypatch.setattr(image_server, "GRACE_SECONDS", -1.0)

    assert ask(served)[0] == 404
