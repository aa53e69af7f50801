# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe the images the region has synced and what may be deployed from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .refusals import FormErrors, choices_text

SERIES = {
    "jammy": ("22.04", ("ga-22.04", "hwe-22.04", "hwe-22.04-edge", "ga-22.04-lowlatency", "hwe-22.04-lowlatency")),
    "noble": ("24.04", ("ga-24.04", "hwe-24.04", "hwe-24.04-edge", "ga-24.04-lowlatency", "hwe-24.04-lowlatency")),
}
RELEASES = "16.04 16.10 17.04 17.10 18.04 18.10 19.04 19.10 20.04 20.10 21.04 21.10 22.04 22.10 23.04 23.10 24.04"


def default_resources() -> list[dict[str, Any]]:
    """Give the boot resources of a region that synced jammy and noble for amd64."""
    made: list[dict[str, Any]] = []
    for series, (release, kernels) in SERIES.items():
        for kernel in kernels:
            made.append(resource(len(made) + 1, f"ubuntu/{series}", f"amd64/{kernel}", f"{release} LTS", release))
    return made


def resource(number: int, name: str, architecture: str, title: str, release: str) -> dict[str, Any]:
    """Build one synced boot resource."""
    kernel = architecture.split("/")[1]
    older = [f"ga-{one}" for one in RELEASES.split() if one <= release]
    hwe = [kernel] if kernel.startswith("hwe") else []
    return {
        "id": number,
        "type": "Synced",
        "name": name,
        "architecture": architecture,
        "resource_uri": f"/MAAS/api/2.0/boot-resources/{number}/",
        "last_deployed": None,
        "title": title,
        "platform": "generic",
        "subarches": ",".join(["generic", *(f"hwe-{letter}" for letter in "pqrstuvw"), *older, *hwe]),
        "supported_platforms": "generic",
    }


def usable_architectures(resources: Iterable[dict[str, Any]]) -> list[str]:
    """Give the architectures machines may have; without images MAAS still knows amd64."""
    found = {f"{item['architecture'].split('/')[0]}/generic" for item in resources}
    return sorted(found) or ["amd64/generic"]


def kernels_of(resources: Iterable[dict[str, Any]]) -> set[str]:
    return {item["architecture"].split("/")[1] for item in resources}


def deployable(resources: Iterable[dict[str, Any]]) -> list[str]:
    """Give ``os/series`` of everything that may be deployed, uploaded images as ``custom/NAME``."""
    ready = [item for item in resources if all(held["complete"] for held in item.get("_sets", {}).values())]
    return sorted({item["name"] if "/" in item["name"] else f"custom/{item['name']}" for item in ready})


def resolve_series(resources: list[dict[str, Any]], wanted: str, default: str) -> tuple[str, str]:
    """Turn what the user wrote into (osystem, series); refuse what no image matches, listing what there is."""
    images = deployable(resources)
    if not images:
        raise FormErrors({"distro_series": choices_text(wanted, "distro_series", [""])})
    for image in images:
        osystem, series = image.split("/", 1)
        release = SERIES.get(series, ("", ()))[0]
        if (wanted or default) in (image, series, release, f"{osystem}/{release}"):
            return osystem, series
    raise FormErrors({"distro_series": choices_text(wanted, "distro_series", ["", *images])})


def resolve_kernel(
    resources: list[dict[str, Any]],
    osystem: str,
    series: str,
    architecture: str,
    wanted: str,
    lowest: str,
) -> str | None:
    """Choose the kernel to deploy: the wanted one, else the lowest allowed, else the release's own."""
    if osystem != "ubuntu":
        return None
    arch = architecture.split("/")[0]
    name = f"{osystem}/{series}"
    found = [
        item["architecture"].split("/")[1]
        for item in resources
        if item["name"] == name and item["architecture"].startswith(f"{arch}/")
    ]
    if wanted and wanted not in found:
        raise FormErrors({"hwe_kernel": f"{wanted} is not available for {name} on {architecture}."})
    if wanted:
        return wanted
    if lowest in found:
        return lowest
    return f"ga-{SERIES[series][0]}" if series in SERIES else (found[0] if found else None)
