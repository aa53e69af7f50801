# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Firmware images: check one before anything is asked of a BMC, and open one as a stream of known length.

Never more than one block of an image is in memory.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional, require
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row

__all__ = ["BLOCK", "READ_TIMEOUT", "Source", "image_unreachable", "open_image", "verify_image", "verify_images"]

requests = optional("requests")

BLOCK = 1024 * 1024
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0
FOLDER = "firmware_images"


class Source:
    """An open image whose size is known before the first byte is sent.

    ``len`` is what is left of it: requests takes it for the length of the upload, requests-toolbelt asks for it until
    it is 0.
    """

    def __init__(self, stream: t.Any, size: int, name: str) -> None:
        self._stream = stream
        self.size = size
        self.name = name
        self.sent = 0

    @property
    def len(self) -> int:
        """Return the bytes that are left."""
        return self.size - self.sent

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes, at most one block, whatever is asked for."""
        wanted = BLOCK if count is None or count < 0 else min(count, BLOCK)
        data: bytes = self._stream.read(wanted)
        self.sent += len(data)
        return data

    def __iter__(self) -> t.Iterator[bytes]:
        """Yield the rest of the image in blocks."""
        while True:
            data = self.read(BLOCK)
            if not data:
                return
            yield data


@contextlib.contextmanager
def open_image(image: str, ca_path: str | None = None) -> t.Iterator[Source]:
    """Open an image at a path or a URL.

    :raises ConfigurationError: when there is no such file, or the server does not say how long it is.
    :raises NetworkError: when the server cannot be reached or refuses.
    """
    if "://" not in image:
        with _open_file(image) as file:
            yield Source(file, os.fstat(file.fileno()).st_size, os.path.basename(image))
        return
    require("requests")
    with requests.Session() as session:
        # No proxy and no ~/.netrc: the image server is a neighbour of the BMCs.
        session.trust_env = False
        answer = _get(session, image, ca_path)
        with answer:
            length = answer.headers.get("Content-Length", "")
            if not length.isdigit():
                raise ConfigurationError("the image server does not say how long the image is", resource=image)
            # Hashing what a server compressed on the way would hash something else.
            answer.raw.decode_content = False
            yield Source(answer.raw, int(length), image.split("?")[0].rsplit("/", 1)[-1])


def _open_file(path: str) -> t.BinaryIO:
    try:
        return open(os.path.expanduser(path), "rb")  # noqa: SIM115  # closed by the caller's `with`
    except OSError as exc:
        raise ConfigurationError(
            f"the image cannot be read: {exc.strerror}",
            resource=path,
            hint="check the path where the task runs"
            if "/" in path
            else "set firmware_image_base_url to the image server",
        ) from exc


def _get(session: t.Any, url: str, ca_path: str | None) -> t.Any:
    try:
        answer = session.get(
            url,
            stream=True,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            verify=ca_path or True,
            headers={"Accept-Encoding": "identity"},
        )
    except (requests.RequestException, ValueError) as exc:
        raise image_unreachable(url, exc) from exc
    if answer.status_code == 200:
        return answer
    answer.close()
    raise ConfigurationError(
        f"the image server answered HTTP {answer.status_code}",
        resource=url,
        hint="check the URL: the image may be missing or not be public",
        status=answer.status_code,
    )


def image_unreachable(url: str, exc: Exception) -> NetworkError:
    """Return the error for a server that broke off or was not there."""
    reason = str(getattr(exc.args[0] if exc.args else exc, "reason", exc))
    text = reason.rsplit(">: ", 1)[-1]
    return NetworkError(f"the image server cannot be reached: {text}", resource=url, hint="nothing was changed")


def verify_images(rows: t.Iterable[Row], cache_dir: str | None = None, ca_path: str | None = None) -> None:
    """Check every image once per playbook run, before any machine is asked anything.

    :raises ConfigurationError: with the problems of all images.
    """
    problems: t.List[Exception] = []
    for row in _flat(rows):
        try:
            verify_image(row, cache_dir, ca_path)
        except (ConfigurationError, NetworkError) as exc:
            problems.append(exc)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        texts = list(dict.fromkeys(str(exc) for exc in problems))
        raise ConfigurationError("; ".join(texts), problems=texts, hint="nothing was changed")


def _flat(rows: t.Iterable[Row]) -> t.Iterator[Row]:
    for row in rows:
        yield from row.via
        yield row


def verify_image(row: Row, cache_dir: str | None = None, ca_path: str | None = None) -> None:
    """Read an image and compare its size and SHA-256 with the catalogue's.

    With ``cache_dir`` the workers of a run share the verdict: one reads, the others wait for it.

    :raises ConfigurationError: when it is not the image of the catalogue.
    :raises NetworkError: when its server cannot be reached.
    """
    if cache_dir is None:
        _compare(row, ca_path)
        return
    folder = os.path.join(cache_dir, FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    mark = os.path.join(folder, hashlib.sha256(f"{row.image}\0{row.sha256}\0{row.size}".encode()).hexdigest())
    with open(os.open(mark, os.O_CREAT | os.O_RDWR, 0o600), "r+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if lock.read() == "good":
            return
        _compare(row, ca_path)
        lock.seek(0)
        lock.write("good")


def _compare(row: Row, ca_path: str | None) -> None:
    digest = hashlib.sha256()
    with open_image(row.image, ca_path) as source:
        if source.size == 0:
            raise _not_the_image(row, "the file is empty")
        if row.size is not None and source.size != row.size:
            raise _not_the_image(row, f"it has {source.size} bytes and should have {row.size}")
        try:
            for block in source:
                digest.update(block)
        except Exception as exc:  # urllib3 raises its own family while a body is read
            raise image_unreachable(row.image, exc) from exc
        if source.sent != source.size:
            raise _not_the_image(row, f"it ended after {source.sent} of {source.size} bytes")
    if digest.hexdigest() != row.sha256.lower():
        raise _not_the_image(row, f"its SHA-256 is {digest.hexdigest()} and should be {row.sha256.lower()}")


def _not_the_image(row: Row, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"this is not the image of {row.label} {row.version}: {why}; no BMC was asked anything",
        resource=row.image,
        hint="fetch the image again from its vendor, or correct the catalogue",
    )
