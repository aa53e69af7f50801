# SPDX-License-Identifier: GPL-3.0-or-later
"""The resource directory of iLO: all resources with their types and ETags, so that a client need not walk the tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..bmc import Bmc
from ..http.etag import etag_of
from ..tree.site import ROOT
from ..tree.store import Doc

PATH = f"{ROOT}/ResourceDirectory"
APART = tuple(f"{ROOT}/{name}".lower() for name in ("JsonSchemas", "Registries", "RegistryStore"))
"""Not in it: a client of HPE that meets them there takes schemas for loaded and finds none."""
KIND = "HpeiLOResourceDirectory"


def attach(bmc: Bmc) -> None:
    bmc.tree.live(PATH, partial(directory, bmc))


def directory(bmc: Bmc) -> Doc:
    return {
        "@odata.context": f"{ROOT}/$metadata#{KIND}.{KIND}",
        "@odata.id": PATH,
        "@odata.type": f"#{KIND}.v2_0_0.{KIND}",
        "Id": "ResourceDirectory",
        "Name": "Resource Directory",
        "Instances": [_instance(bmc, doc) for doc in _resources(bmc)],
    }


def _instance(bmc: Bmc, doc: Doc) -> Doc:
    told = {"@odata.id": doc["@odata.id"], "@odata.type": doc["@odata.type"]}
    return told | {"ETag": etag_of(bmc.p.etags, doc)}


def _resources(bmc: Bmc) -> Iterator[Doc]:
    """Yield what stands in the tree, and the members of collections that come and go."""
    own, tree = bmc.tree.key(PATH), bmc.tree
    seen, fixed = {own}, [path for path in tree.paths() if path != own]
    for path in (*fixed, *_members(bmc, fixed)):
        doc = None if tree.key(path) in seen or tree.key(path).startswith(APART) else tree.get(path)
        seen.add(tree.key(path))
        if doc is not None and "@odata.id" in doc and "@odata.type" in doc:
            yield doc


def _members(bmc: Bmc, paths: list[str]) -> Iterator[str]:
    for path in paths:
        for member in (bmc.tree.get(path) or {}).get("Members") or []:
            if isinstance(member, dict) and "@odata.id" in member:
                yield member["@odata.id"]
