# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer ``/machines/ID/``: read, change, delete, and every operation on one machine."""

from __future__ import annotations

from typing import Any

from .. import machine_form, machine_ops, rules
from ..bson import encode as to_bson
from ..params import Params
from ..power_errors import PowerFailed, Unreachable
from ..records import Node
from ..refusals import BadRequest, Forbidden
from ..render_machine import machine as render
from ..statuses import Status
from ..wire import NO_CONTENT, Answer, Call, Router
from . import machine_setup
from .access import administered, edited, the_node


def register(router: Router) -> None:
    """Add the operations to the router."""
    one = router.resource("machines/{system_id}/")
    one.on("GET")(read)
    one.on("PUT")(update)
    one.on("DELETE")(delete)
    for name, handler in {
        "query_power_state": query_power_state,
        "power_parameters": power_parameters,
        "details": details,
        "get_token": get_token,
        "get_curtin_config": get_curtin_config,
    }.items():
        one.on("GET", name)(handler)
    for name, handler in {**POSTS, **machine_setup.POSTS}.items():
        one.on("POST", name)(handler)
    node = router.resource("nodes/{system_id}/")
    node.on("GET")(read_node)
    node.on("DELETE")(delete)
    node.on("GET", "details")(details)
    node.on("GET", "power_parameters")(power_parameters)


def read(call: Call) -> dict[str, Any]:
    return render(call.region, the_node(call))


def read_node(call: Call) -> dict[str, Any]:
    return render(call.region, call.region.node(call.args["system_id"], "Node"))


def update(call: Call) -> dict[str, Any]:
    node = administered(call)
    machine_form.write(node, machine_form.read_update(call.region, node, call.data, call.me))
    return render(call.region, node)


def delete(call: Call) -> Answer:
    node = administered(call)
    call.lifecycle.forget(node)
    del call.region.nodes[node.system_id]
    return NO_CONTENT


async def query_power_state(call: Call) -> dict[str, str]:
    """Ask the BMC now; one that answers but refuses gives the state ``error``."""
    node = the_node(call)
    try:
        return {"state": await call.lifecycle.query_power(node)}
    except Unreachable as failure:
        raise call.lifecycle.refuse_power(node, failure, call.me.username, late=False) from failure
    except PowerFailed as failure:
        call.lifecycle.power_problem(node, str(failure))
        node.power_state = "error"
        return {"state": "error"}


def power_parameters(call: Call) -> dict[str, Any]:
    node = the_node(call)
    if not call.me.is_superuser:
        raise Forbidden()
    return dict(node.power_parameters)


def details(call: Call) -> Answer:
    node = the_node(call)
    body = to_bson({"lldp": node.lldp or None, "lshw": node.lshw or None})
    return Answer(body, content_type="application/bson")


def get_token(call: Call) -> Any:
    node = the_node(call)
    if not call.me.is_superuser:
        raise Forbidden()
    if node.token is None:
        return None
    return {
        "token_key": node.token.key,
        "token_secret": node.token.secret,
        "consumer_key": node.token.consumer,
    }


def get_curtin_config(call: Call) -> Answer:
    node = the_node(call)
    if node.status not in (Status.DEPLOYING, Status.DEPLOYED, Status.FAILED_DEPLOYMENT):
        raise BadRequest(f"Machine {node.hostname} is not in a deployment state.")
    text = (
        "apt:\n  preserve_sources_list: false\n"
        f"install:\n  log_file: /tmp/install.log\nkernel:\n  package: linux-{node.hwe_kernel}\n"
        f"power_state:\n  mode: reboot\nsources:\n  images: {node.osystem}/{node.distro_series}\n"
    )
    return Answer(text)


async def commission(call: Call) -> dict[str, Any]:
    return await machine_ops.commission(call.lifecycle, administered(call), call.me, call.data)


async def test(call: Call) -> dict[str, Any]:
    return await machine_ops.test(call.lifecycle, edited(call), call.me, call.data)


async def deploy(call: Call) -> dict[str, Any]:
    """Deploy with the options of the form; MAAS does not see them in a JSON body."""
    return await machine_ops.deploy(call.lifecycle, edited(call), call.me, call.form)


async def release(call: Call) -> dict[str, Any]:
    return await machine_ops.release(call.lifecycle, edited(call), call.me, call.form)


async def abort(call: Call) -> dict[str, Any]:
    return await machine_ops.abort(call.lifecycle, edited(call), call.me)


async def power_on(call: Call) -> dict[str, Any]:
    """Power on; an Allocated machine is deployed by it."""
    node = edited(call)
    rules.can_power_on(node)
    if node.status is Status.ALLOCATED:
        return await machine_ops.deploy(call.lifecycle, node, call.me, Params())
    shown = render(call.region, node)
    await _powered(call, node, call.lifecycle.power_on(node))
    return shown


async def power_off(call: Call) -> Any:
    node = edited(call)
    if node.power_type in ("", "manual"):
        return None
    shown = render(call.region, node)
    await _powered(call, node, call.lifecycle.power_off(node))
    return shown


async def _powered(call: Call, node: Node, action: Any) -> None:
    try:
        await action
    except PowerFailed as failure:
        raise call.lifecycle.refuse_power(node, failure, call.me.username) from failure


async def mark_broken(call: Call) -> dict[str, Any]:
    node = the_node(call)
    rules.can_mark_broken(node, call.me)
    return await machine_ops.mark_broken(call.lifecycle, node, call.me, call.data)


def mark_fixed(call: Call) -> dict[str, Any]:
    return machine_ops.mark_fixed(call.lifecycle, administered(call))


def lock(call: Call) -> dict[str, Any]:
    node = the_node(call)
    if not call.me.is_superuser and node.owner != call.me.username:
        raise Forbidden()
    rules.can_lock(node)
    node.locked = True
    return render(call.region, node)


def unlock(call: Call) -> dict[str, Any]:
    node = the_node(call)
    if not call.me.is_superuser and node.owner != call.me.username:
        raise Forbidden()
    rules.can_unlock(node)
    node.locked = False
    return render(call.region, node)


async def rescue_mode(call: Call) -> dict[str, Any]:
    return await machine_ops.rescue_mode(call.lifecycle, administered(call), call.me)


async def exit_rescue_mode(call: Call) -> dict[str, Any]:
    return await machine_ops.exit_rescue_mode(call.lifecycle, administered(call), call.me)


def override_failed_testing(call: Call) -> dict[str, Any]:
    return machine_ops.override_failed_testing(call.lifecycle, administered(call))


POSTS = {
    "commission": commission,
    "test": test,
    "deploy": deploy,
    "release": release,
    "abort": abort,
    "power_on": power_on,
    "power_off": power_off,
    "mark_broken": mark_broken,
    "mark_fixed": mark_fixed,
    "lock": lock,
    "unlock": unlock,
    "rescue_mode": rescue_mode,
    "exit_rescue_mode": exit_rescue_mode,
    "override_failed_testing": override_failed_testing,
}
