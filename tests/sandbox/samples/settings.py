"""A sample as it will be loaded: its defaults with all overrides applied."""

from __future__ import annotations

from dataclasses import dataclass

from .platform import Platform


@dataclass(frozen=True)
class Settings:
    """What `sample.settle` makes of a sample's name and overrides; see there for the meaning of each field."""

    name: str
    platform: Platform
    release: str
    born: str
    channel: str
    infra: str
    region: str
    zones: tuple[str, ...]
    arch: str
    machine_sets: int
    machines: int
    available_updates: tuple[str, ...] | None
    gates: dict[str, str]
    acks: dict[str, str]
    nodes: bool
    feature_set: str
