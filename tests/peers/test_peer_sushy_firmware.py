# SPDX-License-Identifier: GPL-3.0-or-later
"""SimpleUpdate of sushy-emulator, which is not ours, as far as it goes.

It fetches nothing: told to, it counts the second part of the BIOS version up, and it wants Targets, which are optional
in the standard. Its BMC has no version and cannot be updated.
"""

from __future__ import annotations

import hashlib
import http.server
import threading

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules import firmware, firmware_info

pytestmark = pytest.mark.peer
IMAGE = b"an image that nobody reads"


@pytest.fixture
def image_url():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(IMAGE)))
            self.end_headers()
            self.wfile.write(IMAGE)

        def log_message(self, *_unused):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/bios.bin"
    server.shutdown()
    server.server_close()


@pytest.fixture
def run_door(sushy, tmp_path):
    def run(door, check=False, **options):
        arguments = {**sushy, "bmc_username": "admin", "bmc_password": "not-checked-1", **options}
        return execute(door, arguments, Context(check_mode=check, diff=True, cache_dir=str(tmp_path))).result

    return run


def test_sushy_update_from_check_to_noop(run_door, image_url):
    shown = {entry["component"]: entry for entry in run_door(firmware_info.DOOR)["firmware"]["components"]}
    first, second, *rest = shown["bios"]["version"].split(".")
    row = {
        "component": "bios",
        "version": ".".join([first, str(int(second) + 1), *rest]),
        "image": image_url,
        "sha256": hashlib.sha256(IMAGE).hexdigest(),
    }
    options = {"allow_reboot": True, "wait_interval": 0.2, "wait_timeout": 300}
    aimed = {**row, "target": "/redfish/v1/Systems/00000000-0000-0000-0000-000000000001"}

    untold = run_door(firmware.DOOR, baseline=[row], **options)
    checked = run_door(firmware.DOOR, check=True, baseline=[aimed], **options)
    done = run_door(firmware.DOOR, baseline=[aimed], **options)
    again = run_door(firmware.DOOR, baseline=[aimed], **options)

    assert untold["error_class"] == "ConfigurationError"
    assert "SimpleUpdate: POST was refused with HTTP 400" in untold["msg"]
    assert checked["changed"]
    assert checked["firmware"]["before"] == {"bios": shown["bios"]["version"]}
    assert not done.get("failed"), done
    assert [change["outcome"] for change in done["firmware"]["changes"]] == ["applied"]
    assert (again["changed"], again["reason"]) == (False, f"bios is at {row['version']} already")
