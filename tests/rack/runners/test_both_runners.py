# SPDX-License-Identifier: GPL-3.0-or-later
"""Every door answers alike in-process and as an ordinary module, and a door is handed over where only the module can."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import ROOT, PlayResult, run_playbook
from tests.support.provisioning import images_of_the_demo
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

COLLECTION = "hwautomation.baremetal."
DIGEST = "0" * 64
IMAGE = {"component": "bios", "version": "1.9.1", "image": "http://127.0.0.1:1/none.bin", "sha256": DIGEST}

# door: options besides the way to the BMC or MAAS. Writers are run in check mode: the results must be equal, and a
# change could only be made once. A list is one entry per case.
BMC_DOORS: dict[str, list[dict[str, Any]]] = {
    "bios_backup": [{}],
    "bios_boot_order": [{"order": ["nothing like it"]}],
    "bios_password": [{"name": "SetupPassword", "new_password": "Correct-horse-9"}],
    "bios_settings": [{"attributes": {"SriovGlobalEnable": "Enabled"}}, {"attributes": {"SriovGlobalEnabel": "x"}}],
    "bios_settings_info": [{}],
    "bmc_boot": [{"target": "pxe"}],
    "bmc_certificate": [{"state": "requested", "common_name": "r1.example"}, {"certificate": "none"}],
    "bmc_certificate_info": [{}],
    "bmc_info": [{}],
    # Each log-in is an entry of the log, and there is one between the two.
    "bmc_log_info": [{"severity": "Critical"}],
    "bmc_network": [{"hostname": "other"}, {"protocols": {"ipmy": False}}],
    "bmc_power": [{"state": "off"}, {"state": "on"}],
    "bmc_power_policy": [{"policy": "last_state"}],
    "bmc_reset": [{}],
    "bmc_security": [{"protocols": {"ssh": False}, "tls_minimum": "1.2"}, {"kcs": False}],
    # The rack of these tests has no IPMI, and its silence would be waited for twice.
    "bmc_security_info": [{"subsets": ["users", "protocols"]}],
    "bmc_sensor_info": [{}],
    "bmc_time": [{"ntp_servers": ["a.example"]}],
    "bmc_user": [{"name": "operator", "password": "Correct-horse-9", "role": "Operator"}],
    "firmware": [{"component": "bios", "version": "1.9.1", "image": "/nowhere", "sha256": DIGEST}],
    "firmware_info": [{}],
    "firmware_rollback": [{"component": "bios"}],
    "secure_boot": [{"state": "enabled"}],
    "virtual_media": [{"image": "http://images.example/one.iso"}, {"image": "one.iso"}],
}
MAAS_DOORS: dict[str, list[dict[str, Any]]] = {
    "maas_boot_resource_info": [{}],
    "maas_event_info": [{}],
    "maas_interface": [{"hostname": "nobody", "name": "eth0"}],
    "maas_machine": [
        {"hostname": "r1", "state": "present", "mac_addresses": ["52:54:00:00:00:01"], "power_type": "manual"},
        {"hostname": "nobody", "state": "released"},
    ],
    "maas_machine_info": [{}, {"status": ["Redy"]}],
    "maas_resource_pool": [{"name": "production"}],
    "maas_script": [{"name": "probe", "script": "#!/bin/sh\ntrue\n"}],
    "maas_server_info": [{}],
    "maas_storage": [{"hostname": "nobody", "layout": "flat"}],
    "maas_tag": [{"name": "gpu"}],
    "maas_zone": [{"name": "rack-a"}],
}
# These open no session.
TLS_DOORS: dict[str, list[dict[str, Any]]] = {"bmc_trust": [{"trusted": {}}, {"trusted": {"fingerprint": DIGEST}}]}
OTHER_DOORS: dict[str, list[dict[str, Any]]] = {
    "audit_db": [{"database": "/nowhere/at/all.sqlite3"}],
    "audit_import": [{"path": "/nowhere"}],
    "audit_info": [{"query": "unended", "database": "/nowhere/at/all.sqlite3"}],
    "audit_verify": [{"database": "/nowhere/at/all.sqlite3"}],
    "boarding_verdict": [
        {
            "evidence": {"bmc": {"answers": True}},
            "checks": [{"name": "x", "text": "it answers", "look_at": "bmc.answers", "must": "be_true"}],
            "rack": "A1",
        }
    ],
    "bmc_scan": [{"addresses": ["127.0.0.0/8"]}],
    "firmware_serve": [{"images": ["/nowhere"], "address": "127.0.0.1"}],
    "firmware_stage": [{"image": "/nowhere", "sha256": DIGEST, "store": "/nowhere/at/all"}],
    "firmware_wait": [{"machines": []}],
}
# These exist in the controller alone: there is no module to compare with.
CONTROLLER_ONLY = {"checkpoint", "stage"}
# And this one on the server alone.
SERVER_ONLY = {"host_info"}
# What differs between two moments of one machine, not between two runners.
MOMENTS = {"time", "clock_offset", "days_left"}

CASES = {
    f"{door}-{number}": (door, options)
    for table in (BMC_DOORS, TLS_DOORS, MAAS_DOORS, OTHER_DOORS)
    for door, cases in table.items()
    for number, options in enumerate(cases)
}
AS_MODULE = {"environment": {"HWAUTOMATION_TEST_AS_MODULE": "1"}}


def test_every_door_is_in_the_table() -> None:
    doors = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}

    assert doors - CONTROLLER_ONLY - SERVER_ONLY == {door for door, _options in CASES.values()}


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    hosts = {"r1": {"lab_platform": "dell_idrac9"}}
    started = Rack.start(tmp_path_factory.mktemp("runners"), hosts, clock="hand", images=images_of_the_demo())
    yield started
    started.stop()


@pytest.fixture(scope="module")
def play(rack: Rack) -> PlayResult:
    """Run every case twice in one play: in-process, then with an environment, which only a module can have."""
    server = rack.server("r1")
    bmc = {"bmc_host": server.bmc_host, "bmc_port": server.bmc_port, "ca_path": rack.ca_path}
    bmc |= {"bmc_username": server.username, "bmc_password": server.password}
    maas = {"maas_url": rack.maas_url, "maas_api_key": rack.maas_api_key, "allow_http": True}
    tls = {key: bmc[key] for key in ("bmc_host", "bmc_port")}
    ways: dict[str, dict[str, Any]] = dict.fromkeys(BMC_DOORS, bmc) | dict.fromkeys(TLS_DOORS, tls)
    ways |= dict.fromkeys(MAAS_DOORS, maas)
    tasks = [
        {
            "name": f"{case} {runner}",
            COLLECTION + door: {**ways.get(door, {}), **options},
            "check_mode": True,
            "diff": True,
            "ignore_errors": True,
            **more,
        }
        for case, (door, options) in CASES.items()
        for runner, more in (("in-process", {}), ("module", AS_MODULE))
    ]
    return run_tasks(tasks)


def run_tasks(tasks: list[dict[str, Any]], **options: Any) -> PlayResult:
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    play = {"hosts": "one", "gather_facts": False, "tasks": tasks}
    return run_playbook([play], {"all": {"hosts": {"one": local}}}, timeout=600, **options)


def comparable(result: dict[str, Any]) -> Any:
    """Leave out what Ansible adds around a result and what is of the moment."""
    around = {"invocation", "ansible_facts", "warnings", "deprecations", "exception", "_ansible_no_log"}

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key not in MOMENTS}
        return [strip(inner) for inner in value] if isinstance(value, list) else value

    return strip({key: value for key, value in result.items() if key not in around})


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Name what differs by its path: two whole results side by side say nothing to a reader."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(set(one) | set(other))
        return [text for key in keys for text in differences(one.get(key), other.get(key), f"{path}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [text for number, pair in pairs for text in differences(*pair, f"{path}[{number}]")]
    return [] if one == other else [f"{path}: {one!r} != {other!r}"]


@pytest.mark.parametrize("case", CASES)
def test_both_runners_answer_alike(play: PlayResult, case: str) -> None:
    found = {runner: play.results(task=f"{case} {runner}") for runner in ("in-process", "module")}

    assert all(len(results) == 1 for results in found.values()), play.explain()
    (here,), (there,) = found.values()
    assert here.status == there.status
    assert differences(comparable(here.result), comparable(there.result)) == []


def test_no_runner_wrote_in_check_mode(rack: Rack, play: PlayResult) -> None:
    assert play.tasks
    assert rack.journal(writes=True) == []


@pytest.mark.parametrize(
    ("how", "module"),
    [
        ({}, False),
        ({"delegate_to": "localhost"}, False),
        ({"delegate_to": "jump"}, True),
        (AS_MODULE, True),
        ({"become": True}, True),
        ({"async": 60, "poll": 1}, True),
    ],
    ids=["plain", "delegated here", "delegated elsewhere", "environment", "become", "async"],
)
def test_door_is_handed_to_the_module_only_where_it_must_be(
    rack: Rack, tmp_path: Path, how: dict[str, Any], module: bool
) -> None:
    marker = tmp_path / "python-was-asked"
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\ntouch {marker}\nexec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    options = {"maas_url": rack.maas_url, "maas_api_key": rack.maas_api_key, "allow_http": True}
    task = {"name": "The task", COLLECTION + "maas_server_info": options, "register": "answer", **how}
    local = {"ansible_connection": "local", "ansible_python_interpreter": str(wrapper)}
    # A host that is no local one, yet can be reached in a test: Ansible sees a connection of another name.
    jump = {**local, "ansible_connection": "jump_host"}
    inventory = {"all": {"hosts": {"one": local, "localhost": local, "jump": jump}}}
    play = {"hosts": "one", "gather_facts": False, "become_method": "as_nobody_else", "tasks": [task]}
    (tmp_path / "connection_plugins").mkdir()
    (tmp_path / "become_plugins").mkdir()
    (tmp_path / "connection_plugins" / "jump_host.py").write_text(JUMP_HOST)
    (tmp_path / "become_plugins" / "as_nobody_else.py").write_text(AS_NOBODY_ELSE)
    env = {
        "ANSIBLE_CONNECTION_PLUGINS": str(tmp_path / "connection_plugins"),
        "ANSIBLE_BECOME_PLUGINS": str(tmp_path / "become_plugins"),
    }

    result = run_playbook([play], inventory, env=env)

    assert result.rc == 0, result.explain()
    assert result.tasks[-1].result["version"].startswith("3.")
    assert marker.exists() is module


JUMP_HOST = '''
DOCUMENTATION = """
name: jump_host
short_description: The local machine under another name
description: For tests.
author: none
"""
from ansible.plugins.connection.local import Connection as Local


class Connection(Local):
    transport = "jump_host"
'''
AS_NOBODY_ELSE = '''
DOCUMENTATION = """
name: as_nobody_else
short_description: Become nobody else
description: For tests, without root and sudo.
author: none
options:
  become_user:
    description: x
    default: root
"""
from ansible.plugins.become import BecomeBase


class BecomeModule(BecomeBase):
    name = "as_nobody_else"

    def build_become_command(self, cmd, shell):
        return cmd
'''
