# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform that only the site knows, described in its configuration directory."""

from __future__ import annotations

import pytest
import yaml

from tests.support.playbook import run_task


@pytest.fixture
def info(four_platforms, tmp_path):
    """Return a function that asks a server what it is, with a file below the site's vendors/."""
    server = four_platforms.server("std")
    options = {"bmc_host": server.bmc_host, "bmc_port": server.bmc_port, "bmc_username": server.username,
               "bmc_password": server.password, "ca_path": four_platforms.ca_path, "subsets": ["system"]}  # fmt: skip

    def ask(vendors, **more):
        (tmp_path / "vendors").mkdir(exist_ok=True)
        (tmp_path / "vendors" / "site.yml").write_text(yaml.safe_dump({"vendors": vendors}))
        variables = {"configs_of_site": str(tmp_path), "hwautomation_config_dir": "{{ configs_of_site }}"}
        return run_task("bmc_info", options, host_vars=variables, **more)

    return ask


def test_machine_is_of_the_platform_that_the_site_describes(info):
    result = info({"acme_blade": {"title": "Acme", "signs": [{"redfish_version": r"\."}], "serial": [["UUID"]]}})

    assert not result["failed"], result
    assert result["platform"] == "acme_blade"
    assert result["facts"]["system"]["serial"] == result["facts"]["system"]["uuid"]


def test_mistake_in_the_file_fails_before_the_bmc_is_asked(four_platforms, info):
    four_platforms.clear_journal()

    result = info({"acme_blade": {"signs": [{"vendor": "^Acme"}], "bois": {}}})

    assert result["failed"] and result["error_class"] == "ConfigurationError"
    assert "site.yml:" in result["msg"] and "did you mean bios" in result["msg"]
    assert four_platforms.journal("std") == []
