# SPDX-License-Identifier: GPL-3.0-or-later
"""No sequence of requests leads to an impossible machine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ansible_collections.hwautomation.baremetal.extensions.lab.firmware import UpdateRefused
from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from tests.unit.lab.bench import Bench

PLATFORMS = ["generic", "dell_idrac9", "hpe_ilo6", "supermicro_x13", "lenovo_xcc", "nvidia_hgx"]
RESETS = [
    "On",
    "ForceOff",
    "ForceRestart",
    "GracefulShutdown",
    "GracefulRestart",
    "PowerCycle",
    "PushPowerButton",
    "Nmi",
]
POWER_STATES = {"Off", "On", "PoweringOn", "PoweringOff"}


class ImpossibleMachine(RuleBasedStateMachine):
    """Do anything to a BMC, and look at the truth after each step."""

    bench: Bench

    @initialize(platform=st.sampled_from(PLATFORMS))
    def begin(self, platform: str) -> None:
        self.bench = Bench(platform)
        assert self.bench.service.routes
        self.attributes = [
            row
            for row in (self.bench.bmc.bios.registry.attributes.values() if self.bench.bmc.bios else ())
            if row.type == "Enumeration" and not row.read_only and row.present and len(row.values) > 1
        ]
        self.failing: set[str] = set()
        self.remember()

    def remember(self) -> None:
        bmc = self.bench.bmc
        self.boots = self.bench.machine.boots
        self.current = dict(bmc.bios.current) if bmc.bios else {}
        self.versions = {kind: state.active for kind, state in bmc.firmware.states.items()}
        self.restarts = bmc.bmc_started
        self.was_on = self.bench.machine.is_on

    @rule(reset_type=st.sampled_from(RESETS))
    def reset(self, reset_type: str) -> None:
        target = self.bench.bmc.layout.host + "/Actions/ComputerSystem.Reset"
        answer = self.bench.call("POST", target, {"ResetType": reset_type})
        assert answer.status in (200, 204, 400, 409, 503)

    @rule(pick=st.data(), with_time=st.booleans())
    def stage(self, pick: Any, with_time: bool) -> None:
        row = pick.draw(st.sampled_from(self.attributes))
        value = pick.draw(st.sampled_from(row.values))[1 if self.bench.bmc.habits.displays_values else 0]
        times = self.bench.bmc.habits.apply_times
        answer = self.bench.set_bios({row.name: value}, "OnReset" if with_time and times else "")
        assert answer.status in (200, 202, 204, 400, 503)

    @rule(value=st.one_of(st.none(), st.integers(), st.booleans(), st.text(max_size=5), st.lists(st.integers())))
    def stage_nonsense(self, value: Any) -> None:
        self.bench.set_bios({self.attributes[0].name: value})
        self.bench.set_bios({"NoSuchAttribute": value})

    @rule(
        source=st.sampled_from(["Pxe", "Hdd", "Cd", "None", "Nonsense"]),
        enabled=st.sampled_from(["Once", "Continuous", "Disabled", "Twice"]),
    )
    def override(self, source: str, enabled: str) -> None:
        boot = {"BootSourceOverrideTarget": source, "BootSourceOverrideEnabled": enabled}
        answer = self.bench.call("PATCH", self.bench.bmc.layout.host, {"Boot": boot})
        assert answer.status in (200, 204, 400, 428, 503)

    @rule(kind=st.sampled_from(["bios", "bmc", "nic"]), fails=st.booleans(), version=st.integers(1, 9))
    def flash(self, kind: str, fails: bool, version: int) -> None:
        firmware = self.bench.bmc.firmware
        if firmware.busy() or kind not in firmware.states or not self.bench.bmc.up:
            return
        if firmware.in_update_mode:
            with pytest.raises(UpdateRefused):
                firmware.begin("Update")
            return
        data = build(Image("x", self.bench.machine.platform, kind, f"{version}.0"), 512)
        staged = firmware.states[kind].staged
        if fails:
            self.bench.faults.add("r01", "flash_fails", component=kind, percent=50)
        firmware.received(firmware.begin("Update"), data)
        if fails:
            self.bench.clock.advance(200)
            assert firmware.states[kind].staged in (staged, None), "a failed update staged its version"
            self.bench.faults.remove()

    @rule(tag=st.sampled_from(["rack 4", "rack 5"]))
    def label(self, tag: str) -> None:
        answer = self.bench.call("PATCH", self.bench.bmc.layout.host, {"AssetTag": tag})
        assert answer.status in (200, 204, 400, 428, 503)

    @precondition(lambda self: self.bench.bmc.up)
    @rule()
    def defaults(self) -> None:
        for path in (self.bench.bmc.layout.bios, self.bench.bmc.layout.bios_settings):
            self.bench.call("POST", f"{path}/Actions/Bios.ResetBios", {"ResetType": "Reset"})

    @rule(seconds=st.sampled_from([1, 10, 60, 300, 3600]))
    def wait(self, seconds: int) -> None:
        self.bench.clock.advance(seconds)

    @invariant()
    def settings_change_in_post_only(self) -> None:
        if not hasattr(self, "bench"):
            return
        bmc, machine = self.bench.bmc, self.bench.machine
        if machine.boots == self.boots and bmc.bios:
            assert bmc.bios.current == self.current
        if machine.boots > self.boots:
            assert machine.override.enabled != "Once", "a Once override survived a boot"
        for kind, state in bmc.firmware.states.items():
            if state.active != self.versions.get(kind):
                assert machine.boots > self.boots or bmc.bmc_started != self.restarts
        self.remember()

    @invariant()
    def no_answer_is_of_yesterday(self) -> None:
        """A document is made anew only when what it shows has changed: it must be as one that is made now."""
        if not hasattr(self, "bench"):
            return
        layout, tree = self.bench.bmc.layout, self.bench.bmc.tree
        for path in filter(None, (layout.host, *layout.chassis, layout.manager, layout.bios, layout.bios_settings)):
            answer = self.bench.call("GET", path)
            told, true = json.loads(answer.body()), tree.get(path) or {}
            clocks = {"@odata.etag", "DateTime"}
            if answer.status == 200:
                told, true = ({k: v for k, v in doc.items() if k not in clocks} for doc in (told, true))
                assert told == json.loads(json.dumps(true)), path

    @invariant()
    def the_state_makes_sense(self) -> None:
        if not hasattr(self, "bench"):
            return
        machine = self.bench.machine
        assert machine.power_state in POWER_STATES
        assert machine.os is None or machine.power_state == "On"
        assert (machine.phase == "idle") == (machine.power_state != "On")
        state = self.bench.bmc.state()
        assert "password" not in json.dumps(state, default=str)

    def teardown(self) -> None:
        if not hasattr(self, "bench"):
            return
        self.bench.faults.remove()
        self.bench.clock.advance(7200)
        if self.bench.machine.is_on:
            self.bench.machine.force_restart()
            self.bench.clock.advance(7200)
            assert self.bench.machine.override.enabled != "Once", "a Once override survived a boot"


ImpossibleMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestImpossibleMachine = pytest.mark.filterwarnings("ignore")(ImpossibleMachine.TestCase)
