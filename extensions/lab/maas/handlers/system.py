# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer about the region itself: version, users, keys, configuration, controllers, events."""

from __future__ import annotations

import json
from typing import Any

from .. import render_parts
from ..describe import describe as describe_api
from ..events import LEVELS, level_of, render_page
from ..machine_form import normal_mac
from ..power_types import POWER_TYPES, describe
from ..records import Event, Node, Token
from ..records_network import Interface, Link
from ..refusals import ADMIN_ONLY, FormErrors, NotFound
from ..render_machine import machine as render_machine
from ..wire import NO_CONTENT, Answer, Call, Router

CAPABILITIES = [
    "networks-management",
    "static-ipaddresses",
    "ipv6-deployment-ubuntu",
    "devices-management",
    "storage-deployment-ubuntu",
    "network-deployment-ubuntu",
    "bridging-interface-ubuntu",
    "bridging-automatic-ubuntu",
    "authenticate-api",
]
RACK_ID = "b4qkef"
_TESTS = ("commissioning", "cpu_test", "interface_test", "memory_test", "network_test", "other_test", "storage_test")
CONTROLLER_KEYS = frozenset(
    ["architecture", "cpu_count", "cpu_speed", "description", "distro_series", "domain", "fqdn", "hardware_info"]
    + ["hardware_uuid", "hostname", "interface_set", "ip_addresses", "memory", "osystem", "power_state", "power_type"]
    + ["status_action", "swap_size", "system_id", "tag_names", "zone", "testing_status", "testing_status_name"]
    + [f"current_{kind}_result_id" for kind in ("commissioning", "installation", "testing")]
    + [f"{kind}_status{tail}" for kind in _TESTS for tail in ("", "_name")],
)
"""What a controller shows of the keys a machine has."""
SERVICES = ("ntp_region", "temporal-worker", "bind9", "reverse_proxy", "proxy", "regiond", "temporal", "syslog_region")
EMPTY_LISTS = ("static-routes", "dhcp-snippets", "devices", "discovery", "license-keys", "notifications", "pods")


def register(router: Router) -> None:
    """Add the operations to the router."""
    router.resource("version/", anonymous=True).on("GET", anonymous=True)(version)
    base = "http://{0.address}:{0.port}/MAAS"
    router.resource("describe/", anonymous=True).on("GET", anonymous=True)(
        lambda call: describe_api(router, base.format(call.region.settings)),
    )
    users = router.resource("users/")
    users.on("GET")(lambda call: [render_parts.user(call.region.users[name]) for name in sorted(call.region.users)])
    users.on("GET", "whoami")(lambda call: render_parts.user(call.me))
    router.resource("users/{name}/").on("GET")(read_user)
    account = router.resource("account/")
    account.on("GET", "list_authorisation_tokens")(list_tokens)
    account.on("POST", "create_authorisation_token")(create_token)
    account.on("POST", "delete_authorisation_token")(delete_token)
    account.on("POST", "update_token_name")(rename_token)
    keys = router.resource("account/prefs/sshkeys/")
    keys.on("GET")(lambda call: call.region.sshkeys.get(call.me.username, []))
    keys.on("POST")(add_sshkey)
    config = router.resource("maas/")
    config.on("GET", "get_config")(get_config)
    config.on("POST", "set_config", admin_text=ADMIN_ONLY)(set_config)
    router.resource("events/").on("GET", "query")(query_events)
    racks = router.resource("rackcontrollers/")
    racks.on("GET")(rack_controllers)
    racks.on("GET", "describe_power_types")(lambda call: [describe(kind) for kind in POWER_TYPES.values()])
    racks.on("GET", "power_parameters", admin=True)(lambda call: {RACK_ID: {}})
    router.resource("regioncontrollers/").on("GET")(controllers)
    for name in EMPTY_LISTS:
        router.resource(f"{name}/").on("GET")(lambda call: [])


def version(call: Call) -> Answer:
    body = {"capabilities": CAPABILITIES, "version": call.region.settings.full_version, "subversion": ""}
    return Answer(json.dumps(body), content_type="application/json; charset=utf-8", headers={"Vary": "Authorization"})


def read_user(call: Call) -> dict[str, Any]:
    found = call.region.users.get(call.args["name"])
    if found is None:
        raise NotFound("User")
    return render_parts.user(found)


# -- keys -------------------------------------------------------------------------------------------------------------
def list_tokens(call: Call) -> list[dict[str, str]]:
    mine = [token for token in call.region.tokens.values() if token.user == call.me.username]
    return [{"name": token.name, "token": f"{token.consumer}:{token.key}:{token.secret}"} for token in mine]


def create_token(call: Call) -> dict[str, str]:
    region = call.region
    made = Token(region.key(), region.key(), region.key(32), call.me.username, call.form.text("name", "MAAS consumer"))
    region.tokens[made.key] = made
    return {"token_key": made.key, "token_secret": made.secret, "consumer_key": made.consumer, "name": made.name}


def delete_token(call: Call) -> Answer:
    key = call.form.required("token_key")
    token = call.region.tokens.get(key)
    if token is not None and token.user == call.me.username:
        del call.region.tokens[key]
    return NO_CONTENT


def rename_token(call: Call) -> Answer:
    name, key = call.form.required("name"), call.form.required("token").split(":")
    token = call.region.tokens.get(key[1] if len(key) == 3 else key[0])
    if token is None or token.user != call.me.username:
        raise NotFound("Token")
    token.name = name
    return Answer("", content_type="text/plain")


def add_sshkey(call: Call) -> Answer:
    key = call.data.text("key").strip()
    mine = call.region.sshkeys.setdefault(call.me.username, [])
    parts = key.split()
    if len(parts) < 2 or not parts[0].startswith(("ssh-", "ecdsa-", "sk-")):
        raise FormErrors({"key": "Invalid SSH public key: Invalid value."})
    if any(item["key"] == key for item in mine):
        raise FormErrors({"__all__": "This key has already been added for this user."})
    made = {"key": key, "id": call.region.number("sshkey")}
    mine.append(made)
    return Answer(json.dumps(made), status=201, content_type="application/json; charset=utf-8")


# -- configuration ----------------------------------------------------------------------------------------------------
def get_config(call: Call) -> Answer:
    """Give one setting as a bare JSON value."""
    name = call.query.required("name")
    _known(call, name, "application/json")
    return Answer(json.dumps(call.region.config[name]), content_type="application/json")


def set_config(call: Call) -> Answer:
    name, value = call.data.required("name"), call.data.text("value")
    _known(call, name, "application/json; charset=utf-8")
    call.region.config[name] = _typed(call.region.config[name], name, value)
    return Answer("OK")


def _known(call: Call, name: str, content_type: str) -> None:
    if name not in call.region.config:
        listed = ", ".join(call.region.config)
        text = f"{name} is not a valid config setting (valid settings are: {listed})."
        raise FormErrors({name: text}, content_type=content_type)


def _typed(old: Any, name: str, value: str) -> Any:
    if isinstance(old, bool):
        return value.lower() in ("true", "1", "on", "yes")
    if not isinstance(old, int):
        return value
    if not value.isdigit():
        raise FormErrors({name: "Enter a whole number."})
    return int(value)


# -- events -----------------------------------------------------------------------------------------------------------
def query_events(call: Call) -> dict[str, Any]:
    """Give a page of events, newest first; audit events only when asked for by their level."""
    lowest, query = level_of(call.query), call.query
    nodes = _chosen_nodes(call)
    owner = query.text("owner")

    def wanted(event: Event) -> bool:
        if (event.level == LEVELS["AUDIT"]) != (lowest == LEVELS["AUDIT"]) or event.level < lowest:
            return False
        if owner and event.username != owner:
            return False
        return nodes is None or event.system_id in nodes

    return render_page(call.region.events.select(wanted, query), query)


def _chosen_nodes(call: Call) -> set[str] | None:
    """Give the ids of the machines a query names, or None when it names none."""
    query, region = call.query, call.region
    tests = {
        "id": lambda node, values: node.system_id in values,
        "hostname": lambda node, values: node.hostname in values,
        "mac_address": lambda node, values: any(normal_mac(value) in node.macs for value in values),
        "domain": lambda node, values: region.domains[node.domain_id].name in values,
        "zone": lambda node, values: region.zones[node.zone_id].name in values,
        "agent_name": lambda node, values: node.agent_name in values,
    }
    given = {key: query.many(key) for key in tests if query.many(key)}
    if not given:
        return None

    def fits(node: Node) -> bool:
        return all(tests[key](node, values) for key, values in given.items())

    return {node.system_id for node in region.nodes.values() if fits(node)}


# -- controllers ------------------------------------------------------------------------------------------------------
def rack_controllers(call: Call) -> list[dict[str, Any]]:
    services = [{"name": name, "status": "running", "status_info": ""} for name in SERVICES]
    return [{**one, "service_set": services} for one in controllers(call)]


def controllers(call: Call) -> list[dict[str, Any]]:
    """Describe the one region and rack controller of the lab: a machine that is no machine, with fewer keys."""
    region = call.region
    node = Node(RACK_ID, "maas-lab", 0, 1, 0, "amd64/generic")
    node.interfaces[1] = Interface(1, "br0", mac_address="52:54:00:00:00:01", vlan_id=5001, tags=["lab"])
    node.interfaces[1].links.append(Link(1, "static", 1, region.network.subnets[1].gateway_ip))
    shown = {key: value for key, value in render_machine(region, node).items() if key in CONTROLLER_KEYS}
    return [
        {
            **shown,
            "node_type": 4,
            "node_type_name": "Region and rack controller",
            "version": region.settings.full_version,
            "resource_uri": f"/MAAS/api/2.0/rackcontrollers/{RACK_ID}/",
        },
    ]
