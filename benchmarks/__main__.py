"""`python3 run.py bench [--json] [--only NAME]`: what the service takes, beside the least that any program would."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from . import badges, board, checkin, delegates, imports, overview, suggestion

Rows = list[dict[str, Any]]

BENCHMARKS: dict[str, Callable[[], Rows]] = {
    "badges": badges.run,
    "delegates": delegates.run,
    "imports": imports.run,
    "checkin": checkin.run,
    "board": board.run,
    "overview": overview.run,
    "suggestion": suggestion.run,
}


def main(argv: list[str]) -> int:
    """Measure, print a table or one JSON list on stdout; 0 also where an aim is missed, which is told."""
    parser = argparse.ArgumentParser(prog="run.py bench", description="Đo tốc độ, cạnh mức thấp nhất làm được trên máy này.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="in một tài liệu JSON ra stdout")
    parser.add_argument("--only", choices=BENCHMARKS, help="chỉ đo một mục")
    options = parser.parse_args(argv)
    rows: Rows = []
    for name, run in BENCHMARKS.items():
        if options.only in (None, name):
            say(f"Đang đo {name} …")
            rows += run()
    missed = [row["name"] for row in rows if not row["met"]]
    print(json.dumps(rows, ensure_ascii=False, indent=1) if options.as_json else table(rows))
    say(f"Chưa đạt: {'; '.join(missed)}." if missed else "Mọi mục đều đạt.")
    return 0


def say(text: str) -> None:
    """A word to the person at the terminal; stdout is for data."""
    print(text, file=sys.stderr, flush=True)


def table(rows: Rows) -> str:
    """The rows for the eye: one line each."""
    lines = [("mục", "số đo", "mức sàn", "tỷ lệ", "đạt", "mục tiêu")]
    for row in rows:
        figure, floor = (f"{row[key]:g} {row['unit']}" if row[key] is not None else "–" for key in ("figure", "floor"))
        ratio = f"{row['ratio']:.2f}" if row["ratio"] is not None else "–"
        lines.append((row["name"], figure, floor, ratio, "có" if row["met"] else "KHÔNG", row["aim"]))
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]) - 1)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(line, widths, strict=False)), line[-1]]) for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
