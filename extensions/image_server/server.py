# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve single files to BMCs: HTTP or HTTPS, ranges, one address, a secret in every path, and an end with its parent.

Run as a program it takes its tickets as JSON on stdin, not as arguments, which every user of the machine can read, and
tells its port as JSON on stdout.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = 1024 * 1024
# A BMC may ask for the head of an image, then for all of it, then once more for what broke off.
GRACE_SECONDS = 300.0
WATCH_SECONDS = 1.0


@dataclass
class Ticket:
    """One image for one fetch: its file, and how much of it went out."""

    path: Path
    sent: int = 0
    finished: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, size: int) -> None:
        """Note bytes that went out."""
        with self.lock:
            self.sent += size
            if self.sent >= self.path.stat().st_size:
                self.finished = time.monotonic()

    @property
    def spent(self) -> bool:
        """Whether the image has gone out whole, and the time to ask again is over."""
        return self.finished is not None and time.monotonic() - self.finished > GRACE_SECONDS


class Handler(http.server.BaseHTTPRequestHandler):
    """Answer GET and HEAD for the paths of known tickets, and 404 for everything else."""

    protocol_version = "HTTP/1.1"
    server: ImageServer

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: paths hold secrets."""

    def do_HEAD(self) -> None:
        """Tell length and ranges."""
        self._answer(body=False)

    def do_GET(self) -> None:
        """Send the image, or the asked part of it."""
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        ticket = self.server.ticket(self.path)
        if ticket is None:
            self._end(404)
            return
        size = ticket.path.stat().st_size
        span = _span(self.headers.get("Range"), size)
        if span is None:
            self._end(416, {"Content-Range": f"bytes */{size}"})
            return
        start, stop = span
        part = self.headers.get("Range") is not None
        headers = {
            "Content-Length": str(stop - start),
            "Accept-Ranges": "bytes",
            "Content-Type": "application/octet-stream",
        }
        if part:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        self._head(206 if part else 200, headers)
        if body:
            self._send(ticket, start, stop)

    def _send(self, ticket: Ticket, start: int, stop: int) -> None:
        with ticket.path.open("rb") as file:
            file.seek(start)
            while start < stop:
                block = file.read(min(BLOCK, stop - start))
                if not block:
                    return
                self.wfile.write(block)
                start += len(block)
                ticket.count(len(block))

    def _end(self, status: int, headers: dict[str, str] | None = None) -> None:
        self._head(status, {"Content-Length": "0", **(headers or {})})

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def _span(text: str | None, size: int) -> tuple[int, int] | None:
    """Return first and last byte + 1 of a single range, the whole without one, or None for a range that cannot be."""
    if not text:
        return 0, size
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", text.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    stop = min(size, int(last) + 1) if last else size
    return (int(first), stop) if int(first) < stop else None


class ImageServer(http.server.ThreadingHTTPServer):
    """The server. ``tickets`` are files by their secret path."""

    daemon_threads = True

    def __init__(self, address: str, port: int, tickets: dict[str, Path], tls: tuple[str, str] | None = None) -> None:
        super().__init__((address, port), Handler)
        self._tickets = {path: Ticket(file) for path, file in tickets.items()}
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def ticket(self, path: str) -> Ticket | None:
        """Return the ticket of a path; spent and unknown ones are the same to whoever asks."""
        ticket = self._tickets.get(path.split("?")[0])
        return None if ticket is None or ticket.spent else ticket

    def end_with(self, parent: int) -> None:
        """Shut down when the process ``parent`` has ended."""
        while _alive(parent):
            time.sleep(WATCH_SECONDS)
        self.shutdown()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> int:
    """Serve what stdin asks for until the parent ends."""
    wanted = json.load(sys.stdin)
    tickets = {path: Path(file) for path, file in wanted["tickets"].items()}
    tls = (wanted["certificate"], wanted["private_key"]) if wanted.get("certificate") else None
    try:
        server = ImageServer(wanted["address"], wanted["port"], tickets, tls)
    except OSError as exc:
        _tell({"error": f"{wanted['address']} port {wanted['port']}: {exc.strerror or exc}"})
        return 1
    _tell({"port": server.server_address[1]})
    threading.Thread(target=server.end_with, args=(wanted["parent"],), daemon=True).start()
    server.serve_forever()
    return 0


def _tell(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
