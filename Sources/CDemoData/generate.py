#!/usr/bin/env python3
"""Writes DemoData.c from JSON lines of {"id", "vector", "payload"}.

    python3 generate.py packages.jsonl > DemoData.c

The same input gives the same output, byte for byte. Rows are taken section by section, in turns, so
that small families (editors, fonts, games, databases) are complete and big ones are represented.
"""

import json
import sys
import textwrap

COUNT = 300
DIMENSION = 384
TAG_COUNT = 6
LINE_WIDTH = 100

# Families in which "packages like this one" has convincing answers; they are taken up to the given
# number before the rest is filled up.
FAMILIES = {
    "python": 26, "rust": 20, "games": 19, "fonts": 7, "editors": 5, "database": 10, "graphics": 8,
    "sound": 14, "mail": 8, "web": 8, "science": 16, "math": 10, "net": 16, "admin": 14, "text": 12,
    "java": 10, "perl": 12, "javascript": 10, "golang": 10, "haskell": 8,
}


def chosen(rows):
    """The rows of the demo: each family's share, then the others in turns, in the input's order."""
    by_section = {}
    for index, row in enumerate(rows):
        by_section.setdefault(row["payload"]["section"], []).append(index)
    taken = []
    for section, share in FAMILIES.items():
        taken += by_section.get(section, [])[:share]
    others = [by_section[name] for name in sorted(by_section) if name not in FAMILIES]
    turn = 0
    while len(taken) < COUNT and any(turn < len(indices) for indices in others):
        taken += [indices[turn] for indices in others if turn < len(indices)]
        turn += 1
    if len(taken) < COUNT:
        sys.exit(f"only {len(taken)} of {COUNT} rows")
    return [rows[index] for index in sorted(taken[:COUNT])]


def point(row):
    """The id and the payload of a row, cut to what the demo shows."""
    payload = row["payload"]
    kept = {
        "package": payload["package"],
        "section": payload["section"],
        "short": payload["short"],
        "installed_size": payload["installed_size"],
        "tags": [tag for tag in payload["tags"] if not tag.endswith("TODO")][:TAG_COUNT],
    }
    return json.dumps(
        {"id": row["id"], "payload": kept}, ensure_ascii=True, separators=(",", ":"))


def millionths(row):
    """The components of a row as whole millionths; the input must have no finer ones."""
    values = [round(component * 1_000_000) for component in row["vector"]]
    if len(values) != DIMENSION or [value / 1_000_000 for value in values] != row["vector"]:
        sys.exit(f"{row['id']}: not {DIMENSION} components of six decimals")
    return values


def c_string(text):
    """A text as C string literals, none wider than a line. It has no control characters."""
    pieces = [text[start:start + 70] for start in range(0, len(text), 70)]
    escaped = [piece.replace("\\", "\\\\").replace('"', '\\"') for piece in pieces]
    return "\n".join(f'    "{piece}"' for piece in escaped)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as lines:
        rows = chosen([json.loads(line) for line in lines])
    print("// Made by generate.py; not to be changed by hand.\n")
    print('#include "CDemoData.h"\n')
    print("static const char *const points[VZ_DEMO_COUNT] = {")
    print(",\n".join(c_string(point(row)) for row in rows) + "\n};\n")
    print("static const int32_t vectors[VZ_DEMO_COUNT * VZ_DEMO_DIMENSION] = {")
    numbers = " ".join(f"{value}," for row in rows for value in millionths(row))
    print(textwrap.fill(numbers, LINE_WIDTH).replace(", ", ","))
    print("};\n")
    print("const int32_t *vz_demo_vector(int row) { return vectors + row * VZ_DEMO_DIMENSION; }\n")
    print("const char *vz_demo_point(int row) { return points[row]; }")


if __name__ == "__main__":
    main()
