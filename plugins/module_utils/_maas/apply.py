# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the steps of a machine's plan; the only part that writes.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NetworkError,
    OutcomeUnknown,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.attributes import DEFAULT_ARCHITECTURE
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.decide import view
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import Hop
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path, read_machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.waits import wait_for_hop
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of

__all__ = ["apply", "latest", "verify"]

Facts = t.Mapping[str, t.Any]


def latest(run: Run) -> Machine | None:
    """Return the machine as last seen in this run, or None when it is gone or was never there."""
    for record in reversed(run.records):
        if "machine" in record.facts:
            return t.cast(t.Optional[Machine], record.facts["machine"])
    return t.cast(t.Optional[Machine], run.current.machine)


def apply(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    """Run one step; returns the machine as it was seen after it, as far as that is known.

    An error names the machine. When its answer was lost or MAAS failed inside, the machine is read once more, and its
    status goes into the error.
    """
    action = ACTIONS.get(record.step.name, _operate)
    try:
        return action(client, record, run)
    except HWAutomationError as exc:
        _tell(client, exc, record, run)
        raise


def _tell(client: MaasClient, exc: HWAutomationError, record: StepRecord, run: Run) -> None:
    exc.message = f"{record.step.text}: {exc.message}"
    machine = latest(run)
    if machine is None:
        return
    exc.facts.update(system_id=machine.system_id, hostname=machine.hostname)
    if isinstance(exc, OutcomeUnknown) or exc.facts.get("status", 0) >= 500:
        try:
            machine = read_machine(client, machine.system_id)
        except HWAutomationError:
            return
        record.facts = {"machine": machine}
        if machine is not None:
            exc.facts["status_name"] = machine.status_name
            exc.message += f"; {machine.name} is now {machine.status_name}"


def _create(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    wanted: Wanted = run.wanted
    form: dict[str, t.Any] = {
        "architecture": DEFAULT_ARCHITECTURE,
        **wanted.attributes,
        "mac_addresses": list(wanted.identity.mac_addresses),
        # Left out it means true for an administrator: MAAS would power the machine on at once.
        "commission": False,
        **_power_form(wanted, wanted.power_parameters),
    }
    return {"machine": Machine.from_maas(client.post("machines/", form=form))}


def _update(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    wanted: Wanted = run.wanted
    form = {name: wanted.attributes[name] for name in record.step.payload["attributes"]}
    form.update(_power_form(wanted, record.step.payload["power_parameters"]))
    return {"machine": Machine.from_maas(client.put(machine_path(_id(run)), form))}


def _power_form(wanted: Wanted, names: t.Iterable[str]) -> dict[str, t.Any]:
    return {f"power_parameters_{name}": wanted.power_parameters[name] for name in names}


def _update_nodes(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    payload = record.step.payload
    client.post(path_of("tags", payload["tag"]), op="update_nodes", form={payload["verb"]: _id(run)})
    return {}


def _delete(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    client.delete(machine_path(_id(run)))
    return {"machine": None}


def _wait(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    machine = _machine(run)
    return {"machine": wait_for_hop(client, record.step.payload["hop"], machine, _patience(run)), "read_back": True}


def _operate(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    """Run an operation of MAAS and wait for its end, unless it is the last one and waiting is not wanted."""
    before = _machine(run)
    hop: Hop | None = record.step.payload.get("hop")
    try:
        body = client.post(
            machine_path(before.system_id), op=record.step.name, form=_form(record.step.name, run.wanted)
        )
        # The answer was made before MAAS acted.
        seen = Machine.from_maas(body) if isinstance(body, dict) else before
    except OutcomeUnknown:
        taken = None if hop is None else _on_the_way(client, hop, before)
        if taken is None:
            raise
        seen = taken
    # Kept at once: if the wait fails, this is what the machine was last seen as.
    record.facts = {"machine": seen}
    if hop is None or (record is run.records[-1] and not run.wanted.wait):
        return record.facts
    return {"machine": wait_for_hop(client, hop, before, _patience(run)), "read_back": True}


def _on_the_way(client: MaasClient, hop: Hop, before: Machine) -> Machine | None:
    """Return the machine when MAAS did take the operation whose answer was lost; None when nothing tells so.

    A MAAS with much to do answers later than the proxy in front of it waits.
    """
    try:
        machine = read_machine(client, before.system_id)
    except NetworkError:
        return None
    if machine is None or (machine.status_name, machine.attempts) == (before.status_name, before.attempts):
        return None
    return machine if machine.status_name in (*hop.through, hop.target) else None


def _allocate(client: MaasClient, record: StepRecord, run: Run) -> Facts:
    wanted: Wanted = run.wanted
    form = dict(wanted.allocate_matching) if wanted.allocate_matching else {"system_id": _id(run)}
    if wanted.comment:
        form["comment"] = wanted.comment
    return {"machine": Machine.from_maas(client.post("machines/", op="allocate", form=form))}


def _form(operation: str, wanted: Wanted) -> dict[str, t.Any]:
    form = dict(FORMS[operation](wanted)) if operation in FORMS else {}
    if wanted.comment and operation in COMMENTED:
        form["comment"] = wanted.comment
    return form


def _commission_form(wanted: Wanted) -> dict[str, t.Any]:
    given = dict(wanted.commission)
    parameters = given.pop("parameters", None) or {}
    # enable_ssh and skip_* are check boxes to MAAS: 1 and 0, where other flags are true and false.
    form: dict[str, t.Any] = {name: int(value) if isinstance(value, bool) else value for name, value in given.items()}
    for name in ("commissioning_scripts", "testing_scripts"):
        if name in form:
            form[name] = ",".join(form[name])
    return {**form, **parameters}


def _test_form(wanted: Wanted) -> dict[str, t.Any]:
    """Return what of the commissioning is about tests; MAAS takes no others here."""
    form = _commission_form(wanted)
    parameters = wanted.commission.get("parameters") or {}
    return {name: form[name] for name in ("enable_ssh", "testing_scripts", *parameters) if name in form}


def _deploy_form(wanted: Wanted) -> dict[str, t.Any]:
    form = dict(wanted.deploy)
    form.pop("osystem", None)
    # The parameter osystem went with 3.5; the series may carry it since long before.
    system = "/".join(part for part in wanted.system if part)
    if system:
        form["distro_series"] = system
    if "user_data" in form:
        form["user_data"] = base64.b64encode(form["user_data"].encode()).decode()
    return form


COMMENTED = frozenset(
    {"abort", "deploy", "release", "lock", "unlock", "mark_broken", "mark_fixed", "override_failed_testing"}
)
FORMS: t.Mapping[str, t.Callable[[Wanted], t.Mapping[str, t.Any]]] = {
    "commission": _commission_form,
    "deploy": _deploy_form,
    "release": lambda wanted: wanted.release,
    "test": _test_form,
}
ACTIONS: t.Mapping[str, t.Callable[[MaasClient, StepRecord, Run], Facts]] = {
    "allocate": _allocate,
    "create": _create,
    "delete": _delete,
    "update": _update,
    "update_nodes": _update_nodes,
    "wait": _wait,
}


def _machine(run: Run) -> Machine:
    machine = latest(run)
    if machine is None:  # cannot happen: a plan without a machine begins with create or allocate
        raise HWAutomationError("there is no machine to act on")
    return machine


def _id(run: Run) -> str:
    return _machine(run).system_id


def _patience(run: Run) -> Patience:
    return Patience(run.wanted.wait_timeout, run.wanted.wait_interval, run.context.clock)


def verify(client: MaasClient, run: Run) -> t.Any:
    """Read the machine back and compare what the plan set with what MAAS has now.

    :raises VerificationError: naming each value that is not as planned.
    """
    last = run.records[-1]
    if last.step.name == "delete":
        return {}
    # The end of a wait is a reading already.
    machine = latest(run) if last.facts.get("read_back") else read_machine(client, _id(run))
    last.facts = {**last.facts, "machine": machine}
    if machine is None:
        raise VerificationError(
            "the machine is not in MAAS any more", machine=client.machine, resource=last.step.resource
        )
    after = view(machine)
    different = {name: value for name, value in _promised(run).items() if after[name] != value}
    if different:
        raise VerificationError(
            f"{machine.name}: "
            + "; ".join(f"{name} is {after[name]!r} and not {value!r}" for name, value in different.items()),
            machine=client.machine,
            resource=machine_path(machine.system_id),
            hint="somebody else may have changed it at the same time; run the task again",
            different=different,
        )
    return after


def _promised(run: Run) -> dict[str, t.Any]:
    """Return what has to be true after the steps: what they set, and the status unless it was not waited for."""
    planned: t.Mapping[str, t.Any] = run.plan.after
    names = {name for record in run.records for name in record.step.payload.get("attributes", ())}
    steps = {record.step.name for record in run.records}
    if "update_nodes" in steps:
        names.add("tag_names")
    if steps & {"lock", "unlock"}:
        names.add("locked")
    if run.wanted.wait and any(record.step.payload.get("hop") for record in run.records):
        names.add("status_name")
    return {name: planned[name] for name in sorted(names)}
