# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences in one form: newer firmware lists the same one in two places, and texts may be broken."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.parts.licences import licences
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import licences as places
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import GENERIC

STANDARD = {"Id": "FD1", "Name": "License", "LicenseType": "Production", "Status": {"Health": "OK"}}
DELL = {"Id": "FD1", "LicenseDescription": ["Enterprise", "OpenManage"], "LicensePrimaryStatus": "Error"}


def of(place, *bodies):
    profile = replace(GENERIC, licences=place)
    resources = Resources({}, "", {}, "", {}, {}, "", profile, {"licences": [("/l", body) for body in bodies]})
    return licences(resources)["licences"]


def smc(**node):
    return json.dumps({"ProductKey": {"Node": node, "Signature": "secret"}})


@pytest.mark.parametrize(
    ("place", "bodies", "told"),
    [
        (places.STANDARD, [STANDARD], [("FD1", "License", "Production", None, "OK")]),
        (places.DELL, [DELL], [("FD1", "Enterprise, OpenManage", "", None, "Critical")]),
        # The same licence in both places is one; what the first does not tell the second may.
        (
            places.DELL,
            [{**STANDARD, "Name": ""}, {**DELL, "LicenseEndDate": "2030-01-01"}],
            [("FD1", "Enterprise, OpenManage", "Production", "2030-01-01", "OK")],
        ),
        (places.HPE, [{"Id": "1", "Name": "iLO License", "License": "iLO Advanced", "LicenseExpire": ""}],
         [("1", "iLO Advanced", "", None, "")]),
        (places.SUPERMICRO, [{"Licenses": []}], []),
        (
            places.SUPERMICRO,
            [{"Licenses": [smc(LicenseID="2", LicenseName="SFT-DCMS-SINGLE"), "{broken", "[]", smc()]}],
            [("2", "SFT-DCMS-SINGLE", "", None, "")],
        ),
        (places.SUPERMICRO, [{"Licenses": None}], []),
    ],
)  # fmt: skip
def test_licences_in_one_form(place, bodies, told):
    assert [tuple(item.values()) for item in of(place, *bodies)] == told
