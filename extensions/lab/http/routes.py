# SPDX-License-Identifier: GPL-3.0-or-later
"""Which handler answers which write, found from the tree: actions by their targets, resources by the layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..bmc import Bmc
from ..tree import setup as settings
from ..tree.store import Doc
from . import (
    accounts,
    bios,
    boot,
    certificates,
    depot,
    login,
    managers,
    patching,
    power,
    setup,
    subscriptions,
    update,
    upload,
)
from .call import Answer, Call

Handler = Callable[[Bmc, Call, str], Answer]

ACTIONS: dict[str, Handler] = {
    "ComputerSystem.Reset": power.reset_system,
    "HpeComputerSystemExt.SystemReset": power.oem_reset,
    "LenovoComputerSystem.SystemReset": power.oem_reset,
    "Manager.Reset": power.reset_manager,
    "Manager.ResetToDefaults": power.reset_to_defaults,
    "Bios.ResetBios": bios.reset_bios,
    "Bios.ChangePassword": bios.change_password,
    "Bios.ChangePasswords": bios.change_password,
    "DellManager.ClearPending": bios.clear_pending,
    "UpdateService.SimpleUpdate": update.simple_update,
    "UpdateService.StartUpdate": update.start_update,
    "NvidiaUpdateService.CommitImage": update.commit_image,
    "HpeiLOUpdateServiceExt.AddFromUri": update.add_from_uri,
    "HpeiLOUpdateServiceExt.DeleteUnlockedComponents": depot.delete_unlocked,
    "HpeiLOUpdateServiceExt.DeleteUpdateTaskQueueItems": depot.delete_tasks,
    "VirtualMedia.InsertMedia": managers.insert_media,
    "VirtualMedia.EjectMedia": managers.eject_media,
    "LogService.ClearLog": managers.clear_log,
    "EventService.SubmitTestEvent": subscriptions.submit_test,
    "CertificateService.GenerateCSR": certificates.generate_csr,
    "CertificateService.ReplaceCertificate": certificates.replace_certificate,
    "HpeHttpsCert.GenerateCSR": setup.hpe_csr,
    "HpeHttpsCert.ImportCertificate": setup.hpe_import,
    "SecureBoot.ResetKeys": setup.reset_keys,
}
WITH_IF_MATCH = ("PATCH", "PUT", "DELETE")


class Routes:
    """The writes that one BMC takes."""

    def __init__(self, bmc: Bmc) -> None:
        self._key = bmc.tree.key
        self._table: dict[tuple[str, str], tuple[Handler, str]] = {}
        self._families: dict[tuple[str, str], Handler] = {}
        self.actions: set[str] = set()
        self.settings = settings.settings(bmc)
        self._resources(bmc)
        self._collections(bmc)
        self._uploads(bmc)
        for path in self._owners(bmc):
            for name, target in _actions(bmc.tree.get(path) or {}):
                if name in ACTIONS:
                    self._table["POST", self._key(target)] = (ACTIONS[name], path)
                self.actions.add(self._key(target))

    def find(self, method: str, path: str) -> tuple[Handler, str] | None:
        """Return the handler and the path it is given: the resource, also when an action was called."""
        key = self._key(path)
        found = self._table.get((method, key))
        if found is not None:
            return found
        parent = key.rpartition("/")[0]
        family = self._families.get((method, parent))
        return (family, path) if family else None

    def fixed(self, path: str) -> bool:
        """Say whether a write is taken at exactly this path, whatever there is to read."""
        key = self._key(path)
        return any((method, key) in self._table for method in ("POST", "PATCH"))

    def methods(self, path: str) -> list[str]:
        return [method for method in ("POST", "PATCH", "DELETE") if self.find(method, path)]

    def _add(self, method: str, path: str, handler: Handler) -> None:
        if path:
            self._table[method, self._key(path)] = (handler, path)

    def _resources(self, bmc: Bmc) -> None:
        layout = bmc.layout
        for path in layout.systems:
            self._add("PATCH", path, boot.patch_system)
        self._add("PATCH", layout.system_settings, boot.patch_system)
        self._add("PATCH", layout.bios, bios.patch_bios)
        self._add("PATCH", layout.bios_settings, bios.patch_settings)
        for path in layout.managers:
            self._add("PATCH", path, managers.patch_manager)
        simple = [*layout.chassis, *layout.protocols, *layout.logs, layout.update]
        for path in (*simple, layout.account_service, layout.session_service):
            self._add("PATCH", path, patching.patch)
        for path in self.settings:
            if not self.find("PATCH", path):  # captured managers link systems too
                self._add("PATCH", path, setup.patch_setting)
        for path in layout.interfaces:
            self._add("PATCH", path, setup.patch_interface)
        self._add("PATCH", settings.secure_boot(bmc), setup.patch_secure_boot)
        for path in layout.media:
            self._add("PATCH", path, managers.patch_media)
            if settings.of(bmc).media_eject_when_inserted:  # not in the document now, and taken when it is
                target = self._key(f"{path}/Actions/VirtualMedia.EjectMedia")
                self._table["POST", target] = (managers.eject_media, path)
                self.actions.add(target)

    def _collections(self, bmc: Bmc) -> None:
        layout = bmc.layout
        self._add("POST", layout.sessions, login.open_session)
        self._add("POST", f"{layout.sessions.rstrip('/')}/Members", login.open_session)
        self._family("DELETE", layout.sessions, login.close_session)
        self._family("PATCH", f"{layout.host}/BootOptions", patching.patch)
        if layout.accounts:
            if not bmc.p.accounts.slots:
                self._add("POST", layout.accounts, accounts.create)
                self._family("DELETE", layout.accounts, accounts.delete)
            self._family("PATCH", layout.accounts, accounts.change)
        if layout.subscriptions:
            self._add("POST", layout.subscriptions, subscriptions.subscribe)
            self._family("DELETE", layout.subscriptions, subscriptions.unsubscribe)
        self._family("DELETE", layout.tasks, managers.delete_task)
        if bmc.depot:
            self._family("DELETE", bmc.depot.components, depot.delete_component)
            self._add("POST", bmc.depot.tasks, depot.create_task)
            self._family("DELETE", bmc.depot.tasks, depot.delete_task)
        for place in layout.jobs:
            self._add("POST", place, managers.create_job)
            self._family("DELETE", place, managers.delete_job)

    def _uploads(self, bmc: Bmc) -> None:
        doc: Doc = bmc.tree.get(bmc.layout.update) or {} if bmc.layout.update else {}
        raw = doc.get("HttpPushUri")
        if raw:
            self._add("POST", raw, upload.hpe_form if raw == bmc.p.updates.form else upload.push)
        if doc.get("MultipartHttpPushUri"):
            handler = upload.either if doc["MultipartHttpPushUri"] == raw else upload.multipart
            self._add("POST", doc["MultipartHttpPushUri"], handler)

    def _family(self, method: str, path: str, handler: Handler) -> None:
        self._families[method, self._key(path)] = handler

    def _owners(self, bmc: Bmc) -> list[str]:
        layout = bmc.layout
        paths = [
            *layout.systems,
            *layout.managers,
            layout.bios,
            layout.bios_settings,
            layout.update,
            layout.certificates,
            layout.events,
        ]
        own = [settings.secure_boot(bmc), *self.settings]
        return [path for path in (*paths, *layout.media, *layout.logs, *own) if path]


def _actions(doc: Doc) -> Iterator[tuple[str, str]]:
    """Yield (name, target) of all actions; the name is what stands after the last `#`."""
    actions = doc.get("Actions") or {}
    for block in (actions, actions.get("Oem") or {}, *_oem_blocks(doc)):
        for key, value in block.items():
            if isinstance(value, dict) and "target" in value:
                yield key.rpartition("#")[2], value["target"]


def _oem_blocks(doc: Doc) -> Iterator[Doc]:
    for block in (doc.get("Oem") or {}).values():
        if isinstance(block, dict) and isinstance(block.get("Actions"), dict):
            yield block["Actions"]
