# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users of a BMC: the door bmc_user. It never guesses a password and never tries one twice.

A password cannot be read back, so the only test is a log-in. It is made at most twice per run: once with the wanted
password to see whether there is anything to do, unless one failure, or those of earlier runs together, could lock the
account, and once after the change, before the old session is given up.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.accounts import (
    Account,
    AccountTable,
    read_accounts,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.tries import Tries
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    OutcomeUnknown,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import connect_client
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import lock_folder
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import RedfishClient

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run

__all__ = ["apply", "connect_users", "decide", "read", "report", "verify", "wanted"]


@dataclass(frozen=True)
class WantedUser:
    """The options of bmc_user; the password is never part of a plan, a result or an error."""

    name: str
    state: str
    password: str | None = field(default=None, repr=False)
    role: str | None = None
    enabled: bool | None = None
    update_password: str = "always"
    unlock: bool = False
    login_name: str | None = None
    login_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CurrentUser:
    """The accounts, and whether the wanted password is the right one already (None: not tried)."""

    table: AccountTable | None
    password_right: bool | None = None
    must_change: str = ""
    machine: str = ""
    protocol: str = "redfish"


class Users:
    """A connection for the users of a BMC; ``service`` is opened only when the account is free to look around."""

    def __init__(self, client: RedfishClient, params: Params, context: Context) -> None:
        self.client = client
        self._params = params
        self._context = context
        self._service: Service | None = None
        self.tries = Tries(lock_folder(params), client.machine)

    @property
    def service(self) -> Service:
        """Return the machine."""
        if self._service is None:
            self._service = open_service(self.client, self._params.get("system_id"))
        return self._service

    def logs_in(self, name: str, password: str) -> bool:
        """Try a log-in once, in a session of its own that is closed at once; False when it was refused.

        The outcome is remembered over runs, see :meth:`may_try`.
        """
        target = replace(self.client.target, username=name, password=password)
        alone = type(self.client)(target, replace(self._context, cache_dir=None))
        try:
            alone.log_in()
        except AuthenticationError as exc:
            if not exc.facts.get("password_change_required"):
                self.tries.refused(name, self._context.clock.epoch())
                return False
        finally:
            alone.close()
        self.tries.accepted(name)
        return True

    def may_try(self, name: str, table: AccountTable) -> bool:
        """Whether a refused log-in would leave the account at least one more before it is locked."""
        window = max(table.lockout_seconds, table.lockout_reset_seconds)
        recent = self.tries.recent(name, self._context.clock.epoch(), window)
        return table.lockout_threshold == 0 or recent + 1 < table.lockout_threshold


@contextlib.contextmanager
def connect_users(params: Params, context: Context) -> t.Iterator[Users]:
    """Connect for the door."""
    with connect_client(params, context) as client:
        yield Users(client, params, context)


def wanted(params: Params) -> WantedUser:
    """Take the options of the door."""
    return WantedUser(
        name=params["name"],
        state=params["state"],
        password=params.get("password"),
        role=params.get("role"),
        enabled=params.get("enabled"),
        update_password=params["update_password"],
        unlock=params["unlock"],
        login_name=params.get("bmc_username"),
        login_password=params.get("bmc_password"),
    )


def read(users: Users, wanted: WantedUser) -> CurrentUser:
    """Read the accounts, and find out whether the password is right where that is safe."""
    must_change = users.client.log_in(accept_password_change=wanted.name == wanted.login_name)
    if must_change:
        return CurrentUser(None, False, must_change, users.client.machine, users.client.protocol)
    table = read_accounts(users.service)
    account = table.named(wanted.name)
    right = None
    if account and wanted.password and wanted.update_password == "always" and wanted.state == "present":
        right = _is_right(users, wanted, account, table)
    return CurrentUser(table, right, machine=users.client.machine, protocol=users.client.protocol)


def _is_right(users: Users, wanted: WantedUser, account: Account, table: AccountTable) -> bool | None:
    if wanted.name == wanted.login_name:
        return wanted.password == wanted.login_password
    # A disabled or locked account refuses any password, and one failure must not be what locks it.
    if not account.enabled or account.locked or not users.may_try(account.name, table):
        return None
    return users.logs_in(wanted.name, t.cast(str, wanted.password))


def decide(wanted: WantedUser, current: CurrentUser) -> Plan:
    """Say what to change.

    :raises ConfigurationError: for a password or role the BMC would refuse, or when we would remove ourselves.
    :raises ConflictError: when there is no room for another account, or the account is locked.
    """
    if current.must_change:
        return _first_password(wanted, current)
    table = t.cast(AccountTable, current.table)
    _check(wanted, table, current.machine)
    account = table.named(wanted.name)
    if wanted.state == "absent":
        return _removed(wanted, account, table)
    if account is None:
        return _created(wanted, table, current)
    if account.locked and not wanted.unlock:
        raise _locked(account, table, current.machine)
    return _changed(wanted, account, current)


def _locked(account: Account, table: AccountTable, machine: str) -> ConflictError:
    """Return the error for an account that refuses the right password as well, so that nothing could be verified."""
    wait = f"wait {table.lockout_seconds:g} s" if table.lockout_seconds else "wait until the BMC lets it in again"
    return ConflictError(
        f"the user {account.name} is locked after wrong passwords; nothing was tried and nothing changed",
        machine=machine,
        resource=account.uri,
        hint=f"{wait}, or set unlock: true; and find out who tried",
    )


def _first_password(wanted: WantedUser, current: CurrentUser) -> Plan:
    if not wanted.password or wanted.password == wanted.login_password:
        raise ConfigurationError(
            "the BMC wants another password for this account before anything else",
            machine=current.machine,
            hint="set password to a new one",
        )
    step = Step(
        "change_password",
        f"change the password of {wanted.name}, as the BMC demands",
        resource=current.must_change,
        payload={"method": "PATCH", "body": {}, "password": True},
    )
    return Plan((step,), before={"password": "has to be changed"}, after={"password": "as wanted"})


def _check(wanted: WantedUser, table: AccountTable, machine: str) -> None:
    problems, hint = [], None
    password = wanted.password or ""
    if password and not table.shortest <= len(password) <= table.longest:
        problems.append(f"the password must have {table.shortest} to {table.longest} characters")
    if password and password in table.answers.factory:
        problems.append("the password is the one machines of this platform are delivered with")
    if wanted.role and table.roles and wanted.role not in table.roles:
        problems.append(f"there is no role {wanted.role}; there are {', '.join(table.roles)}")
        hint = " or ".join(near(wanted.role, table.roles)) or None
    if wanted.state == "absent" and wanted.name == wanted.login_name:
        problems.append("this is the account we are logged in with")
    if problems:
        raise ConfigurationError(
            "; ".join(problems),
            machine=machine,
            resource=f"user {wanted.name}",
            hint=f"did you mean role {hint}?" if hint else None,
            problems=problems,
        )


def _removed(wanted: WantedUser, account: Account | None, table: AccountTable) -> Plan:
    if account is None:
        return Plan(before={"state": "absent"}, after={"state": "absent"}, reason="there is no such user")
    payload: dict[str, t.Any] = {"method": "DELETE"}
    if table.answers.slots:  # the slot stays and is emptied
        payload = {"method": "PATCH", "body": {"UserName": "", "Enabled": False, "RoleId": "None"}}
    step = Step("remove_user", f"remove the user {wanted.name}", resource=account.uri, payload=payload)
    before = {"state": "present", "role": account.role, "enabled": account.enabled}
    return Plan((step,), before=before, after={"state": "absent"})


def _created(wanted: WantedUser, table: AccountTable, current: CurrentUser) -> Plan:
    if not wanted.password:
        raise ConfigurationError(
            f"the user {wanted.name} does not exist, and a new one needs a password", machine=current.machine
        )
    role, enabled = wanted.role or "ReadOnly", wanted.enabled is not False
    body: dict[str, t.Any] = {"UserName": wanted.name, "RoleId": role, "Enabled": enabled}
    payload: dict[str, t.Any] = {"method": "POST", "body": body, "password": True}
    uri = table.uri
    if table.answers.slots:
        slot = table.free_slot()
        if slot is None:
            names = ", ".join(item.name for item in table.accounts if item.name)
            raise ConflictError(
                f"all {len(table.accounts)} account slots are taken ({names})",
                machine=current.machine,
                resource=table.uri,
                hint="remove a user that is not needed with state: absent",
            )
        uri, payload["method"] = slot.uri, "PATCH"
    step = Step("create_user", f"create the user {wanted.name} with role {role}", resource=uri, payload=payload)
    after = {"state": "present", "role": role, "enabled": enabled, "password": "as wanted"}
    return Plan((step,), before={"state": "absent"}, after=after)


def _changed(wanted: WantedUser, account: Account, current: CurrentUser) -> Plan:
    before: dict[str, t.Any] = {"state": "present", "role": account.role, "enabled": account.enabled}
    goal = dict(before)
    body: dict[str, t.Any] = {}
    allow = ""
    if wanted.role and wanted.role != account.role:
        body["RoleId"] = goal["role"] = wanted.role
        allow = "allow_role_change"
    if account.locked:
        body["Locked"] = False
        before["locked"], goal["locked"] = True, False
    if wanted.enabled is not None and wanted.enabled != account.enabled:
        body["Enabled"] = goal["enabled"] = wanted.enabled
    new_password = bool(wanted.password) and wanted.update_password == "always" and not current.password_right
    if new_password:
        before["password"], goal["password"] = "another", "as wanted"
    if not body and not new_password:
        return Plan(before=before, after=before, reason="already as wanted")
    words = [f"role {account.role} -> {body['RoleId']}" if "RoleId" in body else ""]
    words += ["a new password" if new_password else "", "unlocked" if "Locked" in body else ""]
    words.append({True: "enabled", False: "disabled"}.get(body.get("Enabled"), ""))  # type: ignore[arg-type]
    answers = t.cast(AccountTable, current.table).answers
    with_password = new_password or (answers.password_with_change and bool(wanted.password))
    step = Step(
        "change_user",
        f"change the user {wanted.name} of {current.machine}: {', '.join(filter(None, words))}",
        resource=account.uri,
        allow=allow,
        payload={"method": "PATCH", "body": body, "password": with_password},
    )
    return Plan((step,), before=before, after=goal)


def apply(users: Users, record: StepRecord, run: Run) -> dict[str, t.Any]:
    """Send the change. When its answer is lost, the log-in in ``verify`` tells whether it was made."""
    payload, uri, client = record.step.payload, record.step.resource, users.client
    body = dict(payload.get("body") or {})
    if payload.get("password"):
        body["Password"] = run.wanted.password
    if payload["method"] == "DELETE":
        client.delete(uri)
        return {}
    try:
        client.post(uri, body) if payload["method"] == "POST" else client.patch(uri, body)
    except ConfigurationError as refused:
        # Some firmware wants the password beside any change (Q-D30). It is only sent where it is the one that is set.
        if not (run.current.password_right and "PropertyMissing" in refused.facts.get("message_ids", ())):
            raise
        client.patch(uri, {**body, "Password": run.wanted.password})
    except OutcomeUnknown:
        if not payload.get("password") or not users.logs_in(run.wanted.name, run.wanted.password):
            raise
        return {"reconciled": True, "verified": True}
    return {}


def verify(users: Users, run: Run) -> dict[str, t.Any]:
    """Log in with the new password before the old session is given up, and read the rest back.

    :raises VerificationError: when the password was taken and does not work, or a value did not stay.
    """
    wanted: WantedUser = run.wanted
    (record,) = run.records
    to_prove = record.step.payload.get("password") and not record.facts.get("verified")
    if to_prove and run.plan.after.get("enabled", True) and not users.logs_in(wanted.name, wanted.password or ""):
        raise VerificationError(
            "the BMC took the new password and refuses a log-in with it",
            machine=users.client.machine,
            resource=f"user {wanted.name}",
            hint="the old session is still open; look at the account before you log out elsewhere",
        )
    if run.current.must_change:
        return dict(run.plan.after)
    account = read_accounts(users.service).named(wanted.name)
    after: dict[str, t.Any] = {"state": "absent" if account is None else "present"}
    if account is not None:
        after.update(role=account.role, enabled=account.enabled)
        after.update({key: value for key, value in run.plan.after.items() if key == "password"})
        after.update({"locked": account.locked} if "locked" in run.plan.after else {})
    lost = sorted(key for key, value in run.plan.after.items() if after.get(key) != value)
    if lost:
        raise VerificationError(
            f"the BMC took the change and did not keep {', '.join(lost)}",
            machine=users.client.machine,
            resource=f"user {wanted.name}",
            after=after,
        )
    return after


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps; no password is in either."""
    before, after = dict(run.plan.before), dict(run.after or run.plan.after)
    outcome = "failed" if run.error else "planned" if run.context.check_mode else "done"
    changes = [
        {
            "setting": f"user {run.wanted.name} {key}",
            "before": before.get(key),
            "wanted": value,
            "after": None if run.error else after.get(key),
            "outcome": outcome,
        }
        for key, value in run.plan.after.items()
        if before.get(key) != value
    ]
    return {
        "name": run.wanted.name,
        "protocol": run.current.protocol,
        "before": before,
        "after": after,
        "audit": {"bmc_changes": changes if run.plan.changes else []},
    }
