# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the machine a call is about and check that the caller may do that to it."""

from __future__ import annotations

from .. import rules
from ..records import Node
from ..refusals import Forbidden
from ..wire import Call


def the_node(call: Call) -> Node:
    node: Node = call.region.node(call.args["system_id"])
    if not call.me.is_superuser and node.owner not in (None, call.me.username):
        raise Forbidden()
    return node


def administered(call: Call) -> Node:
    node = the_node(call)
    rules.may_administer(node, call.me)
    return node


def edited(call: Call) -> Node:
    node = the_node(call)
    rules.may_edit(node, call.me)
    return node
