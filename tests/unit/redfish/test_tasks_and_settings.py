# SPDX-License-Identifier: GPL-3.0-or-later
"""Task states in five words, and the task of an answer found wherever a BMC puts it."""

from __future__ import annotations

import gzip

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import (
    FAILED,
    OK,
    RUNNING,
    WAITING,
    find_task,
    parse_task,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import (
    Answer,
    headline,
    parse_body,
    parse_messages,
)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"TaskState": "Running", "PercentComplete": 10}, RUNNING),
        ({"TaskState": "New"}, WAITING),
        ({"TaskState": "Completed", "TaskStatus": "OK"}, OK),
        ({"TaskState": "Completed", "TaskStatus": "Warning"}, OK),
        ({"TaskState": "Completed", "TaskStatus": "Critical"}, FAILED),
        ({"TaskState": "Completed", "Messages": [{"MessageId": "X.1.0.Bad", "Severity": "Critical"}]}, FAILED),
        ({"TaskState": "Exception"}, FAILED),
        ({"TaskState": "Cancelled"}, FAILED),
        ({"TaskState": "Downloading : 35%"}, RUNNING),
        ({"TaskState": "Done"}, OK),
        ({"TaskState": "SomethingNew"}, RUNNING),
        ({"JobState": "CompletedWithErrors"}, FAILED),
        ({"JobState": "Scheduled", "MessageId": "PR19", "Message": "Job successfully scheduled."}, WAITING),
        ({"JobState": "Scheduled", "MessageId": "PR30", "Message": "Job processing initialization failure."}, FAILED),
        ({"JobState": "RebootFailed"}, FAILED),
        ({}, RUNNING),
    ],
)
def test_state_in_our_words(body, state):
    assert parse_task("/redfish/v1/Tasks/1", body).state == state


@pytest.mark.parametrize(
    ("answer", "uri"),
    [
        (Answer(202, {}, {"location": "/redfish/v1/TaskService/Tasks/7"}), "/redfish/v1/TaskService/Tasks/7"),
        (Answer(202, {}, {"location": "http://10.0.0.1/redfish/v1/Tasks/7"}), "/redfish/v1/Tasks/7"),
        (Answer(200, {"@odata.type": "#Task.v1_4_3.Task", "@odata.id": "/redfish/v1/Tasks/0"}), "/redfish/v1/Tasks/0"),
        (Answer(202, {"TaskMonitor": "/redfish/v1/TaskMonitors/3"}), "/redfish/v1/TaskMonitors/3"),
        (
            Answer(202, {"Accepted": {"@Message.ExtendedInfo": [
                {"MessageId": "SMC.1.0.OemAccepted", "MessageArgs": ["/redfish/v1/TaskService/Tasks/1"]}]}}),
            "/redfish/v1/TaskService/Tasks/1",
        ),
        (Answer(204), None),
        (Answer(200, {"@odata.type": "#Bios.v1_2_0.Bios", "@odata.id": "/redfish/v1/Systems/1/Bios"}), None),
    ],
)  # fmt: skip
def test_task_of_an_answer_is_found(answer, uri):
    assert find_task(None, answer) == uri


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"error": {"@Message.ExtendedInfo": {"MessageId": "Base.1.0.Success"}}}, ["Success"]),
        ({"error": {"@Message.ExtendedInfo": [{"MessageArgs": ["x"]}]}}, [""]),
        ({"error": {"code": "Base.1.0.GeneralError", "message": "no"}}, ["GeneralError"]),
        ({"Boot@Message.ExtendedInfo": [{"MessageId": "Base.1.8.PropertyNotWritable"}]}, ["PropertyNotWritable"]),
        ({"Success": {"Message": "done"}}, []),
        ({"error": None}, []),
        ({}, []),
    ],
)
def test_messages_are_read_whatever_their_shape(body, names):
    assert [message.name for message in parse_messages(body)] == names


def test_general_error_is_told_only_when_there_is_nothing_better():
    general = {"MessageId": "Base.1.8.GeneralError", "Severity": "Critical", "Message": "see ExtendedInfo"}
    better = {"MessageId": "Base.1.8.PropertyUnknown", "Severity": "Warning", "Message": "no Foo"}

    assert headline(parse_messages({"@Message.ExtendedInfo": [general, better]})).text == "no Foo"
    assert headline(parse_messages({"@Message.ExtendedInfo": [general]})).text == "see ExtendedInfo"
    assert headline(()) is None


def test_bodies_that_are_no_objects():
    assert parse_body(b"") == ({}, True)
    assert parse_body(b"<html>") == ({}, False)
    assert parse_body(b"[1]") == ({}, False)
    assert parse_body(gzip.compress(b'{"Id": "1"}')) == ({"Id": "1"}, True)
