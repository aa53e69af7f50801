# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a refusal of a BMC to an error of ours, once, with the most severe of its own messages.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer, headline

__all__ = ["is_bad_login", "is_session_limit", "needs_password_change", "not_redfish", "refusal"]

# The session table is full. Dell says it with HTTP 503 (Q-D26), others with 400, 403 or 429: only the id tells.
SESSION_LIMIT_MESSAGES = frozenset(
    {"SessionLimitExceeded", "RAC0218", "CreateLimitReachedForResource", "NoSessionsLeft"}
)
# Supermicro without SFT-OOB-LIC / SFT-DCMS-SINGLE (Q-S02), Dell without the licence for a feature, HPE iLO Standard.
LICENCE_MESSAGES = frozenset({"LicenseRequired", "OemLicenseNotPassed", "LicenseKeyRequired", "LIC501", "RAC0904"})
# The standard's registry of messages about licences (DSP8011 License), whose names alone say little: Expired.
LICENCE_REGISTRY = "License."
# A request that is right in itself and comes at the wrong time (Q-H07, Q-D02, Q-D25, Q-D37).
STATE_MESSAGES = frozenset(
    {
        "UnableToModifyDuringSystemPOST",
        "InvalidOperationForSystemState",
        "ResourceInUse",
        "ServiceTemporarilyUnavailable",
        "PSU501",
        "RAC0679",
        "SYS428",
        "SYS518",
    }
)


BAD_LOGIN_MESSAGES = frozenset({"UnauthorizedLoginAttempt", "InvalidCredentials", "ResourceAtUriUnauthorized"})


def is_bad_login(answer: Answer) -> bool:
    """Whether a log-in was refused for its credentials, so that trying again could lock the account."""
    return answer.status in (401, 403) or any(message.name in BAD_LOGIN_MESSAGES for message in answer.messages)


def needs_password_change(answer: Answer) -> bool:
    """Whether the BMC lets the account do nothing but change its password (Q-G53)."""
    return any(message.name == "PasswordChangeRequired" for message in answer.messages)


def is_session_limit(answer: Answer) -> bool:
    """Whether the BMC has no room for another session; decided by message id, never by status."""
    return any(message.name in SESSION_LIMIT_MESSAGES for message in answer.messages)


def refusal(answer: Answer, *, machine: str, method: str, path: str) -> HWAutomationError:
    """Return the error for an answer outside 2xx, ready to be raised.

    Its facts are ``status`` (HTTP), ``message_ids`` (last parts) and ``messages`` (plain dictionaries).
    """
    messages = answer.messages
    worst = headline(messages)
    names = {message.name for message in messages}
    kind, text, hint = _classify(answer, method, names)
    return kind(
        text,
        machine=machine,
        resource=path,
        answer=worst.text if worst else None,
        hint=hint or (worst.resolution if worst and worst.resolution.lower() not in ("", "none", "none.") else None),
        status=answer.status,
        method=method,
        message_ids=sorted(names),
        messages=[message.as_result() for message in messages],
    )


def _classify(answer: Answer, method: str, names: set[str]) -> tuple[type[HWAutomationError], str, str | None]:
    status, write = answer.status, method not in ("GET", "HEAD")
    asked = f"{method} was refused with HTTP {status}"
    if names & LICENCE_MESSAGES or any(message.id.startswith(LICENCE_REGISTRY) for message in answer.messages):
        what = "has expired" if "Expired" in names else "is missing"
        hint = "install the licence the BMC asks for; the licences in the facts of bmc_info are those it has"
        return NotSupportedError, f"{asked}: a licence {what} on the BMC", hint
    if needs_password_change(answer):
        hint = "change the password of this account first (module bmc_user)"
        return AuthenticationError, "the BMC wants the password of this account to be changed first", hint
    if status == 401:
        return AuthenticationError, "the credentials were refused", "check bmc_username and bmc_password"
    if status == 403:
        return (
            AuthenticationError,
            f"the account may not do this (HTTP {status})",
            "use an account with the role for it",
        )
    if status in (404, 405, 501):
        missing = (
            "there is no such resource (HTTP 404)" if status == 404 else f"{method} is not supported (HTTP {status})"
        )
        return NotSupportedError, missing, None
    if names & STATE_MESSAGES or status in (409, 412, 423, 428):
        return ConflictError, f"{asked}: the BMC is in a state that does not allow it", None
    if status in (429, 503):
        return (ConflictError if write else NetworkError), f"the BMC is busy (HTTP {status})", "try again in a minute"
    if status >= 500:
        if write:
            hint = "read the resource before doing it again"
            return OutcomeUnknown, f"{method} ended in an error inside the BMC (HTTP {status})", hint
        return NetworkError, f"the BMC answered with an internal error (HTTP {status})", None
    if 300 <= status < 400:
        return NotSupportedError, f"the BMC sent us elsewhere (HTTP {status})", "check bmc_host"
    return ConfigurationError, asked, None


def not_redfish(answer: Answer, *, machine: str, path: str) -> HWAutomationError:
    """Return the error for a success that holds no JSON: a log-in page, a proxy, another device."""
    kind = answer.headers.get("content-type", "no content type")
    return NotSupportedError(
        f"the answer is not Redfish (HTTP {answer.status}, {kind})",
        machine=machine,
        resource=path,
        status=answer.status,
        hint="check that bmc_host and bmc_port are those of a BMC and that Redfish is enabled on it",
    )
