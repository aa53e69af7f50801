# SPDX-License-Identifier: GPL-3.0-or-later
"""The FRU over IPMI: read to its end, also where a BMC stops giving data before that."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_system import _read_fru


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([b"\x04abcd", b"\x04efgh"], b"abcdefgh"),
        ([b"\x04abcd", b"\x00"], b"abcd"),
        ([b"\x04abcd", b"\x04"], b"abcd"),  # a count without data
        ([b"\x04abcd", b""], b"abcd"),
    ],
)
def test_fru_is_read_as_far_as_there_is_data(answers, found):
    left = iter(answers)
    session = SimpleNamespace(read=lambda *command: next(left))

    assert _read_fru(session, 8, 4) == found
    assert list(left) == []
