#!/usr/bin/env python3
"""Measures what a one-shot command costs, several programs or stores in turns.

usage: startup.py ROUNDS COMMAND NAME=PROGRAM:DATA_DIR...

COMMAND is one argument, such as "search docs --id 1". Prints median and least processor time of each
and its ratio to the first.
"""
import os
import resource
import statistics
import subprocess
import sys


def milliseconds(program, arguments, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [program, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    rounds, arguments = int(sys.argv[1]), sys.argv[2].split()
    cases = []
    for argument in sys.argv[3:]:
        name, place = argument.split("=", 1)
        program, directory = place.rsplit(":", 1)
        cases.append((name, program, {**os.environ, "VECTORIZER_DATA_DIR": directory}))
    times = {name: [] for name, _, _ in cases}
    for _ in range(rounds):
        for name, program, environment in cases:
            times[name].append(milliseconds(program, arguments, environment))
    first = statistics.median(times[cases[0][0]])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name}: median {median:.2f} ms, least {min(values):.2f} ms, {median / first:.2f} x")


if __name__ == "__main__":
    main()
