# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.firmware_rollback import DOOR


def rollback(bench, name, check=False, **options):
    arguments = {**bench.arguments(name), "component": "bios", "wait_interval": 0.2, "wait_timeout": 300, **options}
    return execute(DOOR, arguments, Context(check_mode=check, diff=True, cache_dir=str(bench.cache))).result


@pytest.mark.parametrize("platform", ["dell_idrac9", "dell_idrac10"])
def test_rollback_brings_the_previous_version_back_once(bench_of, platform):
    bench = bench_of(one=platform)
    entry = next(item for item in bench.info("one")["firmware"]["components"] if item["component"] == "bios")

    checked = rollback(bench, "one", check=True, allow_reboot=True)
    looked = bench.rack.journal("one", writes=True)
    first = rollback(bench, "one", version=entry["previous"], allow_reboot=True)
    second = rollback(bench, "one", version=entry["previous"], allow_reboot=True)

    assert checked["diff"][0]["after"] == {"bios": entry["previous"]}
    assert looked == []
    assert not first.get("failed"), first["msg"]
    assert bench.rack.state("one")["firmware"]["bios"] == entry["previous"]
    assert not second["changed"]
    assert "already" in second["reason"]


def test_rollback_without_leave_to_reboot_changes_nothing(bench_of):
    bench = bench_of(one="dell_idrac9")

    refused = rollback(bench, "one")

    assert refused["error_class"] == "ConfigurationError"
    assert "allow_reboot" in refused["msg"]
    assert bench.rack.journal("one", writes=True) == []


def test_rollback_to_a_version_that_is_not_there_names_the_one_that_is(bench_of):
    bench = bench_of(one="dell_idrac9")

    refused = rollback(bench, "one", version="0.0.1", allow_reboot=True)

    assert refused["error_class"] == "ConfigurationError"
    assert "holds 1.6.6, not 0.0.1" in refused["msg"]


def test_rollback_where_the_platform_cannot_says_what_to_do_instead(bench_of):
    """HPE, Supermicro and Lenovo show a second bank, and have no way over Redfish to make it the running one."""
    bench = bench_of(none="generic", ilo="hpe_ilo6", smc="supermicro_x13", xcc="lenovo_xcc")

    for name, component in (("none", "bios"), ("ilo", "bios"), ("smc", "bmc"), ("xcc", "bmc")):
        refused = rollback(bench, name, component=component, allow_reboot=True)

        assert refused["error_class"] == "NotSupportedError", name
        assert "module firmware" in refused["msg"]
        assert bench.rack.journal(name, writes=True) == []
