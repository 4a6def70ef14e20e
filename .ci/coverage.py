#!/usr/bin/env python3
"""Prints the region coverage of each module, and fails where too little is covered.

usage: coverage.py LLVM-COV-EXPORT.json REPOSITORY
"""
import json
import os
import sys

REQUIRED = {
    "VectorStore": 90.0,
    "VectorizerSettings": 90.0,
    "VectorizerCommands": 90.0,
    "VectorizerShell": 90.0,
    "VectorizerServer": 90.0,
}
SHOWN_FILE_COUNT = 20


def percent(covered, count):
    return 100.0 * covered / count if count else 100.0


def regions_by_file(report, repository):
    """Maps each file below Sources to its covered and all regions."""
    sources = os.path.join(os.path.realpath(repository), "Sources", "")
    files = {}
    for part in report["data"]:
        for file in part["files"]:
            path = os.path.realpath(file["filename"])
            if path.startswith(sources):
                regions = file["summary"]["regions"]
                files[path[len(sources):]] = (regions["covered"], regions["count"])
    return files


def main(report_path, repository):
    with open(report_path, encoding="utf-8") as stream:
        files = regions_by_file(json.load(stream), repository)
    modules = {}
    for path, (covered, count) in files.items():
        module = path.split("/")[0]
        before = modules.get(module, (0, 0))
        modules[module] = (before[0] + covered, before[1] + count)
    for module, (covered, count) in sorted(modules.items()):
        print(f"{module:20} {covered:6} of {count:6} regions {percent(covered, count):6.2f} %")
    poor = [
        module for module, floor in REQUIRED.items()
        if module not in modules or percent(*modules[module]) < floor
    ]
    missed = sorted(files.items(), key=lambda item: item[1][0] - item[1][1])
    print("most regions missed:")
    for path, (covered, count) in missed[:SHOWN_FILE_COUNT]:
        print(f"  {count - covered:4} missed, {percent(covered, count):6.2f} %  Sources/{path}")
    for module in poor:
        print(f"error: {module} is covered below {REQUIRED[module]} %", file=sys.stderr)
    return 1 if poor else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: coverage.py LLVM-COV-EXPORT.json REPOSITORY")
    sys.exit(main(sys.argv[1], sys.argv[2]))
