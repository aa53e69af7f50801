# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates of machines that do what their platform does not; the rows (Q-...) are in docs/rack_quirks.md."""

from __future__ import annotations

import pytest
import requests

# platform and what is odd about it
ODD = {
    "turns": ("hpe_ilo6", {"oddities": {"inventory_turns": True}}),
    "empty": ("generic", {"oddities": {"starts_empty": True}}),
    "body": ("generic", {"updates": {"task_from": "body"}}),
    "nothing": ("generic", {"updates": {"task_from": "none"}}),
    "url": ("generic", {"oddities": {"task_location": "absolute"}}),
    "slashes": ("hpe_ilo5", {"oddities": {"slashed_links": True}}),
    "no-time": ("generic", {"oddities": {"zero_reset_time": True}}),
}


def test_bmc_and_bios_reach_their_versions_and_stay(bench_of):
    settings = {name: {"lab_habits": habits} for name, (_platform, habits) in ODD.items()}
    bench = bench_of(settings=settings, **{name: platform for name, (platform, _habits) in ODD.items()})
    failed, changed = {}, {}
    for name in ODD:
        rows = [bench.row(name, component) for component in ("bmc", "bios")]
        first = bench.run(name, rows)
        failed[name] = first["msg"] if first.get("failed") else [one["outcome"] for one in first["firmware"]["changes"]]
        changed[name] = bench.run(name, rows)["changed"]

    assert failed == dict.fromkeys(ODD, ["applied", "applied"])
    assert changed == dict.fromkeys(ODD, False)


def test_apply_time_of_the_service_is_put_back_after_a_push(bench_of):
    """Q-N03: a setting that another program left at OnReset would hold the image back."""
    settings = {"one": {"lab_habits": {"updates": {"multipart": ""}}}}
    bench = bench_of(settings=settings, one="openbmc")
    server = bench.rack.server("one")
    ask = {"auth": (server.username, server.password), "verify": bench.rack.ca_path, "timeout": 30}
    url = f"{server.url}/redfish/v1/UpdateService"
    held = {"HttpPushUriOptions": {"HttpPushUriApplyTime": {"ApplyTime": "OnReset"}}}
    requests.patch(url, json=held, **ask).raise_for_status()

    result = bench.run("one", bench.local(bench.row("one", "bmc"), bench.cache))

    assert not result.get("failed"), result["msg"]
    assert result["firmware"]["changes"][0]["outcome"] == "applied"
    assert requests.get(url, **ask).json()["HttpPushUriOptions"]["HttpPushUriApplyTime"] == {"ApplyTime": "OnReset"}


@pytest.mark.parametrize("odd", [True, False])
def test_job_that_goes_on_after_its_task_tells_of_its_failure(bench_of, odd):
    """Q-G67: the task says that it is done when its job begins."""
    settings = {"one": {"lab_habits": {"oddities": {"task_becomes_job": odd}}}}
    bench = bench_of(settings=settings, one="dell_idrac9")
    bench.rack.fault("one", "flash_fails", component="bios", percent=60)

    result = bench.run("one", bench.row("one", "bios"), wait_timeout=30)

    assert result["error_class"] == "VerificationError", result["msg"]
    assert "flash error at 60 %" in result["msg"]
