# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asking: Basic and X-Auth-Token, sessions, privileges, and passwords that must be changed first."""

from __future__ import annotations

import base64
from functools import lru_cache

from ..accounts import ROLES, Account
from ..bmc import Bmc
from ..eventlog import SECURITY
from ..journal import READS
from ..members import session as show
from ..sessions import SessionTableFull
from .call import Answer, Call
from .messages import Message, annotated, error
from .odd import session_place

CHALLENGE = {"WWW-Authenticate": 'Basic realm="Redfish"'}


def authenticate(bmc: Bmc, call: Call) -> None:
    """Put account and session into the call; raise 401 for missing or wrong credentials."""
    token = call.headers.get("X-Auth-Token")
    if token is not None:
        call.session = bmc.sessions.find(token)
        account = bmc.accounts.by_name(call.session.username) if call.session else None
        if account is None or not account.enabled:
            raise _denied(bmc)
        call.account = account
        return
    call.account = _basic(bmc, call.headers.get("Authorization", ""), call.peer)


def _basic(bmc: Bmc, header: str, peer: str) -> Account:
    try:
        username, password = _credentials(header)
    except ValueError as problem:
        raise _denied(bmc) from problem
    account = bmc.accounts.login(username, password)
    if account is None:
        _note_refused(bmc, username, peer)
        raise _denied(bmc)
    return account


@lru_cache(maxsize=1024)
def _credentials(header: str) -> tuple[str, str]:
    """Return what a Basic header says; raise ValueError for one that says nothing."""
    kind, _unused, encoded = header.partition(" ")
    if kind.lower() != "basic":
        raise ValueError(kind)
    username, _unused, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    return username, password


def _note_refused(bmc: Bmc, username: str, peer: str) -> None:
    text = f"A login as {username} from {peer} was refused."
    bmc.log.write(SECURITY, "Warning", text, "Base.1.8.ResourceAtUriUnauthorized")


def _denied(bmc: Bmc, message: str = "") -> Exception:
    denied = error(401, message or bmc.p.words.bad_login or "NoValidSession")
    denied.headers = dict(CHALLENGE)
    return denied


def authorize(bmc: Bmc, call: Call) -> None:
    """Raise 403 when the account may not do this: role too low, or its password must be changed first (Q-G53)."""
    account = call.account
    if account is None:
        raise _denied(bmc)
    if call.method in READS and not account.must_change:
        return
    own = bmc.tree.key(f"{bmc.layout.accounts.rstrip('/')}/{account.id}")
    if account.must_change and not _allowed_before_change(bmc, call, own):
        raise error(403, "PasswordChangeRequired", f"{bmc.layout.accounts.rstrip('/')}/{account.id}")
    if call.method in READS:
        return
    if bmc.tree.key(call.path) == own and set(call.json()) <= {"Password"}:
        return
    if call.session and bmc.tree.key(call.path) == bmc.tree.key(f"{bmc.layout.sessions}/{call.session.id}"):
        return
    if _needed(bmc, call) not in ROLES.get(account.role, []):
        raise error(403, "InsufficientPrivilege")


def _allowed_before_change(bmc: Bmc, call: Call, own: str) -> bool:
    key = bmc.tree.key(call.path)
    if key == own and call.method in ("GET", "PATCH"):
        return True
    return bool(call.session) and call.method == "DELETE" and key.startswith(bmc.tree.key(bmc.layout.sessions))


def _needed(bmc: Bmc, call: Call) -> str:
    key = bmc.tree.key(call.path)
    if bmc.layout.accounts and key.startswith(bmc.tree.key(bmc.layout.account_service)):
        return "ConfigureUsers"
    if key.startswith(tuple(bmc.tree.key(path) for path in (*bmc.layout.systems, *bmc.layout.chassis))):
        return "ConfigureComponents"
    return "ConfigureManager"


def open_session(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST a session: 201 with token and Location; refuse when the table is full (Q-G24)."""
    body = call.json()
    username, password = body.get("UserName"), body.get("Password")
    for key, value in (("UserName", username), ("Password", password)):
        if not isinstance(value, str):
            raise error(400, "PropertyMissing" if value is None else "PropertyValueTypeError", key)
    account = bmc.accounts.login(str(username), str(password))
    if account is None:
        _note_refused(bmc, str(username), call.peer)
        raise _denied(bmc, bmc.p.words.bad_session)
    habits = bmc.p.sessions
    full = bmc.faults.find(bmc.machine.name, "session_table_full")
    try:
        if full:
            bmc.faults.hit(full, bmc.machine.name)
            raise SessionTableFull
        one = bmc.sessions.create(str(username), call.peer)
    except SessionTableFull as refused:
        raise error(habits.limit_status, habits.limit_message) from refused
    text = f"{username} has logged in from {call.peer}."
    bmc.log.write(SECURITY, "OK", text, "ResourceEvent.1.0.ResourceCreated")
    doc = show(bmc, one.id) or {}
    if account.must_change:
        place = f"{bmc.layout.accounts.rstrip('/')}/{account.id}"
        doc |= annotated(bmc.p.words, [Message("PasswordChangeRequired", (place,))])
    where = session_place(bmc, call, f"{bmc.layout.sessions.rstrip('/')}/{one.id}")
    return Answer(201, doc, headers={"X-Auth-Token": one.token, **where})


def close_session(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE a session."""
    if not bmc.sessions.delete(path.rstrip("/").rpartition("/")[2]):
        raise error(404, "ResourceNotFound", "Session", path)
    return Answer(204)
