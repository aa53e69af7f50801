# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for scripts and for the results they left on machines."""

from __future__ import annotations

from typing import Any

from .. import render_parts
from ..params import Params
from ..records import Node
from ..records_scripts import Script, ScriptSet
from ..refusals import REQUIRED, BadRequest, FormErrors, NotFound, no_choice_text
from ..results import current_set
from ..script_catalogue import TYPE_WORDS, apply_fields, read_metadata
from ..scripts_data import COMMISSIONING, INSTALLATION, RELEASE, TESTING
from ..wire import NO_CONTENT, Answer, Call, Router

CURRENT = {
    "current-commissioning": COMMISSIONING,
    "current-testing": TESTING,
    "current-installation": INSTALLATION,
    "current-release": RELEASE,
}
FORM_FIELDS = [
    "title",
    "description",
    "hardware_type",
    "parallel",
    "destructive",
    "may_reboot",
    "recommission",
    "apply_configured_networking",
    "timeout",
    "for_hardware",
    "tags",
]


def register(router: Router) -> None:
    """Add the operations to the router."""
    scripts = router.resource("scripts/")
    scripts.on("GET")(list_scripts)
    scripts.on("POST", admin=True)(create)
    script = router.resource("scripts/{name}", slash_optional=True)
    script.on("GET")(read)
    script.on("PUT", admin=True)(update)
    script.on("DELETE", admin=True)(delete)
    script.on("GET", "download")(download)
    script.on("POST", "add_tag", admin=True)(add_tag)
    script.on("POST", "remove_tag", admin=True)(remove_tag)
    script.on("POST", "revert", admin=True)(revert)
    router.resource("nodes/{system_id}/results/").on("GET")(list_results)
    one = router.resource("nodes/{system_id}/results/{id}/")
    one.on("GET")(read_results)
    one.on("DELETE", admin=True)(delete_results)
    router.resource("installation-results/").on("GET")(old_results)


def list_scripts(call: Call) -> list[dict[str, Any]]:
    query, found = call.query, call.region.scripts.all()
    if query.text("type"):
        if query.text("type") not in TYPE_WORDS:
            raise FormErrors({"type": no_choice_text(query.text("type"))})
        found = [script for script in found if script.type == TYPE_WORDS[query.text("type")]]
    words = set(query.words("filters"))
    if words:
        found = [script for script in found if script.name in words or words & set(script.tags)]
    return [render_parts.script(script, query.checkbox("include_script")) for script in found]


def create(call: Call) -> dict[str, Any]:
    """Store a new script; what its embedded metadata says wins over nothing but gives way to the form."""
    data = call.data
    body = data.text("script")
    if not body:
        raise FormErrors({"script": REQUIRED})
    metadata = read_metadata(body)
    name = data.text("name") or str(metadata.get("name", ""))
    if not name:
        raise FormErrors({"name": REQUIRED})
    if call.region.scripts.has(name):
        raise FormErrors({"name": "Script with this Name already exists."})
    word = data.text("type") or str(metadata.get("script_type", "testing"))
    if word not in TYPE_WORDS:
        raise FormErrors({"type": no_choice_text(word)})
    made = call.region.scripts.create(name, TYPE_WORDS[word], data.text("comment") or None, body)
    try:
        apply_fields(made, {**metadata, **_form_fields(data)})
    except FormErrors:
        call.region.scripts.remove(made)
        raise
    return render_parts.script(made)


def read(call: Call) -> dict[str, Any]:
    return render_parts.script(_script(call), call.query.checkbox("include_script"))


def update(call: Call) -> dict[str, Any]:
    script, data = _script(call), call.data
    body = data.text("script")
    metadata = read_metadata(body) if body else {}
    apply_fields(script, {**metadata, **_form_fields(data)})
    if body:
        call.region.scripts.new_revision(script, data.text("comment") or None, body)
    return render_parts.script(script)


def delete(call: Call) -> Answer:
    script = _script(call)
    if script.default:
        raise BadRequest("Unable to delete default script")
    call.region.scripts.remove(script)
    return NO_CONTENT


def download(call: Call) -> Answer:
    script = _script(call)
    wanted = call.query.text("revision")
    found = next((r for r in script.history if not wanted or str(r.id) == wanted), None)
    if found is None:
        raise NotFound("VersionedTextFile")
    return Answer(found.body, content_type="application/binary")


def add_tag(call: Call) -> dict[str, Any]:
    script, tag = _script(call), call.data.required("tag")
    if "," in tag:
        raise BadRequest('Tag may not contain a ",".')
    if tag not in script.tags:
        script.tags.append(tag)
    return render_parts.script(script)


def remove_tag(call: Call) -> dict[str, Any]:
    script, tag = _script(call), call.data.required("tag")
    if tag in script.tags:
        script.tags.remove(tag)
    return render_parts.script(script)


def revert(call: Call) -> dict[str, Any]:
    script, wanted = _script(call), call.data.required("to")
    found = next((p for p, r in enumerate(script.history) if str(r.id) == wanted), None)
    if found is None:
        raise FormErrors({"to": f"{wanted} not found in script's history."})
    script.history[:] = script.history[found:]
    return render_parts.script(script)


def _script(call: Call) -> Script:
    found: Script = call.region.scripts.get(call.args["name"])
    return found


def _form_fields(data: Params) -> dict[str, Any]:
    return {name: data.text(name) for name in FORM_FIELDS if data.text(name)}


# -- results ----------------------------------------------------------------------------------------------------------
def list_results(call: Call) -> list[dict[str, Any]]:
    node = call.region.node(call.args["system_id"], "Node")
    wanted = call.query.text("type")
    sets = node.script_sets.values()
    if wanted:
        numbers = {**TYPE_WORDS, "installation": INSTALLATION, "1": INSTALLATION}
        if wanted not in numbers:
            raise FormErrors({"type": no_choice_text(wanted)})
        sets = [one for one in sets if one.type == numbers[wanted]]
    return [_render(call, node, one) for one in sets]


def read_results(call: Call) -> dict[str, Any]:
    node = call.region.node(call.args["system_id"], "Node")
    return _render(call, node, _set(node, call.args["id"]))


def delete_results(call: Call) -> Answer:
    node = call.region.node(call.args["system_id"], "Node")
    del node.script_sets[_set(node, call.args["id"]).id]
    return NO_CONTENT


def _set(node: Node, wanted: str) -> ScriptSet:
    if wanted in CURRENT:
        found = current_set(node, CURRENT[wanted])
    else:
        found = node.script_sets.get(int(wanted)) if wanted.isdigit() else None
    if found is None:
        raise NotFound("ScriptSet")
    return found


def _render(call: Call, node: Node, one: ScriptSet) -> dict[str, Any]:
    include = call.query.checkbox("include_output")
    return render_parts.script_set(node, one, call.query.words("filters"), include)


def old_results(call: Call) -> list[dict[str, Any]]:
    """Give finished results in the form older clients read."""
    ids = call.query.many("system_id")
    names = call.query.many("name")
    nodes = [node for node in call.region.nodes.values() if not ids or node.system_id in ids]
    return [
        render_parts.old_result(node, one, result)
        for node in nodes
        for one in node.script_sets.values()
        for result in one.results
        if result.ended and (not names or result.name in names)
    ]
