# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flash with a vendor's tool: it is called once per image, and followed until it and its job inside the BMC are through.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.arrival import wait_for_arrival
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.image import open_image
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import (
    FAILED,
    TAKEN,
    FlashTool,
    Job,
    Said,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command, Ran

__all__ = ["flash"]


def flash(site: Site, unit: Unit) -> t.Dict[str, t.Any]:
    """Have the tool flash the image and return what is known of the update; it is over, or waits for a restart.

    A tool that loses a BMC which restarts with its new firmware speaks of an error, or of nothing: so what runs is looked
    at before it is believed.

    :raises VerificationError: when the tool says that it failed, in its own words.
    :raises OutcomeUnknown: when it did not end in time, or its job does not, or nobody knows what it says.
    """
    tool = TOOLS[unit.method]
    command = site.command(tool.program)
    sent_at = site.clock.epoch()
    with contextlib.ExitStack() as stack:
        path = _as_file(unit.row, site.image_ca_path, stack)
        site.under_way.add(unit.row.label)
        try:
            words = tool.command(unit.row.component, tpm_override=site.wanted.allow_tpm_override)
            ran = command.call(words, image=path)
        except NotSupportedError:
            site.under_way.discard(unit.row.label)
            raise
        except NetworkError as exc:
            raise _unknown(site, unit, exc.message, "") from exc
    said = _reconciled(site, unit, _said(tool, command, ran))
    how = command.failure(ran).message if ran.exit_code else f"{tool.name} ended with words that nobody knows"
    if said.state == FAILED:
        raise _failed(site, unit, tool, said.text, how if ran.exit_code else "")
    if said.state != TAKEN:
        raise _unknown(site, unit, how, said.text)
    text = _finish(site, unit, tool, command, said.job) if said.job and tool.poll else said.text
    site.under_way.discard(unit.row.label)
    offset = round(site.client.clock_offset or 0.0, 1)
    return {"task": "", "sent_at": sent_at, "clock_offset": offset, "text": text, "job": said.job, "ended": True}


def _as_file(row: Row, ca_path: str | None, stack: contextlib.ExitStack) -> str:
    """Return the path of the image: tools take nothing else. One at a URL is fetched into a file that ``stack`` ends."""
    if "://" not in row.image:
        return os.path.abspath(os.path.expanduser(row.image))
    path = os.path.join(stack.enter_context(tempfile.TemporaryDirectory(prefix="firmware-")), row.file_name)
    with open_image(row.image, ca_path) as source, open(path, "wb") as file:
        for block in source:
            file.write(block)
    return path


def _said(tool: FlashTool, command: Command, ran: Ran) -> Said:
    if ran.exit_code:
        return tool.read_failure(command.hide(ran.said), ran.exit_code)
    return tool.read(command.hide(ran.printed))


def _reconciled(site: Site, unit: Unit, said: Said) -> Said:
    if said.state == TAKEN or said.untouched:
        return said
    answers, component = site.service.profile.firmware, unit.row.component
    minutes, blind = (known.get(component, known["*"]) for known in (answers.minutes, answers.blind))
    there = wait_for_arrival(site, unit, 0.0 if said.state == FAILED else minutes * 60.0 + blind)
    return Said(TAKEN, f"{there}, although the tool said: {said.text}") if there else said


def _finish(site: Site, unit: Unit, tool: FlashTool, command: Command, job: str) -> str:
    def look() -> Job:
        return tool.read_job(command.run(tool.poll, job=job))

    try:
        seen = wait_until(
            look,
            lambda one: one.state != "running",
            site.patience(),
            what=f"{job} of {tool.name} to end",
            describe=lambda one: one.text,
            # A new BMC firmware restarts the BMC under its own job.
            tolerate=(NetworkError,),
            machine=site.client.machine,
            resource=job,
        )
    except WaitTimeout as exc:
        # Nobody can follow it later: it has no task that Redfish shows.
        raise _unknown(site, unit, exc.message, str(exc.facts.get("last_observation") or "")) from exc
    if seen.state == "failed":
        raise _failed(site, unit, tool, seen.text)
    return f"{job}: {seen.text}"


def _failed(site: Site, unit: Unit, tool: FlashTool, why: str, how: str = "") -> VerificationError:
    site.under_way.discard(unit.row.label)
    return VerificationError(
        f"{how or f'{tool.name} says that it failed'}: {unit.row.label} {unit.row.version} was not flashed",
        machine=site.client.machine,
        answer=why,
        hint="the tool's own words say why; check that the image is for this model, then run this again",
    )


def _unknown(site: Site, unit: Unit, what: str, words: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{what}; whether {unit.row.label} {unit.row.version} was flashed is not known",
        machine=site.client.machine,
        answer=words,
        hint="look at the machine, then run this again: it reads first",
    )
