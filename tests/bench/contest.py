"""All contestants in turn, round after round on the same instances, each in a process of its own."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.contestants import CONTESTANTS
from tests.bench.instances import TERRITORIES, Instance, instance_of

ROOT = Path(__file__).parents[2]
Trial = dict[str, Any]
PAIRS_OF_A_CITY = range(500_000, 20_000_001)
"""Where a quarter of all pairs are allowed, a larger table would take every contestant's memory."""
OFTEN = 1_000
"""Instances of more needs are tried half as often."""


Size = tuple[int, int]


@dataclass(frozen=True)
class Settings:
    """How much is measured; a contestant that passes a bound is not tried on anything larger of that kind."""

    sizes: tuple[Size, ...] = ((200, 100), (1_000, 500), (5_000, 2_500), (20_000, 10_000))
    rounds: int = 2
    seconds: int = 10
    gigabytes: float = 4
    scale: int = 200_000
    verified: int = 30_000

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Take SIZES, ROUNDS, LIMIT, MEMORY, SCALE and VERIFIED from the environment."""
        sizes = [size.split("x") for size in environment.get("SIZES", "").replace(",", " ").split()]
        return cls(
            sizes=tuple(sorted((int(needs), int(offers)) for needs, offers in sizes)) or cls.sizes,
            rounds=int(environment.get("ROUNDS", cls.rounds)),
            seconds=int(environment.get("LIMIT", cls.seconds)),
            gigabytes=float(environment.get("MEMORY", cls.gigabytes)),
            scale=int(environment.get("SCALE", cls.scale)),
            verified=int(environment.get("VERIFIED", cls.verified)),
        )


@dataclass(frozen=True)
class Contest:
    """An instance, and the trials of every contestant in the order of the rounds."""

    instance: Instance
    trials: Mapping[str, list[Trial]]


def contests(settings: Settings) -> Iterator[Contest]:
    """Hold a contest on each kind and size, small ones first; of the dense kind, those between."""
    for kind in TERRITORIES:
        left_out: dict[str, str] = {}
        for needs, offers in settings.sizes:
            if kind == "city" and needs * offers not in PAIRS_OF_A_CITY:
                continue
            instance = instance_of(kind, needs, offers)
            trials = _contest(instance, settings, left_out)
            yield Contest(instance, trials)
            for name, found in trials.items():
                if found[-1]["outcome"].startswith("over "):
                    left_out[name] = f"not tried: {found[-1]['outcome']} at {needs:,} × {offers:,}"


def _contest(instance: Instance, settings: Settings, left_out: dict[str, str]) -> dict[str, list[Trial]]:
    taking_part = list(CONTESTANTS)
    trials: dict[str, list[Trial]] = {
        name: [{"outcome": left_out[name]}] if name in left_out else [] for name in taking_part
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "instance"
        path.write_bytes(pickle.dumps(instance))
        needs = len(instance.priority)
        for turn in range(settings.rounds if needs <= OFTEN else max(settings.rounds // 2, 1)):
            for name in taking_part[turn:] + taking_part[:turn]:
                if all(earlier["outcome"] == "done" for earlier in trials[name]):
                    trials[name].append(trial(name, path, settings))
    return trials


def trial(name: str, path: Path, settings: Settings) -> Trial:
    """Let one contestant solve one instance in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.trial", name, path]
    command += [str(settings.seconds), f"{settings.gigabytes:g}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode == 0:
        told: Trial = json.loads(done.stdout.splitlines()[-1])
        return told
    return {"outcome": outcome_of(done.returncode, done.stderr, settings)}


def outcome_of(returncode: int, said: str, settings: Settings) -> str:
    """Tell how a process ended that could not answer."""
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"over {settings.seconds} s"
    if "bad_alloc" in said or "MemoryError" in said:
        return f"over {settings.gigabytes:g} GB"
    return f"ended with {returncode}: {(said.splitlines() or [''])[-1][:100]}"
