#!/usr/bin/env python3
"""Prints how long the tests of each target took, and which suites took longest; keeps both.

usage: times.py XUNIT.xml RECORD.json

Tests run at the same time, so that their times add up to more than a clock shows.
"""
import json
import sys
import xml.etree.ElementTree as xml

SHOWN_SUITE_COUNT = 20


def tests_by_suite(path):
    """Maps each suite, as target and name, to its tests and their seconds."""
    suites = {}
    for case in xml.parse(path).iter("testcase"):
        target, _, suite = case.get("classname", "").partition(".")
        count, seconds = suites.get((target, suite), (0, 0.0))
        suites[target, suite] = (count + 1, seconds + float(case.get("time", "0")))
    return suites


def main(path, record_path):
    suites = tests_by_suite(path)
    if not suites:
        print(f"error: {path} names no tests", file=sys.stderr)
        return 1
    targets = {}
    for (target, _), (count, seconds) in suites.items():
        before = targets.get(target, (0, 0.0))
        targets[target] = (before[0] + count, before[1] + seconds)
    for target, (count, seconds) in sorted(targets.items()):
        print(f"{target:24} {count:5} tests {seconds:9.1f} s")
    slowest = sorted(suites.items(), key=lambda item: -item[1][1])
    print("slowest suites:")
    for (target, suite), (count, seconds) in slowest[:SHOWN_SUITE_COUNT]:
        print(f"  {seconds:9.1f} s {count:5} tests  {target}.{suite}")
    record = {
        "targets": {
            target: {"tests": count, "seconds": round(seconds, 3)}
            for target, (count, seconds) in sorted(targets.items())
        },
        "suites": {
            f"{target}.{suite}": {"tests": count, "seconds": round(seconds, 3)}
            for (target, suite), (count, seconds) in slowest
        },
    }
    with open(record_path, "w", encoding="utf-8") as stream:
        json.dump(record, stream, indent=2)
        stream.write("\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: times.py XUNIT.xml RECORD.json")
    sys.exit(main(sys.argv[1], sys.argv[2]))
