# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""google-auth's session and transport, as we want them: with time limits, and asking nobody but whom it must."""

from __future__ import annotations

from typing import Any

TOKEN_TRIES = 2
"""More tries for a connection to a token endpoint; google-auth itself repeats what a server failed at."""


def transport(timeout: tuple[float, float]) -> Any:
    """What google-auth gets its tokens with. :param timeout: seconds for a connection and for an answer; its own are 120."""
    from google.auth.exceptions import TransportError
    from google.auth.transport.requests import Request
    from requests import Session
    from requests.adapters import HTTPAdapter

    class Transport(Request):
        """Keeps google-auth 2.50 and later from asking iamcredentials.googleapis.com in the background for the credentials' regions: a host
        that need not be reachable, at an address that no option can change. Without an answer it does without."""

        def __call__(
            self,
            url: str,
            method: str = "GET",
            body: Any = None,
            headers: Any = None,
            timeout: Any = timeout,
            **more: Any,
        ) -> Any:
            if url.partition("?")[0].endswith("/allowedLocations"):
                raise TransportError("not asked for")
            return super().__call__(url, method, body, headers, timeout, **more)

    channel = Session()
    for scheme in ("https://", "http://"):
        channel.mount(scheme, HTTPAdapter(max_retries=TOKEN_TRIES))
    return Transport(channel)


def session(credentials: Any, request: Any, at_once: int) -> Any:
    """A session that sends the token of I(credentials), renews it, and keeps a connection for each of I(at_once) threads."""
    from google.auth.transport.requests import AuthorizedSession
    from requests.adapters import HTTPAdapter

    made = AuthorizedSession(credentials, auth_request=request)
    for scheme in ("https://", "http://"):
        made.mount(scheme, HTTPAdapter(pool_maxsize=at_once))
    made.headers["User-Agent"] = "okd.boot_images"
    return made
