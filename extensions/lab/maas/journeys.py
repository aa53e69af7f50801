# SPDX-License-Identifier: GPL-3.0-or-later
"""Take machines through commissioning, testing, deployment, erasing and rescue, step by step with the real machine.

Nothing here goes on before the machine itself did something: it booted from the network, it runs, it is off.
"""

from __future__ import annotations

from ..machine import Machine
from . import inband, results
from .commissioning import learn
from .forms import Changes
from .lifecycle import Lifecycle
from .machine_form import new_node, pet_name
from .network_setup import release_addresses
from .power_errors import PowerFailed
from .rackside import is_off, runs_ephemeral, runs_installed
from .records import Node
from .records_scripts import ScriptSet
from .records_storage import BlockDevice
from .scripts_data import COMMISSIONING, INSTALLATION, TESTING
from .statuses import Status, may_follow
from .storage_layouts import apply_layout

INSTALL_FAILED = "Installation failed (refer to the installation log for more information)."


async def commission(life: Lifecycle, node: Node) -> None:
    """Wait for the machine to boot, run its scripts, take over what they found, end in Ready."""
    machine = await _until_known(life, node)
    scripts = results.current_set(node, COMMISSIONING)
    if scripts is None:
        return
    while True:
        await life.rack.until(machine, runs_ephemeral)
        life.region.tell(node, "Gathering information")
        try:
            passed = await _run(life, node, machine, scripts, life.region.settings.timings.commissioning_script)
            if passed:
                passed = await _tests_after_commissioning(life, node, machine)
            break
        except inband.LostMachine:
            continue
    if node.status is Status.COMMISSIONING:
        _finish(life, node, Status.READY if passed else Status.FAILED_COMMISSIONING)
    elif node.status is Status.TESTING:
        _finish(life, node, Status.READY if passed else Status.FAILED_TESTING)
    await _leave_ephemeral(life, node, machine)


async def _tests_after_commissioning(life: Lifecycle, node: Node, machine: Machine) -> bool:
    learn(life.region, node, machine.hardware)
    if not node.skip_storage:
        apply_layout(life.region, node, str(life.region.config["default_storage_layout"]))
    tests = results.current_set(node, TESTING)
    if tests is None or not any(result.status == results.PENDING for result in tests.results):
        return True
    _spread_over_disks(life, node, tests)
    life.enter(node, Status.TESTING)
    return await _run(life, node, machine, tests, life.region.settings.timings.testing_script)


async def test(life: Lifecycle, node: Node) -> None:
    """Run the chosen testing scripts and go back to the status before, or to Failed testing."""
    machine = await _until_known(life, node)
    tests = results.current_set(node, TESTING)
    if tests is None:
        return
    _spread_over_disks(life, node, tests)
    while True:
        await life.rack.until(machine, runs_ephemeral)
        try:
            passed = await _run(life, node, machine, tests, life.region.settings.timings.testing_script)
            break
        except inband.LostMachine:
            continue
    back = node.previous_status
    if back in (Status.COMMISSIONING, Status.FAILED_TESTING):
        back = Status.DEPLOYED if node.osystem else Status.READY
    # MAAS starts a test in rescue mode, and its table has no way back there.
    passed = passed and may_follow(Status.TESTING, back)
    _finish(life, node, back if passed else Status.FAILED_TESTING)
    if passed and back is Status.DEPLOYED:
        machine.reboot_from_os()
    else:
        await _leave_ephemeral(life, node, machine)


async def deploy(life: Lifecycle, node: Node, user: str) -> None:
    """Power on, install, boot the installed system, end in Deployed; a BMC that fails puts it back to Allocated."""
    try:
        await life.power_on(node)
    except PowerFailed:
        life.power_problem(node, f"({user}) - Aborting DEPLOYING and reverting to ALLOCATED. {_CHECK}")
        life.enter(node, Status.ALLOCATED)
        return
    machine = await _until_known(life, node)
    await life.rack.until(machine, runs_ephemeral)
    life.region.tell(node, "Installing OS")
    if life.faults.hangs(machine.name, "deployment"):
        await life.hang(node)
    scripts = results.current_set(node, INSTALLATION)
    _start_install(life, scripts)
    await life.clock.sleep(life.region.settings.timings.install)
    failure = life.faults.failure(machine.name, "deployment")
    if failure is not None or not runs_ephemeral(machine):
        _install_failed(life, node, scripts, str((failure or {}).get("output", "curtin: Installation failed\n")))
        return
    _install_done(life, scripts)
    if not node.ephemeral_deploy:
        node.netboot = False
        machine.install_os(f"{node.osystem}/{node.distro_series}")
        life.region.tell(node, "Rebooting")
        machine.reboot_from_os()
        await life.rack.until(machine, runs_installed)
    life.region.tell(node, "Configuring OS")
    await life.clock.sleep(life.region.settings.timings.first_boot)
    life.enter(node, Status.DEPLOYED, event="Deployed")


async def release(life: Lifecycle, node: Node) -> None:
    """Wait for the machine to be off, then make it Ready."""
    machine = life.rack.machine_of(node)
    if machine is not None:
        await life.rack.until(machine, is_off)
    finish_release(life, node)


def finish_release(life: Lifecycle, node: Node) -> None:
    """Take a machine from its owner; one that was being released is Ready, a broken one stays broken."""
    release_addresses(node)
    node.owner, node.agent_name, node.owner_data = None, "", {}
    if node.status is Status.RELEASING:
        life.enter(node, Status.READY)
    life.region.tell(node, "Released")


async def erase(life: Lifecycle, node: Node, quick: bool) -> None:
    """Boot the machine, wipe its disks, switch it off and release it."""
    machine = await _until_known(life, node)
    await life.rack.until(machine, runs_ephemeral)
    if life.faults.hangs(machine.name, "erase"):
        await life.hang(node)
    timings = life.region.settings.timings
    await life.clock.sleep(timings.quick_erase if quick else timings.erase)
    if life.faults.failure(machine.name, "erase") is not None or not runs_ephemeral(machine):
        release_addresses(node)
        life.fail(node, "Failed to erase disks.")
        return
    machine.wipe_disk()
    forget_deployment(node)
    machine.power_off_from_os()
    life.enter(node, Status.RELEASING, event="Releasing")
    await life.rack.until(machine, is_off)
    node.power_state = "off"
    finish_release(life, node)


async def rescue(life: Lifecycle, node: Node) -> None:
    """Wait for the rescue system to run."""
    machine = await _until_known(life, node)
    await life.rack.until(machine, runs_ephemeral)
    life.enter(node, Status.RESCUE_MODE, event="Rescue mode")


async def leave_rescue(life: Lifecycle, node: Node) -> None:
    """Go back to the status before rescue mode, as soon as a deployed machine is on and any other is off."""
    machine = life.rack.machine_of(node)
    back = node.previous_status
    if machine is not None and back is not Status.DEPLOYED:
        await life.rack.until(machine, is_off)
    life.enter(node, back, event="Exited rescue mode")
    if back in (Status.NEW, Status.READY, Status.FAILED_COMMISSIONING):
        node.owner = None


async def enlist(life: Lifecycle, machine: Machine) -> None:
    """Let an unknown machine announce itself as New, without power parameters, and switch itself off."""
    await life.rack.until(machine, runs_ephemeral)
    await life.clock.sleep(life.region.settings.timings.commissioning_script)
    if any(life.region.node_by_mac(mac) for mac in machine.macs):
        return
    values = {"hostname": pet_name(life.region), "architecture": "amd64/generic"}
    node = new_node(life.region, Changes(values, [mac.lower() for mac in machine.macs]))
    life.region.tell(node, "New", "Enlisted on its first network boot", level="DEBUG")
    machine.power_off_from_os()


def forget_deployment(node: Node) -> None:
    """Clear what a deployment left on the record."""
    node.osystem = node.distro_series = ""
    node.hwe_kernel = None
    node.netboot = True
    node.user_data = None
    node.ephemeral_deploy = node.enable_hw_sync = node.enable_kernel_crash_dump = node.register_vmhost = False
    node.error_description = ""
    node.status_action = ""


_CHECK = "Unable to power control the node. Please check power credentials."


async def _until_known(life: Lifecycle, node: Node) -> Machine:
    """Give the rack's machine of a node; one that is not in the rack never reports and runs into its time limit."""
    machine = life.rack.machine_of(node)
    if machine is None:
        await life.hang(node)
        raise AssertionError("unreachable")
    return machine


async def _run(life: Lifecycle, node: Node, machine: Machine, scripts: ScriptSet, seconds: float) -> bool:
    return await inband.run_set(
        life.region, life.clock, life.faults, lambda: life.hang(node), node, machine, scripts, seconds
    )


def _finish(life: Lifecycle, node: Node, status: Status) -> None:
    life.enter(node, status, event=status.title)
    if status is Status.READY:
        node.owner = None


async def _leave_ephemeral(life: Lifecycle, node: Node, machine: Machine) -> None:
    """Switch the machine off from inside unless SSH access was asked for."""
    if node.enable_ssh:
        return
    machine.power_off_from_os()
    await life.rack.until(machine, is_off)
    if node.power_type not in ("", "manual"):
        node.power_state = "off"


def _spread_over_disks(life: Lifecycle, node: Node, tests: ScriptSet) -> None:
    """Make one result per disk of each script that has a storage parameter, as MAAS does once it knows the disks."""
    spread = []
    for result in tests.results:
        parameter = result.parameters.get("storage")
        if parameter is None or result.device or result.status != results.PENDING:
            spread.append(result)
            continue
        chosen = _chosen_disks(node, parameter.get("value"))
        for position, disk in enumerate(chosen):
            target = (
                result
                if position == 0
                else life.region.new_result(
                    tests,
                    result.name,
                    script_id=result.script_id,
                    estimated=result.estimated,
                )
            )
            keys = ("id", "name", "model", "serial", "id_path")
            value = {key: getattr(disk, key) for key in keys}
            target.parameters = {**result.parameters, "storage": {**parameter, "value": value}}
            target.device = disk.name
            spread.append(target)
        if not chosen:
            spread.append(result)
    tests.results[:] = sorted(spread, key=lambda item: (item.name, item.device))


def _chosen_disks(node: Node, value: object) -> list[BlockDevice]:
    physical = [disk for disk in node.blockdevices.values() if disk.type == "physical"]
    if value in (None, "", "all"):
        return physical
    wanted = {word.strip() for word in str(value).split(",")}
    return [d for d in physical if {d.name, str(d.id), d.serial, d.model, *d.tags} & wanted]


def _start_install(life: Lifecycle, scripts: ScriptSet | None) -> None:
    for result in scripts.results if scripts else []:
        result.status, result.started = results.RUNNING, life.region.now()


def _install_done(life: Lifecycle, scripts: ScriptSet | None) -> None:
    for result in scripts.results if scripts else []:
        result.status, result.exit_status = results.PASSED, 0
        result.ended = result.updated = life.region.now()
        result.output = b"curtin: Installation finished.\n"


def _install_failed(life: Lifecycle, node: Node, scripts: ScriptSet | None, output: str) -> None:
    for result in scripts.results if scripts else []:
        result.status, result.exit_status = results.FAILED, 1
        result.ended = result.updated = life.region.now()
        result.output = output.encode()
        life.region.tell(node, "Node installation failure", "'curtin' curtin command install", level="ERROR")
        life.region.tell(node, "Script", f"{result.name} failed")
    life.fail(node, INSTALL_FAILED)
