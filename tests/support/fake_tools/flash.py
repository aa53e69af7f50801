# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for vendors' flash tools in tests: checks how it is called, flashes through the rack, says what the tool says.

Called as ``flash.py TOOL argument ...``. FAKE_FLASH_URL is the control address of the machine in the rack, and
FAKE_FLASH_ACCOUNT ``user:password``. Without a URL nothing is flashed. FAKE_FLASH_ENDS, an exit code and words, takes the place
of the last words of iLOrest.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
SAYS = {
    "sum": "Status: The {kind} is updated for 127.0.0.1\n"
    "Note: You have to reboot or power up the system for the changes to take effect\n",
    "ilorest": (RECORDED / "ilorest" / "flash_bios.txt").read_text(),
    "racadm": "Uploading file...\nRAC987: Firmware update job for image.exe is initiated.\n"
    "This firmware update job may take several minutes to complete.\nJob ID = JID_600000000001\n",
    "ipmitool": "PICMG HPM.1 Upgrade Agent 1.0.9:\n\n|ID  | Name        |                     Versions        | %  |\n"
    "|   1|APP          |   1.10  |  ---.-- |   1.12  | 100%|\n\nFirmware upgrade procedure successful\n",
}
JOB = "[Job ID=JID_600000000001]\nJob Name=Firmware Update\nStatus={status}\nMessage=[RED001: {text}]\nPercent Complete=[100]\n"


def main() -> int:
    tool, *words = sys.argv[1:]
    refused = check_account(tool, words)
    if refused:
        sys.stdout.write(refused)
        return 1
    if "jobqueue" in words:
        sys.stdout.write(JOB.format(status="Scheduled", text="Task successfully scheduled."))
        return 0
    image = Path(given(words, tool))
    kind = {"UpdateBmc": "BMC", "UpdateBios": "BIOS"}.get(value(words, "-c"), "firmware")
    problem = flash(image.read_bytes())
    if problem:
        sys.stdout.write(f"ExitCode = 36\nDescription = {problem}\n" if tool == "sum" else f"ERROR: {problem}\n")
        return 36
    says, code = SAYS[tool].format(kind=kind), 0
    if os.environ.get("FAKE_FLASH_ENDS"):
        exit_code, _blank, last_words = os.environ["FAKE_FLASH_ENDS"].partition(" ")
        says, code = says.rpartition("Firmware has")[0] + last_words, int(exit_code)
    sys.stdout.write(says)
    return code


def check_account(tool, words):
    user, _colon, password = os.environ["FAKE_FLASH_ACCOUNT"].partition(":")
    if password in " ".join(sys.argv):
        return "the password stands in the command line\n"
    if tool == "racadm":
        good = sys.stdin.read() == f"{user}\n{password}\n"
    elif tool == "ilorest":
        text = Path(value(words, "--config")).read_text()
        good = f"username = {user}\n" in text and f"password = {password}\n" in text
    else:
        flag = "-u" if tool == "sum" else "-U"
        good = value(words, flag) == user and Path(value(words, "-f")).read_text() == password
    return "" if good else "Invalid username or password.\n"


def given(words, tool):
    after = {"sum": "--file", "racadm": "-f", "ilorest": "flashfwpkg", "ipmitool": "upgrade"}[tool]
    return value(words, after)


def value(words, flag):
    return words[words.index(flag) + 1] if flag in words else ""


def flash(image):
    """Flash the image; return why it was refused, or nothing."""
    base = os.environ.get("FAKE_FLASH_URL")
    if not base:
        return ""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{base}/flash", image, method="POST"), timeout=30
        ) as answer:
            task = json.load(answer)["task"]
    except urllib.error.HTTPError as problem:
        return json.load(problem)["error"]
    while True:
        with urllib.request.urlopen(base, timeout=30) as answer:
            known = json.load(answer)["tasks"].get(task)
        if known is None or known["state"] not in ("New", "Starting", "Running"):
            return ""
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
