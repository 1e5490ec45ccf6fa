"""One measurement in a process of its own: `python -m peers.child MODULE FUNCTION FOLDER`.

What is measured is loaded before the clock starts. Prints the seconds and the result as JSON; of
a set of faults, the faults.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path


def main(module: str, function: str, folder: str) -> None:
    """Run the function once and say how long it took."""
    sys.modules["pyspark"] = None  # type: ignore[assignment]  # pandera would load it wherever it is installed
    work = getattr(importlib.import_module(f"peers.{module}"), function)
    start = time.perf_counter()
    result = work(Path(folder))
    seconds = time.perf_counter() - start
    said = sorted(result) if isinstance(result, set) else result
    print(json.dumps({"seconds": seconds, "result": said}))


if __name__ == "__main__":
    main(*sys.argv[1:])
