# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole provisioning with a canary for every secret of a site: none sings in what is kept, shown or left behind."""

from __future__ import annotations

import os
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.support.playbook import LINKS, PlayResult
from tests.support.provisioning import PROVISION, Site, images_of_the_demo, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

CANARY = "Canary5ecret"
BMC, WRONG, IMAGES, VAULT = f"{CANARY}Bmc", f"{CANARY}Wrong", f"{CANARY}Images", f"{CANARY}Vault"
MAAS = f"{CANARY}Consumer:{CANARY}Token:{CANARY}Key"
USER_DATA = f"""#cloud-config
password: {CANARY}Login
write_files:
  - content: |
      Authorization: Bearer {CANARY}Bearer
      site word {{{{ site_word }}}}
      -----BEGIN OPENSSH PRIVATE KEY-----
      {CANARY}PrivateKey
      -----END OPENSSH PRIVATE KEY-----
"""
KEPT_FILES = Path(__file__).resolve().parents[2] / "support" / "kept_files"


@dataclass(frozen=True)
class Sung:
    """A run, and every place where a canary could be."""

    site: Site
    done: PlayResult
    kept: Path
    temporary: Path


@pytest.fixture(scope="module")
def sung(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sung]:
    folder = tmp_path_factory.mktemp("canaries")
    server = {"lab_platform": "generic", "lab_password": BMC}
    rack = Rack.start(
        folder / "rack",
        # The second one has a password that its inventory does not know: the way of an error message.
        {"std": server, "locked": {**server, "bmc_password": WRONG}},
        clock="scaled:1000",
        images=images_of_the_demo(),
        maas={"api_key": MAAS},
    )
    try:
        yield run_with_canaries(rack, folder)
    finally:
        rack.stop()


def run_with_canaries(rack: Rack, folder: Path) -> Sung:
    site = site_of(rack, folder)
    variables = rack.inventory.parent / "group_vars" / "all"
    encrypted(variables / "vault.yml", {"bmc_password": BMC, "site_word": VAULT}, folder / "vault-password")
    images = rack.image_url.replace("://", f"://mirror:{IMAGES}@")
    public = {"maas_deploy_user_data": USER_DATA, "firmware_image_base_url": images}
    (variables / "secrets.yml").write_text(yaml.safe_dump(public))
    kept, temporary = folder / "kept", folder / "temporary"
    kept.mkdir()
    temporary.mkdir()
    env = {
        "PYTHONPATH": f"{KEPT_FILES}{os.pathsep}{LINKS}",
        "HWAUTOMATION_TEST_KEEP": str(kept),
        "TMPDIR": str(temporary),
        "ANSIBLE_HOME": str(temporary / "ansible"),
        "XDG_STATE_HOME": str(temporary / "state"),
        "XDG_CACHE_HOME": str(temporary / "cache"),
    }
    # In a file: at -vvvv Ansible itself prints extra variables that stand on the command line.
    extra = folder / "extra.yml"
    token = {"http_token": f"Bearer {CANARY}ExtraBearer", "proxy": f"http://user:{CANARY}Proxy@127.0.0.1:9"}
    extra.write_text(yaml.safe_dump(token))
    arguments = ("-vvvv", "--diff", "-e", f"@{extra}", "--vault-password-file", str(folder / "vault-password"))
    return Sung(site, site.run(PROVISION, *arguments, env=env), kept, temporary)


def encrypted(path: Path, variables: dict[str, t.Any], password_file: Path) -> None:
    """Write variables as ansible-vault would, with a canary for a vault password."""
    password_file.write_text(f"{CANARY}VaultPassword")
    vault = VaultLib([("default", VaultSecret(password_file.read_bytes()))])
    path.write_bytes(vault.encrypt(yaml.safe_dump(variables)))


def leaks(*places: Path) -> list[str]:
    """Return the lines with a canary in files, or in all files below a directory."""
    files = [path for place in places for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file()]
    assert files, "nothing to look into"
    return [
        f"{path.name}: {line[max(0, line.find(CANARY.encode()) - 200) :][:400]!r}"
        for path in files
        for line in path.read_bytes().split(b"\n")
        if CANARY.encode() in line
    ]


def test_secrets_were_used(sung: Sung) -> None:
    """Otherwise their absence would prove nothing."""
    assert sung.site.stages("std")["finalise"] == "done", sung.done.explain()
    assert sung.site.stages("locked") == {"preflight": "failed"}
    journal = sung.site.rack.journal("std")
    assert any("SimpleUpdate" in str(entry["path"]) for entry in journal)


def test_no_canary_in_the_database(sung: Sung) -> None:
    assert leaks(*sung.site.database.parent.glob("audit*")) == []


def test_no_canary_on_the_screen_at_the_highest_verbosity(sung: Sung) -> None:
    assert "<std>" in sung.done.stdout or "task path" in sung.done.stdout
    assert [line[:300] for line in sung.done.stdout.splitlines() if CANARY in line] == []
    assert [line[:300] for line in sung.done.stderr.splitlines() if CANARY in line] == []


def test_no_canary_in_what_tasks_returned(sung: Sung) -> None:
    assert {task.task for task in sung.done.tasks if CANARY in repr(task.result)} == set()


def test_no_canary_in_any_file_that_lived_or_lives(sung: Sung) -> None:
    # Each by itself: nothing kept would mean that the hook was not loaded, and that nobody looked.
    assert leaks(sung.kept) == []
    assert leaks(sung.temporary) == []
