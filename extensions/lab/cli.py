# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the rack: up, down, run, status, image."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from . import images
from .clock import Clock, ClockError
from .imagestore import packed
from .rack import Rack
from .rackfile import Plan, RackError, load
from .status import fetch_state, frame, ipmi, table

PROGRAM = "lab"
# What a person can type: nothing puts a command of the name above on the path.
COMMAND = f"python -m {__package__}"
READY_SECONDS = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code (2 for bad input, with one message on stderr)."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (RackError, ClockError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="An emulated machine room for bare-metal automation.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("up", up, "start the rack in the background and return when it is ready"),
        ("run", run_command, "start the rack and stay in the foreground"),
    ):
        command = commands.add_parser(name, help=text)
        _common(command)
        command.add_argument("--clock", help="hand, real or scaled:N (default: what the rack file says)")
        command.add_argument("--bmc-port", type=int, help="port of every BMC (default: 443 as root, else 8443)")
        command.add_argument("--tree", type=Path, help="serve this captured tree on every server")
        command.set_defaults(run=run, until_eof=False)
        if name == "run":
            command.add_argument(
                "--until-eof",
                action="store_true",
                help="stop when standard input ends, so that no rack outlives its test",
            )
    command = commands.add_parser("down", help="stop the rack")
    _common(command)
    command.set_defaults(run=down)
    command = commands.add_parser("status", help="show the rack as a table")
    _common(command)
    command.add_argument("--watch", action="store_true", help="refresh every two seconds until interrupted")
    command.add_argument("--json", action="store_true", help="print the state as JSON")
    command.set_defaults(run=status)
    command = commands.add_parser(
        "image", help="build a firmware image file; --output NAME.fwpkg makes a package of HPE"
    )
    for name in ("platform", "component", "version", "output"):
        command.add_argument(f"--{name}", required=True)
    command.add_argument("--vendor", default="")
    command.add_argument("--size", type=int, default=64 * 1024)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=image)
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rack", type=Path, default=Path("inventory/lab/rack.yml"), help="the rack file")
    command.add_argument("--state-dir", type=Path, default=Path(".rack"), help="where pid, CA and log are kept")


# -- commands -----------------------------------------------------------------------------------------------------
def up(options: argparse.Namespace) -> int:
    """Start in the background; wait until the rack answers or has failed."""
    plan, clock = _read(options)
    state = options.state_dir
    pid = _running(state)
    if pid:
        raise RackError(f"a rack is already running (pid {pid}, {state}/state.json); stop it with `{COMMAND} down`")
    state.mkdir(parents=True, exist_ok=True)
    for name in ("state.json", "error"):
        (state / name).unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _daemon(plan, clock, options)
    os.waitpid(child, 0)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if (state / "error").is_file():
            raise RackError((state / "error").read_text().strip())
        if (state / "state.json").is_file():
            facts = json.loads((state / "state.json").read_text())
            print(_welcome(facts, state))
            return 0
        time.sleep(0.05)
    raise RackError(f"the rack did not come up in {READY_SECONDS:.0f} seconds; see {state}/rack.log")


def run_command(options: argparse.Namespace) -> int:
    """Stay in the foreground until interrupted or told to stop."""
    plan, clock = _read(options)
    pid = _running(options.state_dir)
    if pid:
        raise RackError(f"a rack is already running (pid {pid}); stop it with `{COMMAND} down`")
    options.state_dir.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    return asyncio.run(
        _serve(plan, clock, options, lambda facts: print(_welcome(facts, options.state_dir), flush=True))
    )


def down(options: argparse.Namespace) -> int:
    """Stop the rack of the state directory; nothing to stop is no error."""
    pid = _running(options.state_dir)
    if not pid:
        _clean(options.state_dir, None)
        print("no rack is running")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if not _alive(pid):
            print("the rack has stopped")
            return 0
        time.sleep(0.05)
    raise RackError(f"the rack (pid {pid}) does not stop; see {options.state_dir}/rack.log")


def status(options: argparse.Namespace) -> int:
    """Print the rack as a table."""
    facts = _facts(options.state_dir)
    if options.watch and not options.json:
        _watch(facts)
    state = fetch_state(facts["lab_control_url"])
    print(json.dumps(state, indent=2) if options.json else table(state, facts, colour=_colour()))
    return 0


def _watch(facts: dict[str, Any]) -> None:
    """Keep the table on the screen until interrupted; the terminal gets its cursor back however it ends."""
    print("\x1b[?25l\x1b[2J", end="")
    try:
        while True:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
            shown = table(fetch_state(facts["lab_control_url"]), facts, width, _colour())
            print(frame(shown), end="", flush=True)
            time.sleep(2)
    finally:
        print("\x1b[?25h", end="", flush=True)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def image(options: argparse.Namespace) -> int:
    """Write a firmware image."""
    if options.component not in images.COMPONENTS:
        raise RackError(f"unknown component {options.component!r}; known: {', '.join(images.COMPONENTS)}")
    vendor = options.vendor or options.platform.partition("_")[0]
    header = images.Image(vendor, options.platform, options.component, options.version)
    data = packed(options.output, images.build(header, options.size, options.seed))
    Path(options.output).write_bytes(data)
    print(f"{images.sha256(data)}  {options.output}")
    return 0


# -- the process --------------------------------------------------------------------------------------------------
def _read(options: argparse.Namespace) -> tuple[Plan, Clock]:
    plan = load(options.rack)
    if options.clock:
        plan = replace(plan, clock=options.clock)
    return plan, Clock.parse(plan.clock)


def _daemon(plan: Plan, clock: Clock, options: argparse.Namespace) -> None:
    """Detach (twice, so that nobody's terminal or wait holds us) and serve; never returns."""
    os.setsid()
    if os.fork():
        os._exit(0)
    log = os.open(options.state_dir / "rack.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, place in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, place)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    code = 1
    try:
        code = asyncio.run(_serve(plan, clock, options, lambda _facts: None))
    except RackError as error:
        _fail(options.state_dir, str(error))
        code = 2
    except BaseException as error:
        logging.exception("the rack failed")
        _fail(options.state_dir, f"the rack failed: {error!r}; see {options.state_dir}/rack.log")
    finally:
        os._exit(code)


def _fail(state: Path, text: str) -> None:
    """Tell the waiting parent; it must not find the file before the text is in it."""
    (state / "error.new").write_text(text)
    (state / "error.new").rename(state / "error")


async def _serve(plan: Plan, clock: Clock, options: argparse.Namespace, ready: Any) -> int:
    rack = Rack(plan, clock, options.bmc_port, options.tree)
    rack.ipmi.home = options.state_dir
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, rack.stopping.set)
    if options.until_eof:
        loop.add_reader(sys.stdin.fileno(), _stop_at_eof, rack)
    await rack.start()
    facts = _write(rack, options)
    try:
        ready(facts)
        await rack.stopping.wait()
    finally:
        await rack.stop()
        _clean(options.state_dir, Path(facts["inventory_file"]))
    return 0


def _stop_at_eof(rack: Rack) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        rack.stopping.set()


def _write(rack: Rack, options: argparse.Namespace) -> dict[str, Any]:
    """Write pid, CA, state and the group variables that make the rack file an inventory of a running rack."""
    state = options.state_dir.resolve()
    (state / "ca.pem").write_bytes(rack.authority.pem)
    facts = {**rack.facts(), "ca_path": str(state / "ca.pem")}
    inventory = options.rack.resolve().parent / "group_vars" / "all" / "running_rack.yml"
    inventory.parent.mkdir(parents=True, exist_ok=True)
    inventory.write_text("# Written by `lab up`, removed by `lab down`.\n" + yaml.safe_dump(facts))
    (state / "pid").write_text(f"{os.getpid()}\n")
    facts = {
        **facts,
        "inventory_file": str(inventory),
        "rack": str(options.rack.resolve()),
        "servers": len(rack.bmcs),
        "maas_missing": rack.maas_reason,
        "ipmi_missing": rack.ipmi.reason,
        "pid": os.getpid(),
    }
    temporary = state / "state.json.new"
    temporary.write_text(json.dumps(facts, indent=2))
    temporary.rename(state / "state.json")
    return facts


def _clean(state: Path, inventory: Path | None) -> None:
    if inventory is None and (state / "state.json").is_file():
        inventory = Path(_facts(state).get("inventory_file", ""))
    if inventory is not None and inventory.name == "running_rack.yml":
        inventory.unlink(missing_ok=True)
    for name in ("pid", "state.json", "error"):
        (state / name).unlink(missing_ok=True)


def _facts(state: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((state / "state.json").read_text())
    except (OSError, ValueError) as error:
        raise RackError(f"no rack is running ({state}/state.json is missing); start one with `{COMMAND} up`") from error
    return facts


def _running(state: Path) -> int:
    """Return the pid of the rack of this state directory, or 0."""
    try:
        pid = int((state / "pid").read_text())
    except (OSError, ValueError):
        return 0
    return pid if _alive(pid) else 0


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def _welcome(facts: dict[str, Any], state: Path) -> str:
    lines = [
        f"The rack is up: {facts['servers']} servers, BMC port {facts['bmc_port']}.",
        f"  certificate authority  {facts['ca_path']}",
        f"  MAAS                   {facts.get('maas_url') or facts['maas_missing']}",
        f"  IPMI                   {ipmi(facts)}",
        f"  firmware images        {facts['lab_image_url']}/",
        f"  control                {facts['lab_control_url']}/_lab/state",
        f"  look at it, stop it     {COMMAND} status|down --state-dir {state}",
    ]
    return "\n".join(lines)
