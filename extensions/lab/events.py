# SPDX-License-Identifier: GPL-3.0-or-later
"""Send what a BMC writes down to those who have subscribed to its events (DSP0266, eventing)."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import aiohttp

from .bmc import Bmc
from .clock import Clock
from .eventlog import DELIVERY_ATTEMPTS, DELIVERY_PAUSE, Entry
from .tree.store import Doc

LOG = logging.getLogger("lab.events")
WALL_SECONDS = 5.0
AT_ONCE = 64


class Postman:
    """Deliver events of all BMCs of a rack. What cannot be delivered is dropped, and so is what comes too fast."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._http: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def serve(self, bmc: Bmc) -> None:
        """Send what this BMC writes down from now on."""
        bmc.log.on_entry.append(partial(self._tell, bmc))

    async def stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    def _tell(self, bmc: Bmc, entry: Entry) -> None:
        for subscription in list(bmc.subscriptions.values()):
            if len(self._under_way) >= AT_ONCE:
                LOG.warning("%s: too many events under way, %s is dropped", bmc.machine.name, entry.message_id)
                return
            task = asyncio.get_running_loop().create_task(self._deliver(subscription, event(bmc, subscription, entry)))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _deliver(self, subscription: Doc, body: Doc) -> None:
        for attempt in range(DELIVERY_ATTEMPTS):
            if attempt:
                await self._clock.sleep(DELIVERY_PAUSE)
            try:
                with self._clock.busy():
                    await self._post(str(subscription["Destination"]), body)
                return
            except (aiohttp.ClientError, TimeoutError) as problem:
                LOG.info("event to %s: %s", subscription["Destination"], problem)

    async def _post(self, destination: str, body: Doc) -> None:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WALL_SECONDS))
        # VerifyCertificate of a subscription is false unless it is set, as on the real ones.
        async with self._http.post(destination, json=body, ssl=False) as answer:
            answer.raise_for_status()


def event(bmc: Bmc, subscription: Doc, entry: Entry) -> Doc:
    """Return the body of one event (DSP2046 Event)."""
    one: dict[str, Any] = {
        "EventId": str(entry.id),
        "MemberId": "0",
        "EventType": "Alert",
        "EventTimestamp": entry.created.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "Severity": entry.severity,
        "MessageSeverity": entry.severity,
        "Message": entry.text,
        "MessageId": entry.message_id,
        "MessageArgs": [],
        "OriginOfCondition": {"@odata.id": bmc.layout.host},
    }
    return {
        "@odata.type": "#Event.v1_7_0.Event",
        "Id": str(entry.id),
        "Name": "Event Array",
        "Context": subscription["Context"],
        "Events": [one],
    }
