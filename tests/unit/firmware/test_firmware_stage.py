# SPDX-License-Identifier: GPL-3.0-or-later
"""The store against a real HTTP server that knows ranges and breaks off when told."""

from __future__ import annotations

import hashlib
import http.server
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.firmware_stage import DOOR

CONTENT = bytes(range(256)) * 8192
SHA = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        start = int((self.headers.get("Range") or "bytes=0-")[6:].rstrip("-"))
        server.starts.append(start)
        body = CONTENT[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: server.break_at] if server.break_at and not start else body)


@pytest.fixture
def server():
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.starts, httpd.break_at = [], 0
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def stage(server, tmp_path):
    def run(check=False, **options):
        arguments = {
            "image": f"http://127.0.0.1:{server.server_port}/bios.bin",
            "sha256": SHA,
            "store": str(tmp_path / "store"),
            **options,
        }
        return execute(DOOR, arguments, Context(check_mode=check, diff=True)).result

    return run


def test_image_is_fetched_once_and_then_found(stage, server):
    checked, first, second = stage(check=True), stage(), stage()

    assert (checked["changed"], first["changed"], second["changed"]) == (True, True, False)
    assert server.starts == [0]
    with open(first["path"], "rb") as file:
        assert file.read() == CONTENT


def test_download_that_broke_off_is_resumed(stage, server):
    server.break_at = 500_000

    broken = stage()
    resumed = stage()

    assert broken["error_class"] == "NetworkError"
    assert not resumed.get("failed"), resumed["msg"]
    assert server.starts[0] == 0
    assert 0 < server.starts[1] <= 500_000


def test_other_content_never_gets_into_the_store(stage, tmp_path):
    good = stage()

    bad = stage(sha256="0" * 64)

    assert bad["error_class"] == "VerificationError"
    assert SHA in bad["msg"]
    assert [path.name for path in (tmp_path / "store").iterdir()] == [good["name"]]


def test_a_path_is_taken_too_and_absent_removes(stage, tmp_path):
    source = tmp_path / "mine.bin"
    source.write_bytes(CONTENT)

    stored = stage(image=str(source))
    removed = stage(image=str(source), state="absent")
    gone = stage(image=str(source), state="absent")

    assert stored["name"] == "mine.bin"
    assert removed["changed"]
    assert not gone["changed"]
    assert list((tmp_path / "store").iterdir()) == []


def test_many_that_want_one_image_fetch_it_once(stage, server):
    with ThreadPoolExecutor(4) as pool:
        results = [one.result() for one in [pool.submit(stage) for _unused in range(4)]]

    assert [one.get("msg") for one in results if one.get("failed")] == []
    assert sorted(one["changed"] for one in results) == [False, False, False, True]
    assert server.starts == [0]


def test_a_store_that_cannot_be_written_is_told_as_such(stage, tmp_path):
    (tmp_path / "file").write_text("no directory")

    result = stage(store=str(tmp_path / "file"))

    assert result["error_class"] == "ConfigurationError"
    assert "the image cannot be stored: File exists" in result["msg"]


@pytest.mark.parametrize(
    ("options", "says"), [({"sha256": "abc"}, "64 hexadecimal"), ({"name": "../x"}, "not the name")]
)
def test_bad_input_is_refused(stage, options, says):
    assert says in stage(**options)["msg"]
