# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the attribute registry of a machine, fetch it, and keep it for the run.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import hashlib
import os
import re
import typing as t
from pathlib import Path

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.index import pack, unpack
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.settings import BiosResource

__all__ = ["KeptRegistry", "fetch_registry", "location_of", "match_member"]

Json = t.Mapping[str, t.Any]
# ".v1_0_3", ".1.0.0", ".1_0_0": the version at the end of a registry's id.
VERSION = re.compile(r"\.v?\d+([._]\d+)*$", re.IGNORECASE)
USUAL_NAME = "BiosAttributeRegistry"


def fetch_registry(service: Service, bios: BiosResource, cache_dir: str | None) -> tuple[Registry, str]:
    """Return the registry, and a remark for the user where there is none.

    Kept in ``cache_dir`` by (system UUID, registry id, BIOS version): attributes change with the BIOS version (Q-G11).
    """
    if not service.profile.bios.registry:
        return Registry.none(), "this platform publishes no attribute registry: values are not checked before the write"
    key = (service.system.get("UUID"), bios.registry, service.system.get("BiosVersion"), service.machine)
    kept = KeptRegistry(cache_dir, *key)
    registry = kept.load()
    if registry is None:
        registry = Registry(_document(service, bios.registry))
        kept.store(registry)
    if not registry:
        name = bios.registry or USUAL_NAME
        return registry, f"the BMC does not serve the registry {name}: values are not checked before the write"
    return registry, ""


def match_member(name: str | None, uris: t.Sequence[str]) -> t.List[str]:
    """Return the members of the Registries collection that may be the one a Bios resource names, the likeliest first.

    Names differ in case, in the version, and Bios may name none at all (Q-G09): exact, then without version.
    """
    ids = {uri: uri.rstrip("/").rsplit("/", 1)[-1] for uri in uris}
    wanted = (name or USUAL_NAME).lower()
    rules: t.Tuple[t.Callable[[str], bool], ...] = (
        lambda identity: identity == wanted,
        lambda identity: VERSION.sub("", identity) == VERSION.sub("", wanted),
        lambda identity: identity.startswith(USUAL_NAME.lower()),
        lambda identity: identity.startswith("bios"),
    )
    ranked = [uri for rule in rules for uri, identity in ids.items() if rule(identity.lower())]
    return list(dict.fromkeys(ranked))


def location_of(member: Json) -> str:
    """Return the path of the registry itself: English if there is, else the only or first language.

    A Uri may be relative, absolute, or an object (iLO 4: ``extref``); PublicationUri leads away from the BMC and is not
    followed (Q-G10).
    """
    places = [place for place in member.get("Location") or () if isinstance(place, dict)]
    english = [place for place in places if str(place.get("Language") or "").lower().startswith("en")]
    for place in [*english, *places]:
        for column in ("Uri", "ArchiveUri"):
            path = _path(place.get(column))
            if path:
                return path
    return ""


def _path(uri: t.Any) -> str:
    if isinstance(uri, dict):
        uri = uri.get("extref") or uri.get("@odata.id")
    text = str(uri or "")
    return re.sub(r"^https?://[^/]+", "", text) if text else ""


def _document(service: Service, name: str | None) -> Json:
    collection = link(service.root, "Registries")
    if not collection:
        return {}
    try:
        found = members(service.client, collection)
    except NotSupportedError:
        return {}  # a link that leads nowhere
    for uri in match_member(name, found):
        member = service.get_or_none(uri) or {}
        if "RegistryEntries" in member:  # some serve the registry itself as the member
            return member
        path = location_of(member)
        body = _get(service, path) if path else None
        if body and body.get("RegistryEntries"):
            return body
    return {}


def _get(service: Service, path: str) -> Json | None:
    try:
        return service.get_or_none(path)
    except NotSupportedError:
        return None  # served as something that is not JSON


class KeptRegistry:
    """A registry in a file of the run's own directory; None as directory keeps nothing."""

    def __init__(self, directory: str | None, *key: t.Any) -> None:
        digest = hashlib.sha256(repr(key).encode()).hexdigest()[:24]
        self._path = Path(directory, f"bios-registry-{digest}") if directory and os.path.isdir(directory) else None

    def load(self) -> Registry | None:
        """Return the registry, an empty one where the BMC serves none, or None when nothing was kept yet."""
        try:
            return Registry({}, unpack(self._path.read_text(encoding="utf-8"))) if self._path else None
        except (OSError, ValueError):
            return None

    def store(self, registry: Registry) -> None:
        """Keep a registry; another worker that reads meanwhile finds the whole of it or nothing."""
        if self._path is None:
            return
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.write_text(pack(registry.index), encoding="utf-8")
        draft.replace(self._path)
