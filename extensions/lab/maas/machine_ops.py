# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the operations that move a machine: check, change the record, power the machine, send it on its journey.

Each gives the machine as MAAS's answer shows it: rendered before the power action, sent after it.
"""

from __future__ import annotations

from typing import Any

from . import boot_images, journeys, rules, script_choice
from .lifecycle import CHECK_CREDENTIALS, Lifecycle
from .network_setup import assign_addresses, bridge_all, clear_networking, release_addresses
from .params import Params
from .power_errors import PowerFailed, Unreachable
from .records import Node, User
from .refusals import Refusal
from .region import Region
from .render_machine import machine as render
from .results import ABORTED, PENDING, RUNNING
from .scripts_data import COMMISSIONING, INSTALLATION, TESTING
from .statuses import ABORTABLE, RELEASABLE, Status, may_follow
from .storage_layouts import clear as clear_storage

S = Status
Shown = dict[str, Any]


async def commission(life: Lifecycle, node: Node, user: User, data: Params) -> Shown:
    """Start commissioning; an unreachable BMC puts the machine back with 503.

    What users configured of storage and networking is gone at once, not only when commissioning succeeds.
    """
    region = life.region
    chosen = script_choice.for_commissioning(region, node, data)
    before = node.status
    node.owner, node.enable_ssh = user.username, data.checkbox("enable_ssh")
    for name in ("skip_bmc_config", "skip_networking", "skip_storage"):
        setattr(node, name, data.checkbox(name))
    if not node.skip_storage:
        clear_storage(node)
    if not node.skip_networking:
        clear_networking(node)
    script_choice.start_sets(region, node, chosen)
    # One that was marked broken on its way still has what was deployed on it.
    journeys.forget_deployment(node)
    release_addresses(node)
    life.enter(node, S.COMMISSIONING, event="Commissioning")
    shown = render(region, node)
    try:
        await life.power_on(node)
    except PowerFailed as failure:
        raise _reverted(life, node, before, failure, user) from failure
    life.start(node, journeys.commission(life, node))
    return shown


async def test(life: Lifecycle, node: Node, user: User, data: Params) -> Shown:
    """Start testing scripts on the machine as it is."""
    chosen = script_choice.for_testing(life.region, node, data)
    before = node.status
    node.previous_status = before
    node.owner = node.owner or user.username
    node.enable_ssh = data.checkbox("enable_ssh")
    script_choice.start_sets(life.region, node, chosen)
    life.enter(node, S.TESTING, event="Testing")
    shown = render(life.region, node)
    try:
        await life.power_on(node)
    except PowerFailed as failure:
        raise _reverted(life, node, before, failure, user) from failure
    life.start(node, journeys.test(life, node))
    return shown


async def deploy(life: Lifecycle, node: Node, user: User, form: Params) -> Shown:
    """Allocate if needed and start a deployment; the power-on happens after the answer."""
    region = life.region
    rules.can_deploy(node)
    rules.deploy_options(form)
    osystem, series = _image(region, form)
    kernel = boot_images.resolve_kernel(
        region.boot_resources,
        osystem,
        series,
        node.architecture,
        form.text("hwe_kernel"),
        node.min_hwe_kernel,
    )
    rules.has_root(node, form.string_bool("ephemeral_deploy"))
    if node.status is S.READY:
        allocate(life, node, user, form)
    node.osystem, node.distro_series, node.hwe_kernel = osystem, series, kernel
    node.ephemeral_deploy = form.string_bool("ephemeral_deploy")
    node.enable_hw_sync = form.string_bool("enable_hw_sync")
    node.enable_kernel_crash_dump = form.checkbox("enable_kernel_crash_dump")
    node.register_vmhost = form.string_bool("register_vmhost") or form.string_bool("install_kvm")
    node.user_data, node.netboot = form.text("user_data") or None, True
    installation = region.new_script_set(node, INSTALLATION)
    region.new_result(installation, "/tmp/install.log")  # noqa: S108 - the name MAAS gives this result
    life.enter(node, S.DEPLOYING, event="Deploying")
    if node.register_vmhost or form.string_bool("bridge_all"):
        bridge_all(region, node, form)
    shown = render(region, node)
    try:
        assign_addresses(region, node)
    except Refusal:
        life.enter(node, S.ALLOCATED)
        raise
    life.start(node, journeys.deploy(life, node, user.username))
    return shown


def _image(region: Region, form: Params) -> tuple[str, str]:
    wanted = form.text("distro_series")
    if form.text("osystem") and "/" not in wanted and not region.settings.at_least("3.5"):
        wanted = f"{form.text('osystem')}/{wanted}"
    default = f"{region.config['default_osystem']}/{region.config['default_distro_series']}"
    return boot_images.resolve_series(region.boot_resources, wanted, default)


def allocate(life: Lifecycle, node: Node, user: User, form: Params) -> None:
    """Give a Ready machine to a user."""
    node.owner, node.agent_name = user.username, form.text("agent_name")
    life.enter(node, S.ALLOCATED)


async def release(life: Lifecycle, node: Node, user: User, form: Params) -> Shown:
    """Give a machine back; a no-op on one that is Ready or on its way there."""
    region = life.region
    life.region.scripts.check_words(3, "scripts", form.words("scripts"))
    if not rules.can_release(node):
        return render(region, node)
    if form.string_bool("erase") or region.config["enable_disk_erasing_on_release"]:
        return await _erase(life, node, user, form)
    return await _power_down_and(life, node, user, S.RELEASING)


async def _erase(life: Lifecycle, node: Node, user: User, form: Params) -> Shown:
    before = node.status
    life.enter(node, S.DISK_ERASING)
    shown = render(life.region, node)
    try:
        await life.power_on(node)
    except PowerFailed as failure:
        raise _reverted(life, node, before, failure, user) from failure
    life.start(node, journeys.erase(life, node, quick=form.string_bool("quick_erase")))
    return shown


async def _power_down_and(life: Lifecycle, node: Node, user: User, target: Status) -> Shown:
    """Release or break a machine: the owner leaves once it is off, at once when it is off already."""
    region = life.region
    kept = {name: getattr(node, name) for name in ("status", "osystem", "distro_series", "hwe_kernel", "netboot")}
    life.stop(node)
    description = node.error_description
    life.enter(node, target, event="Releasing")
    journeys.forget_deployment(node)
    node.error_description = description if target is S.BROKEN else ""
    if node.power_state == "off" or node.power_type in ("", "manual"):
        journeys.finish_release(life, node)
        return render(region, node)
    shown = render(region, node)
    try:
        await life.power_off(node)
    except Unreachable as failure:
        life.power_problem(node, f"({user.username}) - {failure}")
        for name, value in kept.items():
            setattr(node, name, value)
        raise Refusal(500, f"Error determining BMC task queue for machine {node.system_id}", late=True) from failure
    except PowerFailed as failure:
        refusal = life.refuse_power(node, failure, user.username)
        life.fail(node, CHECK_CREDENTIALS)
        raise refusal from failure
    release_addresses(node)
    life.start(node, journeys.release(life, node))
    return shown


async def mark_broken(life: Lifecycle, node: Node, user: User, form: Params) -> Shown:
    """Mark a machine broken; one in use is released and switched off, so its system is lost."""
    node.error_description = form.text("comment") or form.text("error_description")
    if node.status in RELEASABLE:
        return await _power_down_and(life, node, user, S.BROKEN)
    life.stop(node)
    life.enter(node, S.BROKEN)
    return render(life.region, node)


def mark_fixed(life: Lifecycle, node: Node) -> Shown:
    rules.can_mark_fixed(node)
    journeys.forget_deployment(node)
    release_addresses(node)
    node.current_sets.pop(INSTALLATION, None)
    life.enter(node, S.READY)
    return render(life.region, node)


async def abort(life: Lifecycle, node: Node, user: User) -> Shown:
    """Stop what is going on; the answer still shows the old status, which changes once the machine is off."""
    rules.can_abort(node)
    words, target, kinds = {
        S.COMMISSIONING: ("Aborted commissioning", S.NEW, (COMMISSIONING, TESTING)),
        S.DEPLOYING: ("Aborted deployment", S.ALLOCATED, (INSTALLATION,)),
        S.TESTING: ("Aborted testing", node.previous_status, (TESTING,)),
        S.DISK_ERASING: ("Aborted disk erasing", S.FAILED_DISK_ERASING, ()),
    }[node.status]
    life.stop(node)
    life.region.tell(node, words)
    if node.status is S.COMMISSIONING:
        node.owner = None
    shown = render(life.region, node)
    life.background(_abort_later(life, node, target, kinds))
    return shown


async def _abort_later(life: Lifecycle, node: Node, target: Status, kinds: tuple[int, ...]) -> None:
    try:
        await life.power_off(node)
    except PowerFailed as failure:
        life.power_problem(node, str(failure))
    for kind in kinds:
        current = node.script_sets.get(node.current_sets.get(kind, -1))
        for result in current.results if current else []:
            if result.status in (PENDING, RUNNING):
                result.status = ABORTED
    if node.status in ABORTABLE:
        # A test that was begun in rescue mode has no way back there.
        target = target if may_follow(node.status, target) else S.FAILED_TESTING
        life.enter(node, target)
        if target in (S.READY, S.NEW):
            node.owner = None


async def rescue_mode(life: Lifecycle, node: Node, user: User) -> Shown:
    """Boot the rescue system; the machine remembers where it came from."""
    rules.can_rescue(node)
    before = node.status
    node.previous_status, node.owner = before, node.owner or user.username
    node.status_action = ""
    life.enter(node, S.ENTERING_RESCUE_MODE, event="Entering rescue mode")
    shown = render(life.region, node)
    try:
        await life.power_on(node)
    except PowerFailed as failure:
        raise _reverted(life, node, before, failure, user) from failure
    life.start(node, journeys.rescue(life, node))
    return shown


async def exit_rescue_mode(life: Lifecycle, node: Node, user: User) -> Shown:
    """Leave the rescue system: a deployed machine boots its own system, any other is switched off."""
    rules.can_leave_rescue(node)
    life.enter(node, S.EXITING_RESCUE_MODE)
    shown = render(life.region, node)
    try:
        await (life.power_on(node) if node.previous_status is S.DEPLOYED else life.power_off(node))
    except PowerFailed as failure:
        refusal = life.refuse_power(node, failure, user.username)
        life.fail(node, CHECK_CREDENTIALS)
        raise refusal from failure
    life.start(node, journeys.leave_rescue(life, node))
    return shown


def override_failed_testing(life: Lifecycle, node: Node) -> Shown:
    rules.can_override(node)
    node.status_action = node.error_description = ""
    back = S.DEPLOYED if node.osystem else S.READY
    if back is S.READY:
        node.owner = None
    life.enter(node, back)
    return render(life.region, node)


def _reverted(life: Lifecycle, node: Node, before: Status, failure: PowerFailed, user: User) -> Refusal:
    """Put a machine back where it was after its power-on failed, and give the answer for that."""
    refusal = life.refuse_power(node, failure, user.username)
    doing = node.status.name
    node.status = before
    life.power_problem(
        node,
        f"({user.username}) - Aborting {doing} and reverting to {before.name}. {CHECK_CREDENTIALS}",
    )
    for kind in (COMMISSIONING, TESTING):
        current = node.script_sets.get(node.current_sets.get(kind, -1))
        for result in current.results if current else []:
            if result.status == PENDING:
                result.status = ABORTED
    return refusal
