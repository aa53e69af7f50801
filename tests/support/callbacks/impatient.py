# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the audit wait one second for a lock where it waits thirty: for tests of databases that stay locked."""

from __future__ import annotations

from ansible.plugins.callback import CallbackBase

from ansible_collections.hwautomation.baremetal.extensions.audit import store

DOCUMENTATION = """
name: impatient
type: aggregate
short_description: Wait less
description: Waits one second for a locked audit database.
"""
store.BUSY_SECONDS = 1


class CallbackModule(CallbackBase):
    """Hears nothing: it has done its work when it is loaded."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "impatient"
    CALLBACK_NEEDS_ENABLED = True
