"""Pools and rounds as files: strict JSON, and sheets as CSV or XLSX."""

from matcher.formats.pools import pool_from_json, pool_to_json, read_pool
from matcher.formats.rounds import read_round, round_from_json, round_to_json

__all__ = [
    "pool_from_json",
    "pool_to_json",
    "read_pool",
    "read_round",
    "round_from_json",
    "round_to_json",
]
