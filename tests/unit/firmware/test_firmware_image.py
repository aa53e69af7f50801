# SPDX-License-Identifier: GPL-3.0-or-later
"""Images against real files and a real HTTP server: what is wrong is told, and memory stays flat."""

from __future__ import annotations

import hashlib
import http.server
import threading
import tracemalloc
from functools import partial

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import image
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row

CONTENT = b"firmware" * 4096
SHA = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        self.server.requests.append(self.path)

    def do_GET(self):
        if self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:100])
            return
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CONTENT)
            return
        super().do_GET()


@pytest.fixture
def server(tmp_path):
    (tmp_path / "good.bin").write_bytes(CONTENT)
    (tmp_path / "empty.bin").write_bytes(b"")
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    httpd.requests = []
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd
    httpd.shutdown()
    httpd.server_close()


def row(where, **more):
    return Row(component="bios", version="1.1", image=str(where), **{"sha256": SHA, **more})


def url(server, name):
    return f"http://127.0.0.1:{server.server_port}/{name}"


def test_verify_accepts_the_image_of_the_catalogue_from_path_and_url(server, tmp_path):
    image.verify_image(row(tmp_path / "good.bin", size=len(CONTENT)))
    image.verify_image(row(url(server, "good.bin"), size=len(CONTENT), sha256=SHA.upper()))


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("good.bin", {"sha256": "0" * 64}, f"its SHA-256 is {SHA}"),
        ("good.bin", {"size": 5}, "should have 5"),
        ("empty.bin", {}, "the file is empty"),
        ("missing.bin", {}, "HTTP 404"),
        ("endless", {}, "does not say how long"),
    ],
)
def test_verify_of_another_image_says_what_is_wrong(server, name, more, says):
    with pytest.raises(ConfigurationError, match=says) as caught:
        image.verify_image(row(url(server, name), **more))

    assert name in str(caught.value)


def test_verify_of_a_truncated_download_is_told_and_not_taken(server):
    with pytest.raises((ConfigurationError, NetworkError), match="ended after 100|IncompleteRead|100 bytes read"):
        image.verify_image(row(url(server, "short")))


def test_verify_of_a_missing_file_and_a_dead_server_name_them(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nothing\.bin.*No such file"):
        image.verify_image(row(tmp_path / "nothing.bin"))
    with pytest.raises(NetworkError, match="image server cannot be reached"):
        image.verify_image(row("http://127.0.0.1:9/x.bin"))


def test_verify_images_tells_all_problems_at_once(tmp_path):
    rows = [row(tmp_path / "a.bin"), row(tmp_path / "b.bin", via=(row(tmp_path / "c.bin"),))]

    with pytest.raises(ConfigurationError) as caught:
        image.verify_images(rows)

    assert len(caught.value.facts["problems"]) == 3


def test_verify_with_a_cache_reads_an_image_once_per_run(server, tmp_path):
    wanted = row(url(server, "good.bin"))

    for _worker in range(3):
        image.verify_image(wanted, str(tmp_path / "cache"))

    assert server.requests == ["/good.bin"]


def test_a_bad_verdict_is_not_remembered(server, tmp_path):
    target = tmp_path / "late.bin"
    wanted = row(url(server, "late.bin"))
    with pytest.raises(ConfigurationError):
        image.verify_image(wanted, str(tmp_path / "cache"))
    target.write_bytes(CONTENT)

    image.verify_image(wanted, str(tmp_path / "cache"))


def test_verify_of_a_large_image_holds_one_block(tmp_path):
    large = tmp_path / "large.bin"
    block, digest = bytes(image.BLOCK), hashlib.sha256()
    with large.open("wb") as file:
        for _block in range(64):
            file.write(block)
            digest.update(block)
    tracemalloc.start()

    image.verify_image(row(large, sha256=digest.hexdigest()))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * image.BLOCK
