# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to Compute Engine: a session, retries, and errors in our own words. Only clouds/gcp* know google-auth and requests."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ..model.errors import BootImageError, CloudFailed
from ..model.gcp_image import GcpImage
from ..model.objects import Json
from .gcp_credentials import credentials
from .gcp_errors import BUSY, missing_library, reasons_of, refused, said, untokened
from .gcp_options import Given, Options
from .gcp_transport import session, transport

AT_ONCE = 8
"""Requests side by side. Google allows 25 reads a second and project at least; there are few images to ask for."""
ATTEMPTS = 5
"""With our pauses about a quarter of a minute."""
LONGEST = 30.0
"""Seconds of a pause. Who is told to wait for longer gives up at once, and says so."""
CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0


class Missing(Exception):
    """404, in Google's words: the image, or its project, does not exist."""


@dataclass(frozen=True)
class _Later:
    """A failure that may pass. I(seconds): after how long, where Google says so."""

    error: BootImageError
    seconds: float | None

    def pause(self, attempt: int) -> float:
        if self.seconds is not None:
            return max(self.seconds, 0.0)
        return 2.0 ** (attempt - 1) * random.uniform(0.75, 1.25)


class Compute:
    """The Compute Engine API, for one set of credentials. Nothing is imported or asked before the first call."""

    def __init__(
        self,
        options: Options | None = None,
        given: Given | None = None,
        sleep: Callable[[float], None] = time.sleep,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        """:param given: credentials of the cluster's own secret.
        :param timeout: seconds for a connection, and between two parts of an answer.
        :raises InvalidInput: the options contradict each other.
        """
        self.options = options or Options()
        self.options.check()
        self._given, self._sleep, self._timeout = given, sleep, timeout
        self._lock = threading.Lock()
        self._session: Any = None
        self._failure: BootImageError | None = None
        self._root = ""

    def open(self) -> None:
        """Have a token, so that many threads need not all ask for one, nor wait for the same failure.

        :raises BootImageError: MissingLibrary, InvalidInput, CloudUnauthorized, CloudForbidden, CloudFailed.
        """
        with self._lock:
            if self._failure is None and self._session is None:
                try:
                    self._open()
                except BootImageError as error:
                    self._failure = error
        if self._failure is not None:
            raise self._failure

    def _open(self) -> None:
        try:
            from google.auth.exceptions import GoogleAuthError

            request = transport(self._timeout)
        except ImportError as error:
            raise missing_library(error) from error
        try:
            found = credentials(self.options, self._given, request)
            if not found.valid:
                found.refresh(request)
            domain = self.options.universe_domain or found.universe_domain
        except GoogleAuthError as error:
            raise untokened(error) from error
        self._root = (self.options.endpoint_url or f"https://compute.{domain}").rstrip("/")
        self._session = session(found, request, AT_ONCE)

    def image(self, image: GcpImage, fields: str) -> Json:
        """One image, or the newest of a family that is not deprecated.

        :param fields: which of an Image resource's to send.
        :raises Missing: it does not exist.
        :raises BootImageError: CloudUnauthorized, CloudForbidden, CloudFailed.
        """
        self.open()
        for attempt in range(1, ATTEMPTS):
            found = self._try(image, fields)
            if not isinstance(found, _Later):
                return found
            self._sleep(found.pause(attempt))
        found = self._try(image, fields)
        if isinstance(found, _Later):
            raise found.error
        return found

    def _try(self, image: GcpImage, fields: str) -> Json | _Later:
        answer = self._get(f"{self._root}/compute/v1/{image}", {"fields": fields}, image)
        if isinstance(answer, CloudFailed):
            return _Later(answer, None)
        status, headers, body = answer
        if status == 200:
            return _checked(body, image)
        if status == 404 and said(body):
            raise Missing(said(body))
        error, seconds = refused(status, body, image), _seconds(headers.get("Retry-After"))
        if status not in (408, 429) and status < 500 and not (status == 403 and reasons_of(body) & BUSY):
            raise error
        if seconds is not None and seconds > LONGEST:
            raise CloudFailed(f"{error} It asks to wait for {seconds:.0f} seconds.")
        return _Later(error, seconds)

    def _get(
        self, url: str, query: Mapping[str, str], image: GcpImage
    ) -> tuple[int, Mapping[str, str], Any] | CloudFailed:
        """Status, headers and JSON; an error is one that may pass."""
        from google.auth.exceptions import GoogleAuthError
        from requests import RequestException
        from requests.exceptions import ProxyError, SSLError

        try:
            answer = self._session.get(url, params=query, timeout=self._timeout, allow_redirects=False)
        except GoogleAuthError as error:
            raise untokened(error) from error
        except SSLError as error:
            raise CloudFailed(
                f"images.get of {image}: {error}. The certificate is not signed by a CA that is known here: set REQUESTS_CA_BUNDLE."
            ) from error
        except ProxyError as error:
            raise CloudFailed(
                f"images.get of {image}: {error}. Check HTTPS_PROXY and NO_PROXY where the module runs."
            ) from error
        except RequestException as error:
            return CloudFailed(
                f"images.get of {image}: {url.partition('/compute/')[0]} cannot be reached: {type(error).__name__}. Check the network and the proxy "
                "where the module runs (Private Service Connect: gcp.endpoint_url)."
            )
        try:
            return answer.status_code, answer.headers, answer.json()
        except ValueError:
            return answer.status_code, answer.headers, None


def _checked(body: Any, image: GcpImage) -> Json:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        raise CloudFailed(
            f"images.get of {image}: the answer is no image, so it was hardly Google that gave it. Check the proxy and gcp.endpoint_url."
        )
    return body


def _seconds(told: str | None) -> float | None:
    """Retry-After, in either of its forms."""
    if not told:
        return None
    if told.strip().isdigit():
        return float(told)
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(told).timestamp() - time.time()
    except (TypeError, ValueError):
        return None
