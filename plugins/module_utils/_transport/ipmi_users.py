# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users of a BMC over IPMI, as accounts in slots.

Sources: IPMI 2.0 sections 22.26 to 22.30 (Set/Get User Access, Name, Password), 23.1 (LAN parameter 26).
Test Password (22.30, operation 3) is not used: ipmi_sim says yes to any.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_lan import channel, parameter
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import (
    ROOT,
    Json,
    Resource,
    collection,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    Session,
)

__all__ = ["RESOURCES"]

APP = 0x06
SERVICE = f"{ROOT}AccountService"
ACCOUNTS, ROLES = f"{SERVICE}/Accounts", f"{SERVICE}/Roles"
# Privilege levels (6.8) -> roles of DSP0266; the last one means that the user may not come in on this channel.
PRIVILEGES = {"Administrator": 4, "Operator": 3, "ReadOnly": 2, "Callback": 1, "None": 0x0F}
# Bits of Set User Access, and what Set User Password is to do.
CHANGE, LINK_AUTHENTICATION, MESSAGING = 0x80, 0x20, 0x10
DISABLE, ENABLE, SET_PASSWORD = 0, 1, 2
SHORT_PASSWORD = 16
# Get User Access of a slot that nobody uses.
EMPTY = bytes(4)
BAD_PASSWORD_THRESHOLD = 26


def _service(session: Session) -> Json:
    threshold = parameter(session, BAD_PASSWORD_THRESHOLD)
    return {
        "@odata.type": "#AccountService.v1_0_0.AccountService",
        "Id": "AccountService",
        "MaxPasswordLength": LONGEST_PASSWORD,
        "AccountLockoutThreshold": threshold[1] if threshold and len(threshold) > 1 else 0,
        "Accounts": {"@odata.id": ACCOUNTS},
        "Roles": {"@odata.id": ROLES},
    }


def _accounts(session: Session) -> Json:
    """List every slot, as many as the channel has (22.27)."""
    slots = session.read(APP, 0x44, channel(session), 1)[0] & 0x3F
    return collection("ManagerAccount", [f"{ACCOUNTS}/{uid}" for uid in range(1, slots + 1)])(session)


def _account(session: Session, uid: str) -> Json:
    raw = session.read_or_none(APP, 0x46, int(uid))  # some BMCs refuse the name of an empty slot
    name = (raw or b"").split(b"\0")[0].decode("utf-8", "replace")
    # A BMC may have 63 slots, most of them empty: those are worth one request.
    access = session.read(APP, 0x44, channel(session), int(uid)) if name else EMPTY
    roles = {level: role for role, level in PRIVILEGES.items()}
    return {
        "@odata.type": "#ManagerAccount.v1_0_0.ManagerAccount",
        "Id": uid,
        "UserName": name,
        "RoleId": roles.get(access[3] & 0x0F, "None"),
        "Enabled": bool(name) and _is_enabled(access),
    }


def _is_enabled(access: bytes) -> bool:
    """Whether a user may come in: by the status of the id (22.27), and where the BMC keeps none, by its messaging bit."""
    status = access[1] >> 6
    return bool(access[3] & MESSAGING) if status == 0 else status == 1


def _change(session: Session, body: t.Mapping[str, t.Any], uid: str) -> None:
    """Change a slot: who goes is locked out first, who comes is let in last."""
    uri, slot = f"{ACCOUNTS}/{uid}", int(uid)
    unknown = set(body) - {"UserName", "Password", "RoleId", "Enabled"}
    if unknown:
        raise NotSupportedError(f"IPMI cannot set {', '.join(sorted(unknown))}", machine=session.machine, resource=uri)
    password = body.get("Password")
    name, secret = _checked(session, uri, body.get("UserName"), password)
    if body.get("Enabled") is False:
        session.write(uri, APP, 0x47, slot, DISABLE)
    if name is not None:
        session.write(uri, APP, 0x45, slot, *name)
    if secret is not None:
        long = 0x80 if len(secret) > SHORT_PASSWORD else 0
        session.write(uri, APP, 0x47, slot | long, SET_PASSWORD, *secret)
    if "RoleId" in body:
        _set_role(session, uri, slot, str(body["RoleId"]))
    if body.get("Enabled") is True:
        session.write(uri, APP, 0x47, slot, ENABLE)


def _checked(session: Session, uri: str, name: str | None, password: str | None) -> tuple[bytes | None, bytes | None]:
    raw_name = None if name is None else name.encode()
    raw_password = None if password is None else password.encode()
    if raw_name is not None and len(raw_name) > LONGEST_NAME:
        raise ConfigurationError(
            f"IPMI knows no user name of more than {LONGEST_NAME} bytes", machine=session.machine, resource=uri
        )
    if raw_password is not None and len(raw_password) > LONGEST_PASSWORD:
        raise ConfigurationError(
            f"IPMI knows no password of more than {LONGEST_PASSWORD} bytes", machine=session.machine, resource=uri
        )
    if raw_password is not None:
        size = LONGEST_PASSWORD if len(raw_password) > SHORT_PASSWORD else SHORT_PASSWORD
        raw_password = raw_password.ljust(size, b"\0")
    return (None if raw_name is None else raw_name.ljust(LONGEST_NAME, b"\0")), raw_password


def _set_role(session: Session, uri: str, slot: int, role: str) -> None:
    if role not in PRIVILEGES:
        raise NotSupportedError(
            f"IPMI has no role {role}; it has {', '.join(PRIVILEGES)}", machine=session.machine, resource=uri
        )
    let_in = 0 if role == "None" else LINK_AUTHENTICATION | MESSAGING
    session.write(uri, APP, 0x43, CHANGE | let_in | channel(session), slot, PRIVILEGES[role], 0)


RESOURCES = (
    Resource(SERVICE, _service),
    Resource(ROLES, collection("Role", [f"{ROLES}/{role}" for role in PRIVILEGES if role != "None"])),
    Resource(ACCOUNTS, _accounts),
    Resource(rf"{ACCOUNTS}/(\d+)", _account, _change),
)
