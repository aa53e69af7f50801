# SPDX-License-Identifier: GPL-3.0-or-later
"""MAAS doors through ansible-playbook: both runners alike, the inventory, the roles for several machines at once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml

from tests.support.playbook import ROOT, environment, run_playbook, run_task

pytestmark = pytest.mark.slow

GROUPS = {
    "group/hwautomation.baremetal.maas": {
        "maas_url": "{{ maas_url }}",
        "maas_api_key": "{{ maas_api_key }}",
        "allow_http": True,
    },
    "group/hwautomation.baremetal.bmc": {
        "bmc_host": "{{ bmc_host }}",
        "bmc_port": "{{ bmc_port }}",
        "bmc_username": "{{ bmc_username }}",
        "bmc_password": "{{ bmc_password }}",
        "ca_path": "{{ ca_path }}",
    },
}


def region(lab):
    return {"maas_url": lab.rack.maas_url, "maas_api_key": lab.rack.maas_api_key, "allow_http": True}


@pytest.mark.parametrize("check", [True, False])
def test_both_runners_give_the_same_result(lab, check):
    wanted = {**region(lab), "name": "twin", "comment": "same"}
    results = []
    for path in ("in_process", "module"):
        lab.run("maas_tag", name="twin", state="absent")
        result = run_task("maas_tag", wanted, module_path=path, check=check, diff=True)
        results.append({key: result[key] for key in ("changed", "failed", "tag", "plan", "audit", "diff")})
    assert results[0] == results[1] and results[0]["changed"]


def test_both_runners_refuse_alike(lab):
    wanted = {**region(lab), "hostname": "nobody", "state": "released"}
    first, second = (run_task("maas_machine", wanted, module_path=path) for path in ("in_process", "module"))
    assert first["msg"] == second["msg"] and first["error_class"] == second["error_class"] == "ConfigurationError"


@pytest.fixture
def play(lab, tmp_path):
    """Run the four roles as a playbook does, and return the results."""
    variables = {**region(lab), "bmc_port": 8443, "ca_path": lab.rack.ca_path}

    def run(roles, hosts, **options):
        tasks = [
            {"name": "Discover", "hwautomation.baremetal.bmc_info": {"subsets": ["network"]}, "register": "seen"},
            {"name": "Keep", "ansible.builtin.set_fact": {"hw_facts": "{{ seen.facts }}"}},
            *(
                {"name": role, "ansible.builtin.import_role": {"name": f"hwautomation.baremetal.{role}"}}
                for role in roles
            ),
        ]
        text = [{"hosts": hosts, "gather_facts": False, "module_defaults": GROUPS, "tasks": tasks}]
        extra = {**variables, **options.pop("extra_vars", {})}
        return run_playbook(text, lab.rack.inventory, "--forks", "8", extra_vars=extra, **options)

    return run


def test_roles_take_machines_from_nothing_to_deployed_and_back(lab, play):
    roles = ["maas_enlist", "maas_commission", "maas_deploy"]
    hosts = "s1,s2,s3"
    for name in hosts.split(","):
        lab.machine(name, state="absent", allow_delete=True, allow_release=True)
    series = {"maas_deploy_distro_series": "noble"}
    lab.rack.clear_journal()
    foreseen = play(roles, hosts, check=True, diff=True, extra_vars=series)
    assert foreseen.rc == 0, foreseen.explain()
    assert foreseen.changed() == {"s1": 3, "s2": 3, "s3": 3} and lab.maas_requests(writes=True) == []

    done = play(roles, hosts, extra_vars=series)
    assert done.rc == 0, done.explain()
    assert done.changed() == {"s1": 3, "s2": 3, "s3": 3}
    lab.rack.clear_journal()
    again = play(roles, hosts, extra_vars=series)
    assert again.rc == 0 and set(again.changed().values()) == {0}
    # enlisting compares the power parameters (two requests), the others need one.
    assert len(lab.maas_requests()) == 3 * 4 and lab.maas_requests(writes=True) == []

    refused = play(["maas_release"], "s1")
    assert refused.failures("s1")[0].result["needs"] == ["allow_release"]
    released = play(["maas_release"], "s1", extra_vars={"maas_release_allow_release": True})
    assert released.rc == 0 and released.changed() == {"s1": 1}


def test_enlisting_tells_maas_which_system_of_a_bmc_is_the_machine(lab, play):
    done = play(["maas_enlist"], "g1,s5")
    assert done.rc == 0, done.explain()
    machines = lab.run("maas_machine_info", hostname=["g1", "s5"], power_parameters=True)["machines"]
    node_ids = {machine["hostname"]: machine["power_parameters"]["node_id"] for machine in machines}
    assert node_ids["g1"] == "System_0" and node_ids["s5"]
    again = play(["maas_enlist"], "g1,s5")
    assert again.rc == 0 and set(again.changed().values()) == {0}


def test_adopt_writes_an_inventory_and_nothing_to_maas(lab, tmp_path):
    lab.machine("s4")
    lab.rack.clear_journal()
    dest = tmp_path / "adopted.yml"
    extra = {**region(lab), "maas_allow_http": True, "adopt_dest": str(dest)}
    done = run_playbook(str(ROOT / "playbooks" / "adopt.yml"), None, extra_vars=extra)
    assert done.rc == 0, done.explain()
    hosts = yaml.safe_load(dest.read_text())["all"]["children"]["servers"]["hosts"]
    assert hosts["s4"]["bmc_host"] == lab.rack.server("s4").bmc_host and hosts["s4"]["bmc_port"] == 8443
    assert lab.rack.server("s4").password not in dest.read_text()
    assert lab.maas_requests(writes=True) == []


def inventory(lab, tmp_path, **options):
    source = tmp_path / "lab.maas.yml"
    source.write_text(yaml.safe_dump({"plugin": "hwautomation.baremetal.maas", **region(lab), **options}))
    command = [sys.executable, "-m", "ansible", "inventory", "-i", str(source), "--list"]
    done = subprocess.run(  # noqa: S603
        command, env=environment(tmp_path / "events", (), {}), capture_output=True, text=True, timeout=300, check=False
    )
    # Texts that are no templates are marked as such.
    return json.loads(done.stdout or "{}", object_hook=lambda item: item.get("__ansible_unsafe", item)), done.stderr


def test_inventory_is_one_request_and_has_no_secret(lab, tmp_path):
    lab.machine("s4")
    lab.rack.clear_journal()
    constructed = {
        "keyed_groups": [{"key": "maas_power_type", "prefix": "power"}],
        "compose": {"place": "maas_zone ~ '/' ~ maas_pool"},
        "groups": {"without_owner": "not maas_owner"},
    }
    found, _stderr = inventory(lab, tmp_path, **constructed)
    assert len(lab.maas_requests()) == 1
    assert "s4" in found["power_redfish"]["hosts"] and "s4" in found["maas_zone_default"]["hosts"]
    assert "s4" in found["without_owner"]["hosts"] and found["_meta"]["hostvars"]["s4"]["place"] == "default/default"
    variables = found["_meta"]["hostvars"]["s4"]
    assert variables["maas_system_id"] and "bmc_host" not in variables

    lab.rack.clear_journal()
    found, _stderr = inventory(lab, tmp_path, power_parameters=True, hostname=["s4"])
    assert len(lab.maas_requests()) == 2
    assert found["_meta"]["hostvars"]["s4"]["bmc_host"] == lab.rack.server("s4").bmc_host
    assert lab.rack.server("s4").password not in json.dumps(found)


def test_inventory_is_cached_when_asked(lab, tmp_path):
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    first, _stderr = inventory(lab, tmp_path, **cache)
    lab.rack.clear_journal()
    assert inventory(lab, tmp_path, **cache)[0] == first
    assert lab.maas_requests() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"maas_api_key": "a:b"}, "malformed"),
        ({"allow_http": False}, "plain HTTP"),
        ({"status": ["Redy"]}, "no status 'Redy'"),
        ({"zone": ["defolt"]}, "did you mean default?"),
    ],
)
def test_inventory_explains_what_is_wrong(lab, tmp_path, options, words):
    found, stderr = inventory(lab, tmp_path, **options)
    assert not found.get("_meta", {}).get("hostvars") and words in stderr
