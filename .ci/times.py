#!/usr/bin/env python3
"""Prints how many tests each target has and how long the run took; keeps both.

usage: times.py XUNIT.xml RECORD.json

Swift Testing begins all tests at once and lets them wait for a thread: the time that it tells of a
test is mostly waiting, and only the longest of them, the whole run, says something.
"""
import json
import sys
import xml.etree.ElementTree as xml


def main(path, record_path):
    counts, seconds = {}, 0.0
    for case in xml.parse(path).iter("testcase"):
        target = case.get("classname", "").partition(".")[0]
        counts[target] = counts.get(target, 0) + 1
        seconds = max(seconds, float(case.get("time", "0")))
    if not counts:
        print(f"error: {path} names no tests", file=sys.stderr)
        return 1
    for target, count in sorted(counts.items()):
        print(f"{target:24} {count:5} tests")
    print(f"{'all of them':24} {sum(counts.values()):5} tests {seconds:9.1f} s")
    record = {"seconds": round(seconds, 3), "tests": dict(sorted(counts.items()))}
    with open(record_path, "w", encoding="utf-8") as stream:
        json.dump(record, stream, indent=2)
        stream.write("\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: times.py XUNIT.xml RECORD.json")
    sys.exit(main(sys.argv[1], sys.argv[2]))
