# SPDX-License-Identifier: GPL-3.0-or-later

"""Who started a run, from where and with what: the operating system, AWX and git are asked once, at its start."""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .process import identity
from .redact import Redactor

__all__ = ["awx_facts", "command_line", "git_facts", "run_facts"]

_GIT_SECONDS = 3
# What AWX calls these in extra variables; older versions say tower_ (awx/main/constants.py, JOB_VARIABLE_PREFIXES).
_AWX_VARIABLES = {
    "awx_user": "user_name",
    "awx_job_id": "job_id",
    "awx_workflow_job_id": "workflow_job_id",
    "awx_job_template": "job_template_name",
    "awx_launch_type": "job_launch_type",
}


def awx_facts(extra_vars: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return who and which job, as AWX tells it; `job` joins the slices of one sliced job, which share a workflow."""
    facts: dict[str, str | None] = {}
    for column, name in _AWX_VARIABLES.items():
        value = next((extra_vars[key] for prefix in ("awx_", "tower_") if (key := prefix + name) in extra_vars), None)
        facts[column] = None if value is None else str(value)
    facts["awx_job_id"] = facts["awx_job_id"] or environ.get("JOB_ID")
    facts["job"] = facts["awx_workflow_job_id"] or facts["awx_job_id"]
    return facts


def launcher(environ: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """Say what started the run: `awx`, `runner` (ansible-runner) or `cli`."""
    if facts.get("awx_job_id") or "AWX_HOST" in environ:
        return "awx"
    return "runner" if environ.get("ANSIBLE_STDOUT_CALLBACK") == "awx_display" else "cli"


def git_facts(directory: str, revision: str | None = None) -> dict[str, Any]:
    """Return the revision of the project and whether files were changed since; empty outside a repository.

    :param revision: what AWX says it checked out, for a project copied without its repository.
    """
    told = _git(directory, "rev-parse", "HEAD")
    if told is None:
        return {"git_revision": revision, "git_dirty": None}
    changed = _git(directory, "status", "--porcelain", "--untracked-files=no")
    return {"git_revision": told, "git_dirty": None if changed is None else bool(changed)}


def _git(directory: str, *words: str) -> str | None:
    command = ["git", "-C", directory, *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def command_line(words: Sequence[str], redactor: Redactor) -> str:
    """Return the command as it could be typed, without its secrets."""
    return str(redactor.clean(" ".join(shlex.quote(word) for word in words)))


def _sudo_user(environ: Mapping[str, str]) -> str | None:
    return environ.get("SUDO_USER") or None


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container whose uid has no name.
        return f"uid {os.getuid()}"


def run_facts(
    playbook: str,
    extra_vars: Mapping[str, Any],
    cli: Mapping[str, Any],
    redactor: Redactor,
    environ: Mapping[str, str],
) -> dict[str, Any]:
    """Return the columns of `runs`.

    :param playbook: path of the first playbook file.
    :param cli: Ansible's parsed command line (`context.CLIARGS`).
    """
    project = os.path.dirname(os.path.abspath(playbook))
    awx = awx_facts(extra_vars, environ)
    return {
        "playbook": playbook,
        "project": project,
        "os_user": _os_user(),
        "sudo_user": _sudo_user(environ),
        **identity(),
        "command_line": command_line([Path(sys.argv[0]).name, *sys.argv[1:]], redactor),
        "inventory": ", ".join(redactor.clean(str(source)) for source in cli.get("inventory") or ()),
        "check_mode": bool(cli.get("check")),
        "diff_mode": bool(cli.get("diff")),
        "host_limit": cli.get("subset"),
        "tags": ",".join(cli.get("tags") or ()),
        "skip_tags": ",".join(cli.get("skip_tags") or ()),
        "forks": cli.get("forks"),
        **git_facts(project, environ.get("PROJECT_REVISION") or _revision(extra_vars)),
        "python_version": sys.version.split()[0],
        "launcher": launcher(environ, awx),
        **awx,
        "resume_of": str(extra_vars["resume_run"]) if extra_vars.get("resume_run") else None,
    }


def _revision(extra_vars: Mapping[str, Any]) -> str | None:
    value = extra_vars.get("awx_project_revision") or extra_vars.get("tower_project_revision")
    return str(value) if value else None
