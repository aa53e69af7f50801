# SPDX-License-Identifier: GPL-3.0-or-later
"""An image of 400 MB goes through a worker that grows by less than 30 MB."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from tests.support.playbook import ROOT

SIZE = 400 * 1024 * 1024
ALLOWED = 30 * 1024  # KiB, the unit of ru_maxrss on Linux

WORKER = textwrap.dedent(
    """
    import json, resource, sys
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
    from ansible_collections.hwautomation.baremetal.plugins.modules.firmware import DOOR
    from ansible_collections.hwautomation.baremetal.plugins.modules.firmware_info import DOOR as INFO

    arguments = json.loads(sys.stdin.read())
    bmc = {key: arguments[key] for key in ("bmc_host", "bmc_port", "bmc_username", "bmc_password", "ca_path")}
    execute(INFO, bmc, Context())
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = execute(DOOR, arguments, Context()).result
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"idle": idle, "peak": peak, "result": result}, default=str))
    """
)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["multipart", "push"])
def test_pushing_400_megabytes_takes_little_memory(bench_of, tmp_path, method):
    bench = bench_of(one="generic")
    image = tmp_path / "large.bin"
    with image.open("wb") as file:
        file.write(build(Image("generic", "generic", "bmc", "2.11.0"), 1024))
        file.truncate(SIZE)
    with image.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    row = {"component": "bmc", "version": "2.11.0", "image": str(image), "sha256": digest, "size": SIZE}
    arguments = {**bench.arguments("one"), "baseline": [row], "method": method, "wait": False}

    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / ".build" / "links"), "PATH": "/usr/bin:/bin"},
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert not seen["result"].get("failed"), seen["result"]["msg"]
    assert seen["peak"] - seen["idle"] < ALLOWED, seen
    sent = [entry for entry in bench.rack.journal("one", writes=True) if entry["method"] == "POST"]
    assert len(sent) == 1
