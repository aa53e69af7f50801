# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user accounts of a BMC as they are: slots or a collection, roles, and the rules for passwords.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import AccountAnswers

__all__ = ["Account", "AccountTable", "read_accounts"]


@dataclass(frozen=True)
class Account:
    """One account; an empty name is a free slot."""

    uri: str
    id: str
    name: str
    role: str
    enabled: bool
    locked: bool = False


@dataclass(frozen=True)
class AccountTable:
    """All accounts of a BMC; ``lockout_threshold`` 0 means that wrong passwords lock nobody out.

    ``lockout_seconds`` is how long a lock lasts, ``lockout_reset_seconds`` how long failures count; 0: not told.
    """

    uri: str
    accounts: t.Tuple[Account, ...]
    roles: t.Tuple[str, ...] = ()
    shortest: int = 1
    longest: int = 127
    lockout_threshold: int = 0
    lockout_seconds: int = 0
    lockout_reset_seconds: int = 0
    answers: AccountAnswers = field(default_factory=AccountAnswers)

    def named(self, name: str) -> Account | None:
        """Return the account of that name."""
        return next((account for account in self.accounts if account.name == name), None)

    def free_slot(self) -> Account | None:
        """Return the first slot that may be taken."""
        return next((item for item in self.accounts if not item.name and item.id not in self.answers.reserved), None)


def read_accounts(service: Service) -> AccountTable:
    """Read the account service.

    :raises NotSupportedError: when the BMC has none.
    """
    uri = link(service.root, "AccountService")
    if not uri:
        raise NotSupportedError("the BMC has no account service", machine=service.machine)
    body, answers = service.get(uri), service.profile.accounts
    accounts = [_account(item, service.get(item)) for item in members(service.client, link(body, "Accounts"))]
    roles_uri = link(body, "Roles")
    roles = [item.rstrip("/").rsplit("/", 1)[-1] for item in members(service.client, roles_uri)] if roles_uri else []
    return AccountTable(
        uri=link(body, "Accounts"),
        accounts=tuple(accounts),
        roles=tuple(roles),
        shortest=max(int(body.get("MinPasswordLength") or 0), answers.shortest),
        longest=min(int(body.get("MaxPasswordLength") or answers.longest), answers.longest),
        lockout_threshold=int(body.get("AccountLockoutThreshold") or 0),
        lockout_seconds=int(body.get("AccountLockoutDuration") or 0),
        lockout_reset_seconds=int(body.get("AccountLockoutCounterResetAfter") or 0),
        answers=answers,
    )


def _account(uri: str, body: t.Mapping[str, t.Any]) -> Account:
    return Account(
        uri=uri,
        id=str(body.get("Id") or uri.rstrip("/").rsplit("/", 1)[-1]),
        name=str(body.get("UserName") or ""),
        role=str(body.get("RoleId") or ""),
        enabled=body.get("Enabled") is not False,
        locked=bool(body.get("Locked")),
    )
