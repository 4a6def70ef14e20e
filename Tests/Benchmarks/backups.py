#!/usr/bin/env python3
"""Measures backups and restores beside restic, round by round in turns. See README.md beside this file.

usage: backups.py VECTORIZER BASE.fvecs PAYLOADS.jsonl [--rows 62700] [--rounds 5] [--folder DIR]
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np


def make_data(base, payload_lines, rows, folder):
    """Repeats real rows with a little noise; the last hundredth goes into files of its own."""
    rng = np.random.default_rng(7)
    vectors = np.concatenate([base] * (rows // len(base) + 1))[:rows].copy()
    vectors[len(base):] += rng.normal(0, 0.02, vectors[len(base):].shape).astype("<f4")
    vectors /= np.linalg.norm(vectors, axis=1)[:, None]
    order = rng.permutation(rows)
    cut = rows - rows // 100
    for name, part in (("base", order[:cut]), ("more", order[cut:])):
        np.save(f"{folder}/{name}.npy", vectors[part])
        with open(f"{folder}/{name}.jsonl", "w") as out:
            for number in part:
                row = json.loads(payload_lines[number % len(base)])
                row["id"] = f"{row['id']}-{number // len(base)}"
                out.write(json.dumps(row) + "\n")


def run(*command, **options):
    """Runs a command; returns CPU seconds, wall seconds and its output."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    reader = threading.Thread(target=lambda: child.stderr.read())
    reader.start()
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    reader.join()
    if status != 0:
        sys.exit(f"{command}: status {status}")
    return usage.ru_utime + usage.ru_stime, wall, output


def size(folder):
    return sum(os.path.getsize(f"{where}/{name}")
               for where, _, names in os.walk(folder) for name in names)


class Ours:
    name = "vectorizer"

    def __init__(self, program, folder):
        self.program, self.repository = program, f"{folder}/ours"

    def clear(self):
        shutil.rmtree(self.repository, ignore_errors=True)

    def backup(self, store):
        return run(self.program, "-q", "-D", store, "backup", self.repository)

    def restore(self, target):
        return run(self.program, "-q", "restore", self.repository, "--to", target)


class Restic:
    name = "restic"

    def __init__(self, folder):
        self.repository = f"{folder}/restic"
        self.environment = {**os.environ, "RESTIC_PASSWORD": "x", "RESTIC_CACHE_DIR": f"{folder}/cache"}

    def clear(self):
        shutil.rmtree(self.repository, ignore_errors=True)
        run("restic", "-r", self.repository, "init", "-q", env=self.environment)

    def backup(self, store):
        return run("restic", "-r", self.repository, "backup", store, "-q", env=self.environment)

    def restore(self, target):
        return run("restic", "-r", self.repository, "restore", "latest", "--target", target, "-q",
                   env=self.environment)


def insert(program, store, folder, name):
    return run(program, "-q", "-D", store, "insert", "docs", f"{folder}/{name}.npy",
               "--payloads", f"{folder}/{name}.jsonl")


def measure(programs, program, folder, rounds):
    figures = {one.name: {} for one in programs}

    def note(one, what, cpu, wall, bytes_written=None):
        figures[one.name].setdefault(what, []).append((cpu, wall, bytes_written))

    for number in range(rounds):
        turn = programs if number % 2 == 0 else programs[::-1]
        work = f"{folder}/work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(f"{folder}/store", work)
        for one in turn:
            one.clear()
        os.sync()
        steps = [("first", lambda: None), ("unchanged", lambda: None),
                 ("after 1 % new points", lambda: insert(program, work, folder, "more"))]
        for what, change in steps:
            change()
            os.sync()
            for one in turn:
                before = size(one.repository)
                cpu, wall, _ = one.backup(work)
                note(one, what, cpu, wall, size(one.repository) - before)
        for one in turn:
            target = f"{folder}/restored"
            shutil.rmtree(target, ignore_errors=True)
            os.sync()
            cpu, wall, _ = one.restore(target)
            note(one, "restore", cpu, wall)
    return figures


def writer(program, store, seconds, busy):
    """One-row inserts, one process each, for some seconds; their wall times."""
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and not busy.is_set():
        line = json.dumps({"id": f"w{len(times)}", "vector": [0.1] * 384, "payload": {}}).encode()
        start = time.perf_counter()
        subprocess.run([program, "-q", "-D", store, "--wait", "0", "insert", "docs", "-"], input=line,
                       stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return times


def report(figures):
    print("| step | program | CPU s | wall s | bytes written |\n|---|---|---|---|---|")
    for what in next(iter(figures.values())):
        for name, steps in figures.items():
            cpu, wall = (statistics.median(x[i] for x in steps[what]) for i in (0, 1))
            written = steps[what][0][2]
            print(f"| {what} | {name} | {cpu:.3f} | {wall:.3f} | {'' if written is None else written} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("base")
    parser.add_argument("payloads")
    parser.add_argument("--rows", type=int, default=62_700)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where to work; a scratch directory otherwise")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    raw = np.fromfile(arguments.base, dtype="<i4")
    base = raw.reshape(-1, raw[0] + 1)[:, 1:].view("<f4").copy()
    lines = open(arguments.payloads).read().splitlines()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        make_data(base, lines, arguments.rows, folder)
        store = f"{folder}/store"
        run(program, "-q", "-D", store, "init")
        run(program, "-q", "-D", store, "create-collection", "docs", "--dim", str(base.shape[1]))
        insert(program, store, folder, "base")
        run(program, "-q", "-D", store, "compact")
        print(f"{time.strftime('%F')}, {platform.machine()}, {os.cpu_count()} cores, "
              f"store of {size(store)} bytes, {arguments.rounds} rounds, medians")
        version = subprocess.run(["restic", "version"], capture_output=True, text=True).stdout.strip()
        print(version)
        ours = Ours(program, folder)
        report(measure([ours, Restic(folder)], program, folder, arguments.rounds))
        # A writer beside backups, and alone.
        ours.clear()
        alone = writer(program, store, 3, threading.Event())
        busy = threading.Event()
        beside = []
        thread = threading.Thread(target=lambda: beside.extend(writer(program, store, 60, busy)))
        thread.start()
        backups = 0
        end = time.perf_counter() + 5
        while time.perf_counter() < end:
            ours.backup(store)
            backups += 1
        busy.set()
        thread.join()
        for name, times in (("alone", alone), (f"beside {backups} backups", beside)):
            times.sort()
            print(f"one-row insert {name}: {len(times)} times, median {statistics.median(times) * 1e3:.1f} ms, "
                  f"95th {times[int(len(times) * 0.95)] * 1e3:.1f} ms, worst {times[-1] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
