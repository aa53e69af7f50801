# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for every kind of test."""

pytest_plugins = ["tests.support.rack"]
