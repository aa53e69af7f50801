# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  bmc_host:
    description:
      - Address or name of the management controller (BMC).
    type: str
    required: true
  bmc_port:
    description:
      - TCP port of its HTTPS server.
    type: int
    default: 443
  bmc_username:
    description:
      - Account on the BMC. Taken from the environment variable E(BMC_USERNAME) when not given.
    type: str
  bmc_password:
    description:
      - Password of that account. Taken from the environment variable E(BMC_PASSWORD) when not given.
      - A refused password is never tried a second time, since that may lock the account.
    type: str
  system_id:
    description:
      - Id of the system, for a BMC that serves more than one (a GPU baseboard, a multi-node chassis).
      - When not given, the system is chosen by rule; if more than one could be meant, the task fails and lists the ids.
    type: str
  validate_certs:
    description:
      - Whether the TLS certificate of the BMC must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificates of the authorities to trust, in PEM form.
      - The system's own store is used when not given.
    type: path
  tls_fingerprint:
    description:
      - SHA-256 fingerprint of the certificate of the BMC, in hexadecimal, with or without colons.
      - When given, exactly this certificate is accepted, self-signed or not, and O(ca_path) is not used.
    type: str
  timeout:
    description:
      - Seconds to wait for an answer to one request. Some BMCs need more than a minute for a BIOS change.
    type: int
    default: 60
  lock_timeout:
    description:
      - Seconds a task that changes something waits for another run that is working on the same BMC, before it fails
        and says which one. Tasks of the same run wait for each other, for three hours at most. Readers and check
        mode never wait.
    type: int
    default: 30
  lock_dir:
    description:
      - Directory through which runs tell each other which BMC they are working on.
      - Runs only see each other when they use the same one, so give one to containers that have a C(/tmp) of their
        own, or a shared file system to several controllers.
      - When not given, taken from the environment variable E(BMC_LOCK_DIR), or else a directory of the user in the
        system's directory for temporary files.
    type: path
requirements:
  - redfish >= 3.3.4 (the DMTF library, where the task runs)
  - requests >= 2.32
"""
