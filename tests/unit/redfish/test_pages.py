# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections in pages: each page once, also where the last leads back to an earlier one."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import collection
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import pages

NEXT = "Members@odata.nextLink"
FIRST, SECOND = "/redfish/v1/Log/Entries", "/redfish/v1/Log/Entries?$skip=50"


@pytest.mark.parametrize(
    ("links", "read"),
    [
        ({FIRST: None}, [FIRST]),
        ({FIRST: SECOND, SECOND: None}, [FIRST, SECOND]),
        ({FIRST: FIRST}, [FIRST]),
        ({FIRST: SECOND, SECOND: SECOND}, [FIRST, SECOND]),
        ({FIRST: SECOND, SECOND: FIRST}, [FIRST, SECOND]),
    ],
)
def test_every_page_is_read_once(links, read):
    bodies = {uri: {"Id": uri, "Members": [], NEXT: link} for uri, link in links.items()}
    assert [page["Id"] for page in pages(FIRST, bodies.__getitem__)] == read

    crawl, crawled = collection(FIRST), []
    try:
        wish = next(crawl)
        while True:
            crawled += wish
            wish = crawl.send([bodies[uri] for uri in wish])
    except StopIteration:
        assert crawled == read


def test_collection_that_is_not_there_has_no_pages():
    assert list(pages("", {}.__getitem__)) == []
