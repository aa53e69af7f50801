# SPDX-License-Identifier: GPL-3.0-or-later
"""The user accounts of one BMC: fixed slots or a collection, roles, lockout, and passwords that must be changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .clock import Clock

ROLES = {
    "Administrator": ["Login", "ConfigureManager", "ConfigureUsers", "ConfigureSelf", "ConfigureComponents"],
    "Operator": ["Login", "ConfigureSelf", "ConfigureComponents"],
    "ReadOnly": ["Login", "ConfigureSelf"],
    "None": [],
}


@dataclass(frozen=True)
class Policy:
    """How a BMC treats accounts. `slots` 0 means POST creates accounts; lockout `threshold` 0 means never."""

    slots: int = 0
    reserved_slots: int = 0
    min_password: int = 8
    max_password: int = 40
    lockout_threshold: int = 5
    lockout_seconds: float = 30.0
    lockout_reset_after: float = 30.0
    id_by_name: bool = False
    limit: int = 16


class AccountRefused(Exception):
    """A change was refused; `property` and `reason` say which and why (reasons are short words)."""

    def __init__(self, property_name: str, reason: str, value: Any = None) -> None:
        super().__init__(f"{property_name}: {reason}")
        self.property = property_name
        self.reason = reason
        self.value = value


@dataclass(eq=False)
class Account:
    """One user. The password is kept in clear because the machine is emulated; it never leaves the rack."""

    id: str
    username: str = ""
    password: str = field(default="", repr=False)
    role: str = "None"
    enabled: bool = False
    must_change: bool = False
    failures: int = 0
    last_failure: float = 0.0
    locked_at: float | None = None


class AccountTable:
    """Check logins and change accounts."""

    def __init__(self, clock: Clock, policy: Policy) -> None:
        self.clock = clock
        self.policy = policy
        self.accounts: dict[str, Account] = {str(number): Account(str(number)) for number in range(1, policy.slots + 1)}

    def seed(self, username: str, password: str, must_change: bool = False) -> Account:
        """Put the first administrator where the platform has it: the slot after the reserved ones, or id 1."""
        if self.policy.slots:
            account = self.accounts[str(self.policy.reserved_slots + 1)]
        else:
            account = Account(username if self.policy.id_by_name else "1")
            self.accounts[account.id] = account
        account.username, account.password, account.role = username, password, "Administrator"
        account.enabled, account.must_change = True, must_change
        return account

    def by_name(self, username: str) -> Account | None:
        return next((one for one in self.accounts.values() if one.username == username and username), None)

    def locked(self, account: Account) -> bool:
        if account.locked_at is None:
            return False
        if self.clock.idle() - account.locked_at < self.policy.lockout_seconds:
            return True
        account.locked_at, account.failures = None, 0
        return False

    def login(self, username: str, password: str) -> Account | None:
        """Return the account when the password is right; count failures and lock as the policy says."""
        account = self.by_name(username)
        if account is None or not account.enabled or self.locked(account):
            return None
        if account.password == password:
            account.failures = 0
            return account
        now = self.clock.idle()
        if now - account.last_failure > self.policy.lockout_reset_after:
            account.failures = 0
        account.failures, account.last_failure = account.failures + 1, now
        if self.policy.lockout_threshold and account.failures >= self.policy.lockout_threshold:
            account.locked_at = now
        return None

    def create(self, wanted: dict[str, Any]) -> Account:
        """Make an account from a POST body; raise AccountRefused without changing anything."""
        for key in ("UserName", "Password", "RoleId"):
            if not isinstance(wanted.get(key), str) or not wanted[key]:
                raise AccountRefused(key, "missing")
        if self.by_name(wanted["UserName"]):
            raise AccountRefused("UserName", "exists", wanted["UserName"])
        if len(self.accounts) >= self.policy.limit:
            raise AccountRefused("Accounts", "full")
        self._check(Account(""), wanted)
        account = Account(wanted["UserName"] if self.policy.id_by_name else self._free_id())
        self._set(account, {"Enabled": True, **wanted})
        self.accounts[account.id] = account
        return account

    def change(self, account: Account, wanted: dict[str, Any]) -> None:
        """PATCH an account; raise AccountRefused without changing anything."""
        self._check(account, wanted)
        if self.policy.slots and int(account.id) <= self.policy.reserved_slots:
            raise AccountRefused("UserName", "read_only")
        self._set(account, wanted)

    def delete(self, account: Account) -> None:
        if self.policy.slots:
            self.accounts[account.id] = Account(account.id)
        else:
            del self.accounts[account.id]

    def _check(self, account: Account, wanted: dict[str, Any]) -> None:
        known = {"UserName", "Password", "RoleId", "Enabled", "Locked"}
        for key, value in wanted.items():
            if key not in known and not key.startswith(
                ("@", "Oem", "AccountTypes", "PasswordChangeRequired", "Description")
            ):
                raise AccountRefused(key, "unknown")
            if key in ("UserName", "Password", "RoleId") and not isinstance(value, str):
                raise AccountRefused(key, "type", value)
            if key in ("Enabled", "Locked") and not isinstance(value, bool):
                raise AccountRefused(key, "type", value)
        role = wanted.get("RoleId", "Administrator")
        if role not in ROLES:
            raise AccountRefused("RoleId", "not_in_list", role)
        name = wanted.get("UserName")
        if name and (other := self.by_name(name)) is not None and other is not account:
            raise AccountRefused("UserName", "exists", name)
        password = wanted.get("Password")
        if password is not None and not self.policy.min_password <= len(password) <= self.policy.max_password:
            raise AccountRefused("Password", "length")

    def _set(self, account: Account, wanted: dict[str, Any]) -> None:
        account.username = wanted.get("UserName", account.username)
        account.role = wanted.get("RoleId", account.role)
        account.enabled = wanted.get("Enabled", account.enabled)
        if "Password" in wanted:
            account.password, account.must_change = wanted["Password"], False
        if "PasswordChangeRequired" in wanted:
            account.must_change = bool(wanted["PasswordChangeRequired"])
        if wanted.get("Locked") is False:
            account.locked_at, account.failures = None, 0

    def _free_id(self) -> str:
        return next(str(number) for number in range(1, 10_000) if str(number) not in self.accounts)
