# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts over HTTP: PATCH of a slot or an account, POST and DELETE where the platform has them."""

from __future__ import annotations

from ..accounts import Account, AccountRefused
from ..bmc import Bmc
from ..members import account as show
from .call import Answer, Call
from .messages import ApiError, Message, error
from .patching import annotate

_WORDS = {
    "missing": (400, "PropertyMissing"),
    "unknown": (400, "PropertyUnknown"),
    "read_only": (400, "PropertyNotWritable"),
    "type": (400, "PropertyValueTypeError"),
    "not_in_list": (400, "PropertyValueNotInList"),
    "length": (400, "PropertyValueFormatError"),
    "full": (400, "CreateLimitReachedForResource"),
    "exists": (400, "ResourceAlreadyExists"),
}


def create(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST an account; platforms with slots have no POST (Q-D29)."""
    if bmc.p.accounts.slots:
        raise error(405, "OperationNotAllowed")
    try:
        one = bmc.accounts.create(call.json())
    except AccountRefused as refused:
        raise _error(refused) from refused
    return Answer(201, show(bmc, one.id), headers={"Location": f"{bmc.layout.accounts.rstrip('/')}/{one.id}"})


def change(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH an account. A new password ends the other sessions of that user."""
    one, body = _find(bmc, path), call.json()
    if not body:
        raise error(400, "EmptyJSON")
    old = one.username
    known = {"UserName", "Password", "RoleId", "Enabled", "Locked", "PasswordChangeRequired"}
    writable = {key: value for key, value in body.items() if key in known or key.startswith(("Oem", "@"))}
    strange = [key for key in body if key not in writable]
    if strange and not writable:
        shown = show(bmc, one.id) or {}
        raise ApiError(
            400, *(Message("PropertyNotWritable" if key in shown else "PropertyUnknown", (key,)) for key in strange)
        )
    if bmc.p.oddities.account_wants_password and {"RoleId", "Enabled"} & set(body) and "Password" not in body:
        raise error(400, "PropertyMissing", "Password", related="#/Password")
    try:
        bmc.accounts.change(one, writable)
    except AccountRefused as refused:
        raise _error(refused) from refused
    if "Password" in body or body.get("Enabled") is False:
        for session in list(bmc.sessions.sessions.values()):
            if session.username == old and (call.session is None or session.id != call.session.id):
                bmc.sessions.delete(session.id)
    doc = show(bmc, one.id) or {}
    wrong = [
        (key, Message("PropertyNotWritable" if key in doc else "PropertyUnknown", (key,), f"#/{key}"))
        for key in strange
    ]
    annotate(bmc, doc, wrong)
    return Answer(200, doc)


def delete(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE an account (not one's own); a slot becomes empty."""
    one = _find(bmc, path)
    if call.account is one:
        raise error(400, "ResourceCannotBeDeleted")
    if bmc.p.accounts.slots:
        raise error(405, "OperationNotAllowed")
    bmc.sessions.delete_user(one.username)
    bmc.accounts.delete(one)
    return Answer(204)


def _find(bmc: Bmc, path: str) -> Account:
    one = bmc.accounts.accounts.get(path.rstrip("/").rpartition("/")[2])
    if one is None:
        raise error(404, "ResourceMissingAtURI", path)
    return one


def _error(refused: AccountRefused) -> ApiError:
    status, name = _WORDS[refused.reason]
    args: tuple[str, ...] = (refused.property,)
    if name == "ResourceAlreadyExists":
        args = ("ManagerAccount", refused.property, str(refused.value))
    elif refused.reason in ("type", "not_in_list"):
        args = (str(refused.value), refused.property)
    elif refused.reason == "length":
        args = ("******", refused.property)
    elif refused.reason == "full":
        args = ()
    return ApiError(status, Message(name, args, f"#/{refused.property}"))
