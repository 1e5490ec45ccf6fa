"""How much memory a run may take: `2GB`, `512MiB` or `50%` as a number of bytes."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..errors import OnrecordError

LEAST = 256 * 1024 * 1024
DEFAULT = 1000**3  # enough for a hundred million rows; see the note on the speed of the check
_OWN = 256 * 1024 * 1024  # what Python, Arrow and the program itself take beside the engine's tables
_UNITS = {"": 1, "B": 1} | {f"{letter}B": 1000**n for n, letter in enumerate("KMGT", 1)}
_UNITS |= {f"{letter}IB": 1024**n for n, letter in enumerate("KMGT", 1)}
_AMOUNT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) *([A-Za-z]*|%)", re.ASCII)
_MOST = 2**60
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container


class NoAmount(OnrecordError, ValueError):
    """A text is not an amount of memory that a run can be given."""


def read_memory(text: str) -> int:
    """An amount of memory in bytes. Raises NoAmount when it is none, or too little to work with."""
    read = _AMOUNT.fullmatch(text.strip())
    unit = read[2].upper() if read else ""
    if read is None or (unit != "%" and unit not in _UNITS):
        raise NoAmount(f"{text!r} is not an amount of memory", help="write it like 2GB, 512MiB or 50%")
    amount = int(float(read[1]) * (installed() / 100 if unit == "%" else _UNITS[unit]))
    if amount < LEAST:
        raise NoAmount(f"{text} is too little memory", help=f"the least is {LEAST // 1024**2}MiB")
    return min(amount, _MOST)


def default_memory() -> int:
    """What a run may take when nobody says: one gigabyte, or half of what there is."""
    try:
        return max(LEAST, min(DEFAULT, installed() // 2))
    except NoAmount:
        return DEFAULT


def engine_share(memory: int) -> int:
    """What the engine may hold of the memory that a whole run may take."""
    return max(memory // 2, memory - _OWN - memory // 16)  # it takes somewhat more than it is allowed


def installed() -> int:
    """The memory of this machine or container. Raises NoAmount when it cannot be told."""
    try:
        amount = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError) as error:
        raise NoAmount("this system does not tell how much memory it has", help="write it like 2GB") from error
    return min([amount, *_limits()])


def _limits() -> list[int]:
    found = []
    for place in _LIMITS:
        try:
            found.append(int(Path(place).read_text(encoding="ascii")))
        except (OSError, ValueError):  # `max`, or no container
            continue
    return found
