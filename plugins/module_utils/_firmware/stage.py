# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep images in a local store: fetched from a stated place, resumed where they broke off, checked before and after.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import SHA256
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.image import (
    BLOCK,
    READ_TIMEOUT,
    image_unreachable,
    open_image,
)

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params, Run
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import StepRecord

__all__ = ["STAGE_OPTIONS", "carry_out", "check", "decide_stage", "look", "open_store", "tell", "wanted_image"]

requests = optional("requests")

STAGE_OPTIONS = Options(
    spec={
        "image": {"type": "str", "required": True},
        "sha256": {"type": "str", "required": True},
        "store": {"type": "path", "required": True},
        "name": {"type": "str"},
        "image_ca_path": {"type": "path"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
)


@dataclass(frozen=True)
class Wanted:
    """An image to have in a store, or not."""

    image: str
    sha256: str
    path: str
    present: bool
    image_ca_path: str | None

    @property
    def part(self) -> str:
        """Where an unfinished download is kept; its name holds the digest, so two images never mix."""
        return f"{self.path}.{self.sha256[:16]}.part"


@dataclass(frozen=True)
class Found:
    """What lies in the store: the digest of the file, empty without one, and the bytes of an unfinished download."""

    sha256: str = ""
    part_bytes: int = 0


def wanted_image(params: Params) -> Wanted:
    """Return what is wanted.

    :raises ConfigurationError: for a digest that is none, or a name that leads out of the store.
    """
    digest = params["sha256"].lower()
    name = params.get("name") or params["image"].split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    if not SHA256.fullmatch(digest):
        raise ConfigurationError(f"sha256 must be 64 hexadecimal digits, not {digest[:80]!r}")
    if "/" in name or name in ("", ".", ".."):
        raise ConfigurationError(f"{name!r} is not the name of a file in the store", hint="set name")
    path = os.path.join(os.path.expanduser(params["store"]), name)
    return Wanted(params["image"], digest, path, params["state"] == "present", params.get("image_ca_path"))


@contextlib.contextmanager
def open_store(params: Params, context: Context) -> t.Iterator[None]:
    """Keep others out of the store: two that fetch one image would write into each other's file.

    The one that waited finds the image there. The lock ends with its process, so a killed run leaves nothing to clear.
    """
    store = os.path.expanduser(params["store"])
    if context.read_only or (params["state"] == "absent" and not os.path.isdir(store)):
        yield None
        return
    try:
        os.makedirs(store, mode=0o755, exist_ok=True)
        folder = os.open(store, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as exc:
        raise _not_stored(store, exc) from exc
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield None
    finally:
        os.close(folder)


def _not_stored(path: str, exc: OSError) -> ConfigurationError:
    hint = "check the directory, its rights and the room on its disk where the task runs"
    return ConfigurationError(f"the image cannot be stored: {exc.strerror or exc}", resource=path, hint=hint)


def look(client: None, wanted: Wanted) -> Found:
    """Return what lies in the store."""
    part = os.path.getsize(wanted.part) if os.path.exists(wanted.part) else 0
    return Found(digest_of(wanted.path) if os.path.exists(wanted.path) else "", part)


def digest_of(path: str) -> str:
    """Return the SHA-256 of a file, block by block."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def decide_stage(wanted: Wanted, found: Found) -> Plan:
    """Return the plan for one image of a store; pure."""
    before = {os.path.basename(wanted.path): found.sha256 or "absent"}
    name = os.path.basename(wanted.path)
    if not wanted.present:
        if not found.sha256 and not found.part_bytes:
            return Plan(before=before, after=before, reason=f"{name} is not in the store")
        return Plan((Step("remove", f"remove {name} from the store"),), before, {name: "absent"})
    if found.sha256 == wanted.sha256:
        return Plan(before=before, after=before, reason=f"{name} is in the store, with the right SHA-256")
    text = f"fetch {name} from {wanted.image}"
    if found.part_bytes:
        text += f", from byte {found.part_bytes} on"
    warnings = (f"{name} is in the store with another SHA-256 and is replaced",) if found.sha256 else ()
    return Plan((Step("fetch", text, resource=wanted.path),), before, {name: wanted.sha256}, warnings=warnings)


def carry_out(client: None, record: StepRecord, run: Run) -> t.Dict[str, t.Any]:
    """Fetch or remove the image."""
    wanted: Wanted = run.wanted
    if record.step.name == "remove":
        for path in (wanted.path, wanted.part):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        return {}
    try:
        if "://" in wanted.image:
            _download(wanted)
        else:
            with open_image(wanted.image) as source, open(wanted.part, "wb") as part:
                shutil.copyfileobj(t.cast(t.Any, source), part, BLOCK)
        _accept(wanted)
    except OSError as exc:
        raise _not_stored(wanted.path, exc) from exc
    return {}


def _download(wanted: Wanted) -> None:
    """Fetch what is missing; a server without ranges sends all of it again."""
    require("requests")
    have = os.path.getsize(wanted.part) if os.path.exists(wanted.part) else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(
                wanted.image,
                stream=True,
                headers=headers,
                timeout=(10, READ_TIMEOUT),
                verify=wanted.image_ca_path or True,
            )
            if answer.status_code == 416:
                return  # all of it is here already; the digest decides
            if answer.status_code not in (200, 206):
                raise ConfigurationError(
                    f"the server answered HTTP {answer.status_code}", resource=wanted.image, hint="check the URL"
                )
            with answer, open(wanted.part, "ab" if answer.status_code == 206 else "wb") as part:
                # Small blocks: of one that breaks off in the middle, nothing is kept.
                for block in answer.iter_content(65536):
                    part.write(block)
        except requests.RequestException as exc:  # an OSError too, of the network and not of the disk
            raise image_unreachable(wanted.image, exc) from exc


def _accept(wanted: Wanted) -> None:
    found = digest_of(wanted.part)
    if found != wanted.sha256:
        os.unlink(wanted.part)
        raise VerificationError(
            f"what came from {wanted.image} is not the image: its SHA-256 is {found} and should be {wanted.sha256}",
            resource=wanted.path,
            hint="the store still has what it had; fetch the image from its vendor, or correct the sha256",
        )
    os.replace(wanted.part, wanted.path)


def check(client: None, run: Run) -> t.Dict[str, str]:
    """Read the file once more from the disk."""
    wanted: Wanted = run.wanted
    name = os.path.basename(wanted.path)
    found = look(None, wanted)
    if wanted.present and found.sha256 != wanted.sha256:
        raise VerificationError(f"{name} changed while it was stored", resource=wanted.path)
    return {name: found.sha256 or "absent"}


def tell(run: Run) -> t.Dict[str, t.Any]:
    """Return the result keys."""
    wanted: Wanted = run.wanted
    return {"path": wanted.path, "name": os.path.basename(wanted.path), "sha256": wanted.sha256, "audit": {}}
