# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts that want the same thing of MAAS at once, and answers that get lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.audited_plays import wait_for

TAGS = "/MAAS/api/2.0/tags/"


def ok(result):
    assert not result.get("failed"), result.get("msg")
    return result


@pytest.mark.parametrize(
    ("comment", "last_write", "changed"), [("one", f"POST {TAGS}", False), ("two", f"PUT {TAGS}t2/", True)]
)
def test_another_host_of_the_run_makes_the_tag_first(lab, comment, last_write, changed):
    """One host is told slowly that the tag is missing; the other makes it in that time."""
    lab.rack.fault("maas", "drip", path=f"{TAGS}t2/", method="GET", count=1, seconds=1)
    with ThreadPoolExecutor(1) as hosts:
        slower = hosts.submit(lab.run, "maas_tag", name="t2", comment="one", diff=True)
        wait_for(lambda: bool(lab.maas_requests()), seconds=30)
        assert ok(lab.run("maas_tag", name="t2", comment=comment))["changed"]
        result = ok(slower.result())
    assert (result["changed"], "diff" in result) == (changed, changed)
    assert result["tag"]["comment"] == "one" and lab.maas_requests(writes=True)[-1] == last_write
    ok(lab.run("maas_tag", name="t2", state="absent"))


@pytest.mark.parametrize(
    ("method", "wanted"),
    [("POST", {"comment": "one"}), ("PUT", {"comment": "two"}), ("DELETE", {"state": "absent"})],
)
def test_a_lost_answer_about_a_thing_is_settled_by_reading(lab, method, wanted):
    lab.rack.fault("maas", "lost_answer", path=f"{TAGS}*", method=method, count=1)
    assert ok(lab.run("maas_tag", name="t3", **wanted))["changed"]
    assert not ok(lab.run("maas_tag", name="t3", **wanted))["changed"]


def test_a_create_that_never_arrived_is_told_as_unknown_and_not_repeated(lab):
    lab.rack.fault("maas", "drop", path=TAGS, method="POST", count=1)
    result = lab.run("maas_tag", name="t4")
    assert result["error_class"] == "OutcomeUnknown" and result["changed"]
    assert lab.maas_requests(writes=True) == []
    assert ok(lab.run("maas_tag", name="t4"))["changed"]
    ok(lab.run("maas_tag", name="t4", state="absent"))


def test_a_lost_answer_stays_unknown_while_nobody_can_read(lab):
    lab.rack.fault("maas", "lost_answer", path=TAGS, method="POST", count=1)
    # The first reading tells that it is missing; every later one is cut off.
    lab.rack.fault("maas", "drip", path=f"{TAGS}t5/", method="GET", count=1, seconds=0)
    lab.rack.fault("maas", "drop", path=f"{TAGS}t5/", method="GET")
    result = lab.run("maas_tag", name="t5")
    assert result["error_class"] == "OutcomeUnknown" and result["changed"]
    assert lab.maas_requests(writes=True) == [f"POST {TAGS}"]
    lab.rack.clear_faults()
    assert not ok(lab.run("maas_tag", name="t5"))["changed"]
    ok(lab.run("maas_tag", name="t5", state="absent"))
