# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server is, told by the system that runs on it: the module host_info.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.host import (
    devices,
    smbios,
)

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["Told", "connect_here", "normal_form", "read", "report", "wanted"]

Json = t.Dict[str, t.Any]
Told = t.Dict[str, str]
TIMEOUT = 60.0
# What to run, by the name under which its answer is kept; dmidecode needs root.
COMMANDS: t.Mapping[str, t.Tuple[str, ...]] = {
    "dmidecode": ("dmidecode",),
    "lscpu": ("lscpu", "-J"),
    "lsblk": ("lsblk", "-J", "-b", "-d", "-o", "NAME,TYPE,SIZE,MODEL,VENDOR,SERIAL,ROTA,TRAN,REV"),
    "ip": ("ip", "-j", "-d", "link"),
}
ETHTOOL = (("ethtool", "-i"), ("ethtool", "-P"), ("ethtool",))
PLACES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Run(t.NamedTuple):
    """The end of one command; ``problem`` says why there is no output."""

    output: str = ""
    problem: str = ""


Ask = t.Callable[[t.Sequence[str]], Run]


@contextlib.contextmanager
def connect_here(params: Params, context: Context) -> t.Iterator[Ask]:
    """Give a function that runs a command on this machine."""
    yield run


def run(command: t.Sequence[str]) -> Run:
    """Run a command that only reads, in English, and return its output or what went wrong."""
    environment = {**os.environ, "LC_ALL": "C", "PATH": PLACES}
    try:
        # Not AnsibleModule.run_command: the door knows no module, only its runner does.
        done = subprocess.run(  # pylint: disable=ansible-bad-function
            list(command),
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        return Run(problem=f"{command[0]} is not installed")
    except (OSError, subprocess.TimeoutExpired) as exc:
        return Run(problem=f"{' '.join(command)}: {exc}")
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[:200]
        return Run(problem=f"{' '.join(command)} ended with {done.returncode}: {said or 'without a word'}")
    return Run(done.stdout)


def wanted(params: Params) -> None:
    """Take no options."""


def read(ask: Ask, wanted: None) -> dict[str, Run]:
    """Run every tool; for the ports that ip lists, ethtool as well."""
    told = {name: ask(command) for name, command in COMMANDS.items()}
    links, _problem = parsed(told["ip"])
    for link in links or ():
        if (
            isinstance(link, dict)
            and link.get("link_type") == "ether"
            and not (link.get("linkinfo") or {}).get("info_kind")
        ):
            answers = [ask((*command, str(link["ifname"]))) for command in ETHTOOL]
            output = "\n".join(answer.output for answer in answers)
            told[f"ethtool {link['ifname']}"] = Run(output, "" if output.strip() else answers[0].problem)
    return told


def parsed(told: Run) -> tuple[t.Any, str]:
    """Return the JSON of a tool, or None and the reason."""
    if told.problem:
        return None, told.problem
    try:
        return json.loads(told.output), ""
    except ValueError as exc:
        return None, f"the answer is no JSON (too old a version?): {exc}"


def normal_form(told: t.Mapping[str, Run]) -> tuple[Json, dict[str, str]]:
    """Return the facts in the form of bmc_info, and tool -> why it told nothing."""
    unread = {name: answer.problem for name, answer in told.items() if answer.problem}
    found: dict[str, t.Any] = {}
    for name in ("lscpu", "lsblk", "ip"):
        found[name], problem = parsed(told[name])
        if problem:
            unread[name] = problem
    tables = smbios.records(told["dmidecode"].output)
    facts: Json = {"system": smbios.board(tables), "sources": {}}
    if "dmidecode" not in unread:
        modules = smbios.memory_modules(tables)
        facts["memory"] = {"gib": sum(item["mib"] for item in modules) // 1024, "modules": modules}
    if found["lscpu"] is not None:
        facts["processors"] = devices.processors(found["lscpu"])
    if found["lsblk"] is not None:
        facts["storage"] = {"controllers": [], "drives": devices.drives(found["lsblk"]), "volumes": []}
    if found["ip"] is not None:
        ethtool = {name.partition(" ")[2]: devices.pairs(one.output) for name, one in told.items() if " " in name}
        facts["network"] = {"adapters": [], "ports": devices.ports(found["ip"], ethtool)}
    parts = {"system": "dmidecode", "memory": "dmidecode", "processors": "lscpu", "storage": "lsblk", "network": "ip"}
    facts["sources"] = {part: {"protocol": "host", "resources": [parts[part]]} for part in parts if part in facts}
    return facts, unread


def report(wanted: None, told: t.Mapping[str, Run]) -> Json:
    """Return the result keys of the module and what the audit keeps."""
    facts, unread = normal_form(told)
    known = {key: facts["system"][key] for key in ("serial", "uuid", "vendor", "model") if facts["system"][key]}
    return {
        "facts": facts,
        "unread": [{"resource": name, "reason": reason} for name, reason in sorted(unread.items())],
        "audit": {"server": known, "discovery": {key: value for key, value in facts.items() if key != "sources"}},
    }
