# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follow an update; one whose flash failed is sent once more where the platform needs only a restart of its BMC (Q-S15).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import VerificationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.follow import follow
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.start import send
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import FirmwareAnswers

__all__ = ["followed", "may_try_again"]

Facts = t.Dict[str, t.Any]

TRY_AGAIN = (
    "give the handles of this result to another task, which restarts the BMC if that is stuck, and tries it once more"
)


def may_try_again(unit: Unit, failure: t.Mapping[str, t.Any], answers: FirmwareAnswers) -> bool:
    """Whether an update that failed is worth a second try: its flash had begun, and the image is not what is wrong.

    :param failure: facts of the error that :func:`follow` raised.
    """
    ids = set(failure.get("message_ids") or ())
    # A transfer or a check that failed would fail again, and left no flash half written.
    return bool(unit.resend and failure.get("flashed") and not ids & {*answers.refused, *answers.already_current})


def followed(site: Site, unit: Unit, earlier: t.Mapping[str, t.Any], note: t.Callable[[Facts], None]) -> Facts:
    """Wait until an update is over, the second try included.

    Where an earlier task has sent it, and without ``wait``, a flash that failed is only told, as fact ``failed_once``: the
    next task sends it, so that what is known is filed before.

    :param earlier: what the steps before it returned.
    :param note: keeps what is known of this step, in case it fails further on.
    """
    task = str(earlier.get("task") or unit.task)
    try:
        return follow(site, unit, task)
    except VerificationError as exc:
        if earlier.get("again") or not may_try_again(unit, exc.facts, site.service.profile.firmware):
            raise
        text = f"{exc.message} ({exc.answer})" if exc.answer else exc.message
        if site.wanted.wait and any(handle.fits(unit.row) for handle in site.wanted.handles):
            note({"failed_once": text})
            exc.hint = TRY_AGAIN
            raise
    if not site.wanted.wait:
        return {"failed_once": text}
    note({"tries": [{"task": task, "reason": text}], "again": True})
    sent = send(site, replace(unit, begin="send", method=unit.resend, stored="", again=True), note)
    note(sent)
    return sent if sent.get("ended") else {**sent, **follow(site, unit, str(sent["task"]))}
