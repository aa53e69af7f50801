# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide whether an operation is allowed on a machine, in MAAS's words; pure checks that raise or return."""

from __future__ import annotations

from .params import Params
from .records import Node, User
from .refusals import BadRequest, Forbidden, FormErrors, Refusal, WrongState, choices_text
from .statuses import ABORTABLE, COMMISSIONABLE, MOVING, RELEASABLE, Status, may_follow

S = Status
REMOVED_RACKD = "Deploying a machine as a rackd has been disabled and it's not supported anymore."
ROOT_MISSING = "Mount the root '/' filesystem to be able to deploy this node."
CONFIGURABLE = frozenset({S.READY, S.ALLOCATED})
NIC_CONFIGURABLE = frozenset(
    {S.NEW, S.READY, S.FAILED_COMMISSIONING, S.FAILED_TESTING, S.ALLOCATED, S.BROKEN},
)


def may_edit(node: Node, user: User) -> None:
    """Refuse users who neither own the machine nor are admins; a Ready one without an owner is for all."""
    mine = node.owner == user.username or (node.owner is None and node.status is S.READY)
    if not (user.is_superuser or mine):
        raise Forbidden()
    unlocked(node)


def may_administer(node: Node, user: User) -> None:
    """Refuse everyone but admins, and any change of a locked machine."""
    if not user.is_superuser:
        raise Forbidden()
    unlocked(node)


def unlocked(node: Node) -> None:
    """Refuse a locked machine, with the empty 403 that looks like a missing permission."""
    if node.locked:
        raise Forbidden()


def commission_problem(node: Node) -> str:
    """Say why commissioning is not available; the empty text means that it is."""
    if node.status in COMMISSIONABLE:
        return ""
    return "Commission is not available because of the current state of the node."


def test_problem(node: Node) -> str:
    if node.status in MOVING or not may_follow(node.status, S.TESTING):
        return "Test is not available because of the current state of the node."
    return ""


def can_deploy(node: Node) -> None:
    if node.status not in (S.READY, S.ALLOCATED):
        raise WrongState(f"Can't deploy a machine that is in the '{node.status.title}' state")


def deploy_options(form: Params) -> None:
    """Refuse deploy options MAAS refuses before it looks at the image."""
    if form.text("install_rackd"):
        raise BadRequest(REMOVED_RACKD)
    for name in ("install_kvm", "register_vmhost", "ephemeral_deploy", "enable_hw_sync", "bridge_all", "bridge_stp"):
        form.string_bool(name)
    kind = form.text("bridge_type")
    if kind and kind not in ("standard", "ovs"):
        raise FormErrors({"bridge_type": choices_text("%(value)s", "bridge_type", ("standard", "ovs"))})
    as_host = form.string_bool("install_kvm") or form.string_bool("register_vmhost")
    if as_host and form.string_bool("ephemeral_deploy"):
        raise BadRequest("A machine can not be a VM host if it is deployed to memory.")


def has_root(node: Node, ephemeral: bool) -> None:
    """Refuse a deployment to disk without a root filesystem."""
    if ephemeral or any(fs.mount_point == "/" for fs in node.filesystems()):
        return
    if any(group.kind.startswith("vmfs") for group in node.groups.values()):
        return
    raise FormErrors({"storage": ROOT_MISSING}, content_type="application/json")


def can_release(node: Node) -> bool:
    """Tell whether there is something to release; refuses what cannot be released at all."""
    if node.status in (S.READY, S.RELEASING):
        return False
    if node.status not in RELEASABLE:
        raise WrongState(f"Machine cannot be released in its current state ('{node.status.title}').")
    return True


def can_abort(node: Node) -> None:
    if node.status not in ABORTABLE:
        raise WrongState(f"Cannot abort in current state: node {node.system_id} is in state {node.status.title}.")


def can_mark_broken(node: Node, user: User) -> None:
    """Only the owner may, even when the caller is an admin."""
    if node.owner != user.username:
        raise Forbidden()
    unlocked(node)


def can_mark_fixed(node: Node) -> None:
    if node.status is not S.BROKEN:
        raise WrongState("Can't mark a non-broken node as 'Ready'.")


def can_lock(node: Node) -> None:
    if node.locked:
        raise WrongState("Machine is already locked")
    if node.status not in (S.DEPLOYED, S.DEPLOYING):
        raise WrongState("Can't lock, node is not deployed or deploying")


def can_unlock(node: Node) -> None:
    if not node.locked:
        raise WrongState("Machine is not locked")


def can_power_on(node: Node) -> None:
    if node.owner is None:
        raise WrongState("Can't start node: it hasn't been allocated.")


def can_override(node: Node) -> None:
    if node.status is not S.FAILED_TESTING:
        raise WrongState("Unable to override node status. Node is not in 'Failed testing' status.")


def can_change_storage_layout(node: Node) -> None:
    if node.status is not S.READY:
        raise WrongState("Cannot change the storage layout on a machine that is not Ready.")


def can_restore(node: Node, what: str) -> None:
    if node.status not in (S.READY, S.FAILED_TESTING):
        raise WrongState(f"Machine must be in a ready or failed testing state to restore {what} configuration.")


def can_annotate(node: Node) -> None:
    if node.owner is None:
        raise WrongState("Cannot set workload annotation: it hasn't been acquired.")


def can_rescue(node: Node) -> None:
    _transition(node, S.ENTERING_RESCUE_MODE)


def can_leave_rescue(node: Node) -> None:
    _transition(node, S.EXITING_RESCUE_MODE)


def can_edit_storage(node: Node) -> None:
    if node.status not in CONFIGURABLE:
        raise WrongState("Cannot modify the storage of a machine because it is not Ready or Allocated.")


def can_edit_interfaces(node: Node) -> None:
    if node.status not in NIC_CONFIGURABLE:
        raise WrongState("Cannot modify interfaces because the machine is not New, Ready, Allocated, or Broken.")


def _transition(node: Node, target: Status) -> None:
    if target not in (node.status,) and not may_follow(node.status, target):
        raise Refusal(409, f"Invalid transition: {node.status.title} -> {target.title}.")
