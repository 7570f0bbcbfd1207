# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Google Cloud: do images exist, and what are they."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor

from ..model.errors import BootImageError
from ..model.gcp_image import GcpImage, parse
from ..model.images import ImageFacts
from .base import Answer
from .gcp_client import AT_ONCE, Compute, Missing
from .gcp_facts import FIELDS, facts_of, missing, named


class GCP:
    """The Cloud of Infrastructure's platform type GCP.

    Google cannot be asked for several images of several projects at once, so each one is asked for once, however many names, sets and regions
    it has; the answers are kept as long as this object.
    """

    name = "GCP"

    def __init__(self, compute: Compute) -> None:
        self.compute = compute
        self._lock = threading.Lock()
        self._answers: dict[GcpImage, Future[Answer]] = {}

    def images(self, region: str, ids: Collection[str]) -> dict[str, Answer]:
        """:param region: only told back: to Google images are global.
        :param ids: as C(disks[].image) has them, families and URLs too. What is no image's name does not exist.
        :raises BootImageError: there is no token, so nothing can be asked: MissingLibrary, InvalidInput, CloudUnauthorized, CloudForbidden,
            CloudFailed. One image's refusal is among the answers: who may read one project may not read another.
        """
        parsed = {each: parse(each, self.compute.options.project) for each in ids}
        wanted = {each for each in parsed.values() if each is not None}
        if wanted:
            self.compute.open()
        found = self._asked(wanted)
        return {name: _told(name, region, image, found) for name, image in parsed.items()}

    def _asked(self, wanted: Collection[GcpImage]) -> dict[GcpImage, Answer]:
        with self._lock:
            new = {image: Future[Answer]() for image in wanted if image not in self._answers}
            self._answers.update(new)
            futures = {image: self._answers[image] for image in wanted}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for image, future in new.items():
                pool.submit(self._ask, image, future)
        return {image: future.result() for image, future in futures.items()}

    def _ask(self, image: GcpImage, future: Future[Answer]) -> None:
        try:
            future.set_result(facts_of("", image, self.compute.image(image, FIELDS)))
        except Missing as error:
            future.set_result(missing("", image, str(error)))
        except BootImageError as error:
            future.set_result(error)
        except BaseException as error:
            future.set_exception(error)


def _told(name: str, region: str, image: GcpImage | None, found: dict[GcpImage, Answer]) -> Answer:
    if image is None:
        return ImageFacts(name, region, exists=False, state_reason="this is no image of Google Cloud's")
    answer = found[image]
    return answer if isinstance(answer, BootImageError) else named(answer, name, region)
