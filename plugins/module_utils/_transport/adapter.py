# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An adapter for ``requests`` that cannot be talked out of verifying, and keeps connections to one machine open.

Apart from :mod:`tls`, since a scan needs the one and not the imports of the other.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.deps import optional
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust

__all__ = ["make_adapter"]

requests_adapters = optional("requests.adapters")
_HTTPAdapter: t.Any = requests_adapters.HTTPAdapter if requests_adapters is not None else object


class _TrustAdapter(_HTTPAdapter):  # type: ignore[misc]
    """Verifies with our context, whatever ``verify`` a caller passes.

    The DMTF library passes ``verify=False`` unless it is given a file, and requests would obey (trap L5).
    """

    def __init__(self, trust: Trust, connections: int) -> None:
        self._trust = trust
        self._latest = threading.local()
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        kwargs["ssl_context"] = self._trust.context()
        kwargs["assert_fingerprint"] = self._trust.fingerprint
        super().init_poolmanager(*args, **kwargs)

    def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
        """Leave the connection as the pool made it."""

    def build_connection_pool_key_attributes(
        self, request: t.Any, verify: t.Any, cert: t.Any = None
    ) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
        where, _their_tls = super().build_connection_pool_key_attributes(request, True, cert)
        return where, {}

    def send(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        # The library before 3.4 answers None instead of raising (trap L3); the reason is kept here.
        self._latest.failure = None
        try:
            return super().send(*args, **kwargs)
        except Exception as exc:
            self._latest.failure = exc
            raise

    @property
    def failure(self) -> Exception | None:
        """Return why the latest request of this thread failed."""
        return getattr(self._latest, "failure", None)


def make_adapter(trust: Trust, connections: int = 1) -> t.Any:
    """Return an adapter for https that keeps up to ``connections`` connections to one BMC open."""
    return _TrustAdapter(trust, connections)
