# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible.plugins.action import ActionBase

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import validate
from ansible_collections.hwautomation.baremetal.plugins.modules.firmware_serve import OPTIONS

# Run as a file: a new interpreter knows nothing of Ansible's way to find collections.
SERVER = Path(__file__).resolve().parents[2] / "extensions" / "image_server" / "server.py"


class ActionModule(ActionBase):
    """Start the server as a process of its own, which ends with the playbook."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the URLs."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            params, _secrets = validate(OPTIONS, json.loads(json.dumps(self._task.args)))
            files = _files(params["images"])
            if self._task.check_mode:
                return {**result, "changed": True, "urls": {}}
            # The parent of a worker is the playbook itself.
            return {**result, "changed": True, **serve(params, files, parent=os.getppid())}
        except HWAutomationError as exc:
            return {**result, "failed": True, "changed": False, **exc.as_result()}


def _files(images: t.Iterable[str]) -> dict[str, Path]:
    files = {Path(image).name: Path(image).expanduser() for image in images}
    missing = [str(path) for path in files.values() if not path.is_file()]
    if missing:
        raise ConfigurationError(f"no such image: {', '.join(missing)}", hint="put it there with firmware_stage")
    return files


def serve(params: t.Mapping[str, t.Any], files: t.Mapping[str, Path], parent: int) -> dict[str, t.Any]:
    """Start the server and return its port and one URL per file.

    :raises ConfigurationError: when it cannot listen at that address.
    """
    tickets = {f"/{secrets.token_urlsafe(24)}/{name}": str(path) for name, path in files.items()}
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, str(SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    pipe = t.cast(t.Any, process)
    pipe.stdin.write(json.dumps({**params, "tickets": tickets, "parent": parent}))
    pipe.stdin.close()
    answer = json.loads(pipe.stdout.readline() or '{"error": "it ended at once"}')
    if "error" in answer:
        raise ConfigurationError(
            f"the image server cannot listen: {answer['error']}", hint="give an address of this machine and a free port"
        )
    scheme = "https" if params.get("certificate") else "http"
    base = f"{scheme}://{params['address']}:{answer['port']}"
    return {"port": answer["port"], "urls": {path.rsplit("/", 1)[-1]: f"{base}{path}" for path in tickets}}
