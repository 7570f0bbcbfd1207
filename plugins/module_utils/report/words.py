# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a report, in the words that its HTML and its Markdown share."""

from __future__ import annotations

from typing import Any

from ..model.objects import Json, dig, mapping, sequence
from .text import short
from .todo import NEXT, NOW, should_boot

NONE = "\N{EN DASH}"
STATES = {
    "ok": "done",
    "attention": "done, with work left",
    "failed": "failed",
    "running": "not finished",
    "waiting": "not begun",
    "unreadable": "unreadable",
}
NOT_FINISHED = "This run is under way, or it was ended from outside. In that case run the same command again: it goes on where this run stopped."
NOT_LOOKED = "How the cluster stands after the run could not be looked at; what is told here is from before it."
EXISTING = (
    "Nodes that exist are not touched by a new boot image: a machine keeps what it was started from until it is replaced. They run the "
    "cluster's release all the same."
)
UNKNOWN = "Not known."
PHASES = {
    "offer": "until the version was on offer",
    "acceptance": "until the release was accepted",
    "control_plane": "control plane",
    "pools": "machine config pools",
}


def or_none(value: Any) -> str:
    """I(value), or a dash where there is none."""
    return NONE if value is None or value == "" else str(value)


def span(seconds: Any) -> str:
    """C(42 s), C(12 min), C(3 h 05 min)."""
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or not 0 <= seconds < 10**9:
        return NONE
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10:
        return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def moment(time: Any) -> str:
    """C(2026-11-22 20:16 UTC) of an ISO 8601 time in UTC."""
    return str(time)[:16].replace("T", " ") + " UTC" if time else NONE


def images(before: Any, after: Any) -> tuple[str, str]:
    """Two images by the part of their path that differs from image to image; in full where that is the same though they differ."""
    old, new = (NONE if each is None else short(str(each)) for each in (before, after))
    return (str(before), str(after)) if old == new and before != after else (old, new)


def way(report: Json) -> str:
    """C(4.17.3 → 4.18.1), or the version alone where it stays; one that was asked for and not reached says so."""
    before, wanted, after = (dig(report, "version", key) for key in ("before", "wanted", "after"))
    goal = wanted or after
    if not goal or before == goal:
        return or_none(before)
    reached = after == goal or report.get("state") == "running"
    doubt = "" if reached else " (not reached)" if after else " (whether reached is not known)"
    return f"{or_none(before)} → {goal}{doubt}"


def why(machine_set: Json) -> str:
    """Why a machine set is where it is."""
    if machine_set.get("updated_by"):
        return "Updated by {}.".format(machine_set["updated_by"])
    message = (
        should_boot(machine_set) if machine_set.get("decision") == "update" else or_none(machine_set.get("message"))
    )
    reported = machine_set.get("reported")
    return f"{message} The operator reports: {reported}" if reported else message


def phase(name: Any) -> str:
    """A phase of cluster_upgrade in words."""
    return PHASES.get(str(name), str(name).replace("_", " "))


def head(document: Json) -> list[tuple[str, str]]:
    """The facts at the top: what, and its value."""
    cluster, run, counts = (mapping(document.get(key)) for key in ("cluster", "run", "counts"))
    platform = " on ".join(str(each) for each in (cluster.get("distribution"), cluster.get("platform")) if each)
    found = [("Cluster", or_none(platform)), ("Version", way(document))]
    if cluster.get("channel"):
        found.append(("Channel", str(cluster["channel"])))
    if counts:
        found.append(("Boot images", tally(counts)))
        found.append(("Updated in this run", or_none(counts.get("updated"))))
    found += [
        ("Begun", moment(run.get("started"))),
        ("Ended", moment(run.get("ended"))),
        ("Took", span(run.get("seconds"))),
    ]
    return [(name, value) for name, value in found if value != NONE]


def tally(counts: Json) -> str:
    """C(3 of 5 current, 1 left, the control plane's not)."""
    found = ["{} of {} current".format(counts.get("current"), counts.get("total"))]
    found += [f"{counts[key]} {key}" for key in ("left", "unknown") if counts.get(key)]
    return ", ".join(found + (["the control plane's not"] if counts.get("aside") else []))


def compared(document: Json) -> list[tuple[str, str, str]]:
    """What can be set side by side, before and after: what, before, after."""
    told = (("Version", "version"), ("CoreOS stream", "stream"), ("Management of workers", "management"))
    rows = [(name, dig(document, key, "before"), dig(document, key, "after")) for name, key in told]
    return [(name, or_none(before), or_none(after)) for name, before, after in rows]


def machines(found: Any) -> str:
    """One sentence on the machines that exist."""
    if not isinstance(found, dict):
        return UNKNOWN
    old = len(found["old"])
    text = f"{old} of {found['total']} machines were started from another image than their machine set names now."
    return text + (f" Of {found['unknown']} it is not known." if found["unknown"] else "")


def back(record: Any) -> str:
    """How to go back; empty where there is no record."""
    if not record:
        return ""
    return f"The images as they were stand in record {record}. The playbook rollback with boot_images_record={record} brings them back."


def to_do(document: Json) -> list[tuple[str, list[Json]]]:
    """The lists of what a person must still do, each with its heading. A run that is under way has none."""
    if document["state"] == "running":
        return []
    groups = [mapping(each) for each in sequence(document["to_do"])]
    now, later = ([each for each in groups if each["when"] == when] for when in (NOW, NEXT))
    return [("What a person must still do", now), *([("Before the next upgrade", later)] if later else [])]


def pool(found: Json) -> tuple[str, str, str]:
    """Name, how many nodes are updated, whether it is paused."""
    nodes = "{} of {}".format(found["nodes_updated"], found["nodes"])
    return or_none(found["name"]), nodes, "yes" if found["paused"] else "no"
