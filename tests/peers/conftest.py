# SPDX-License-Identifier: GPL-3.0-or-later
"""sushy-emulator, OpenStack's Redfish emulator, over libvirt's test driver. Needs sushy-tools (pip) and python3-libvirt (apt)."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time

import pytest
import trustme

DIST_PACKAGES = "/usr/lib/python3/dist-packages"
LAUNCH = """
import sys, uuid
sys.path.append({dist!r})
import libvirt
keep = libvirt.open("test:///default")  # the driver's state lives in this process
for domain in keep.listAllDomains():
    domain.destroy()
    domain.undefine()
keep.defineXML(
    "<domain type='test'><name>node1</name><uuid>%s</uuid><memory>4194304</memory><vcpu>4</vcpu>"
    "<os><type arch='x86_64'>hvm</type><boot dev='hd'/></os></domain>" % uuid.UUID(int=1)
)
from sushy_tools.emulator.main import main
sys.exit(main())
"""


def missing():
    lacking = [] if importlib.util.find_spec("sushy_tools") else ["sushy-tools (pip)"]
    # Debian's binding is built for Debian's Python: that it is there does not mean that this one can load it.
    probe = [sys.executable, "-c", f"import sys; sys.path.append({DIST_PACKAGES!r}); import libvirt"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        lacking.append(f"python3-libvirt for Python {sys.version_info.major}.{sys.version_info.minor} (apt)")
    return lacking


@pytest.fixture(scope="module")
def sushy(tmp_path_factory):
    lacking = missing()
    if lacking:
        pytest.skip(f"PEER NOT TESTED, missing: {', '.join(lacking)}")
    folder = tmp_path_factory.mktemp("sushy")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "cert.pem", append=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "state").mkdir()
    (folder / "sushy.conf").write_text(
        f"SUSHY_EMULATOR_LISTEN_IP = '127.0.0.1'\nSUSHY_EMULATOR_LISTEN_PORT = {port}\n"
        f"SUSHY_EMULATOR_SSL_CERT = '{folder}/cert.pem'\nSUSHY_EMULATOR_SSL_KEY = '{folder}/key.pem'\n"
        f"SUSHY_EMULATOR_STATE_DIR = '{folder}/state'\nSUSHY_EMULATOR_LIBVIRT_URI = 'test:///default'\n"
    )
    command = [sys.executable, "-c", LAUNCH.format(dist=DIST_PACKAGES), "--config", str(folder / "sushy.conf")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    else:
        process.kill()
        pytest.fail(f"sushy-emulator did not start: {(folder / 'log').read_text()[-2000:]}")
    yield {"bmc_host": "127.0.0.1", "bmc_port": port, "ca_path": str(folder / "ca.pem")}
    process.terminate()
    process.wait(60)
