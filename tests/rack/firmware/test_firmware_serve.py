# SPDX-License-Identifier: GPL-3.0-or-later
"""Images of the controller, fetched by BMCs from a server that ends with the playbook."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest

from tests.support.playbook import run_playbook, run_task


def test_bmc_fetches_an_image_of_the_controller_and_the_server_ends_with_the_run(bench_of, tmp_path):
    bench = bench_of(one="generic")
    row = bench.local(bench.row("one", "bmc"), tmp_path)
    arguments = {**bench.arguments("one"), "component": "bmc", "version": row["version"], "sha256": row["sha256"]}
    play = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "tasks": [
                {
                    "hwautomation.baremetal.firmware_serve": {"images": [row["image"]], "address": "127.0.0.1"},
                    "register": "served",
                },
                {
                    "hwautomation.baremetal.firmware": {
                        **arguments,
                        "image": "{{ served.urls.values() | first }}",
                        "method": "pull",
                        "wait_interval": 0.2,
                    }
                },
            ],
        }
    ]

    result = run_playbook(play)

    assert result.rc == 0, result.explain()
    assert bench.rack.state("one")["firmware"]["bmc"] == "2.11.0"
    (url,) = result.results(action="firmware_serve")[0]["result"]["urls"].values()
    deadline = time.monotonic() + 120
    with pytest.raises(OSError):
        while time.monotonic() < deadline:
            urllib.request.urlopen(url, timeout=2).close()
            time.sleep(0.3)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"images": ["/nowhere/x.bin"], "address": "127.0.0.1"}, "no such image: /nowhere/x.bin"),
        ({"images": [__file__], "address": "192.0.2.1"}, "cannot listen"),
        ({"images": [__file__], "address": "127.0.0.1", "certificate": "/x"}, "required together"),
    ],
)
def test_bad_input_starts_nothing(options, says):
    result = run_task("firmware_serve", options)

    assert result["failed"]
    assert says in json.dumps(result)


def test_both_runners_of_the_door_give_the_same_result(bench_of):
    bench = bench_of(one="generic")
    arguments = {**bench.arguments("one"), "baseline": [bench.row("one", "bmc")], "allow_reboot": True}

    here = run_task("firmware", arguments, check=True)
    there = run_task("firmware", arguments, check=True, module_path="module")

    assert not there["failed"], there
    for key in ("changed", "firmware", "minutes", "reboots", "plan", "later"):
        assert here[key] == there[key]
    info_here, info_there = (
        run_task("firmware_info", bench.arguments("one"), module_path=path) for path in ("in_process", "module")
    )
    assert info_here["firmware"] == info_there["firmware"]
