# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  maas_url:
    description:
      - URL of the MAAS region, up to and including C(/MAAS).
      - Taken from the environment variable E(MAAS_URL) when not given.
    type: str
    required: true
  maas_api_key:
    description:
      - API key as shown by MAAS, V(consumer:token:secret).
      - Taken from the environment variable E(MAAS_API_KEY) when not given.
    type: str
    required: true
  allow_http:
    description:
      - Whether O(maas_url) may be plain HTTP. The key then crosses the network readable for everybody on it.
    type: bool
    default: false
  validate_certs:
    description:
      - Whether the TLS certificate of MAAS must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificates of the authorities to trust, in PEM form.
    type: path
  timeout:
    description:
      - Seconds to wait for an answer to one request.
      - MAAS answers some requests only after the BMC has acted, so a small value ends calls that would have succeeded.
    type: int
    default: 120
requirements:
  - requests >= 2.32
  - requests-oauthlib >= 2.0
"""
