# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of Secure Boot that becomes a job: the host is restarted only when the job waits for that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import secure_boot
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConflictError, WaitTimeout
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer

JOB = "/redfish/v1/Managers/1/Jobs/JID_1"
SCHEDULED = {"JobState": "Scheduled"}
DEAD = {"JobState": "Scheduled", "MessageId": "PR30", "Message": "Job processing initialization failure."}


class Bmc:
    """Answers a PATCH with a job, and then tells of it what is scripted; the last repeats."""

    def __init__(self, *jobs: dict[str, Any] | None) -> None:
        self.jobs, self.now, self.machine = list(jobs), 0.0, "192.0.2.7"
        self.clock = Clock(lambda: self.now, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def patch(self, path: str, body: Any) -> Answer:
        return Answer(202, {}, {"location": JOB})

    def get_or_none(self, path: str, *, fresh: bool = False) -> Answer | None:
        job = self.jobs.pop(0) if len(self.jobs) > 1 else self.jobs[0]
        return None if job is None else Answer(200, job)


def staged(bmc: Bmc) -> Any:
    service: Any = SimpleNamespace(client=bmc, machine=bmc.machine, profile=SimpleNamespace(jobs=()))
    record = StepRecord(Step("secure_boot", "", resource="/SecureBoot", payload={"enable": True}))
    return secure_boot.apply(service, record, Run(wanted=None, context=Context()))


@pytest.mark.parametrize(
    "before",
    [({"JobState": "New"},), ({"JobState": "New"}, {"JobState": "Scheduling"}), (None, None)],
    ids=["it is new", "it is being scheduled", "it cannot be read yet"],
)
def test_job_is_waited_for_until_it_is_scheduled(before):
    bmc = Bmc(*before, SCHEDULED)

    assert staged(bmc) == {"job": JOB}
    assert bmc.jobs == [SCHEDULED]


def test_dead_job_ends_the_task_before_the_restart():
    with pytest.raises(ConflictError, match="will not run; nothing was restarted") as dead:
        staged(Bmc({"JobState": "New"}, DEAD))

    assert dead.value.answer == "Job processing initialization failure."


def test_job_that_is_never_scheduled_is_given_up():
    with pytest.raises(WaitTimeout):
        staged(Bmc({"JobState": "New"}))
