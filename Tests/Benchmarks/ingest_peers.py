#!/usr/bin/env python3
"""Insert until indexed, and filtered search, beside other embedded stores. See README.md here.

usage: ingest_peers.py BASE.fvecs PAYLOADS.jsonl QUERIES.fvecs [--ours VECTORIZER]
                       [--peers lancedb,qdrant,qdrant-int8,zvec] [--rounds 3]
                       [--filters section=python,arch=all] [--ef 16,32,64,128,256]

Two cores. Ours is `insert` and `compact`: whole processes that read their files. A peer runs in a
fresh process, and its clock starts when its rows lie in memory in the form that its calls take.
Filtered search is one process, one thread and one filter for all queries, with an index on the
payload field; its figure is queries per CPU second. Ours has the start of the process taken off.
"""
import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

import numpy as np

from embedded_stores import INGEST, K, search_qdrant

RECALL_BARS = (0.99, 0.95)
PACKAGES = ("lancedb", "qdrant-edge-py", "zvec")


# Data


def read_fvecs(path):
    raw = np.fromfile(path, dtype="<i4")
    return raw.reshape(-1, raw[0] + 1)[:, 1:].view("<f4").copy()


def read_payloads(path):
    with open(path) as lines:
        return [json.loads(line)["payload"] for line in lines]


def exact_neighbours(vectors, queries, rows):
    """The K nearest of `rows` by cosine, for each query."""
    part = vectors[rows] / np.linalg.norm(vectors[rows], axis=1, keepdims=True)
    return rows[np.argsort(-(queries @ part.T), axis=1)[:, :K]]


def run_child(options):
    """What a peer's own process does; prints laps, or with --sweep the filtered searches."""
    vectors, payloads = read_fvecs(options.base), read_payloads(options.payloads)
    fields = filter_fields(options) if options.sweep else []
    result = INGEST[options.child](options.folder, vectors, payloads, fields)
    if options.sweep:
        result = sweep(options, search_qdrant)
    print(json.dumps(result))


# Ours


def run(command):
    """Runs a command; returns its wall and CPU seconds and its output."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"wall": wall, "cpu": cpu}, done.stdout


def ingest_ours(options, fields):
    program = [options.ours, "-D", f"{options.folder}/store", "-q"]
    dimension = int(np.fromfile(options.base, dtype="<i4", count=1)[0])
    run(program + ["init"])
    run(program + ["create-collection", "docs", "--dim", str(dimension)])
    for field in fields:
        run(program + ["create-index", "docs", field])
    source = [options.base, "--payloads", options.payloads]
    insert = run(program + ["insert", "docs"] + source)[0]
    return {"insert": insert, "index": run(program + ["compact", "docs"])[0]}


def search_ours(options):
    """The same as `search_qdrant`, less the process's start: all queries less one query."""
    with open(options.payloads) as lines:
        rows = {json.loads(line)["id"]: number for number, line in enumerate(lines)}

    def search(folder, queries, field, value, ef):
        command = [options.ours, "-D", f"{folder}/store", "-q", "search", "docs", "-o", "ids"]
        command += ["--filter", f"{field} = '{value}'", "--ef", str(ef), "-k", str(K)]
        seconds = []
        for count in (1, len(queries)):
            np.save(f"{folder}/queries.npy", queries[:count])
            line = command + ["--threads", "1", "--queries", f"{folder}/queries.npy"]
            runs = [run(line) for _ in range(3)]
            seconds.append(statistics.median(spent["cpu"] for spent, _ in runs))
        ids = [rows[line] for line in runs[0][1].splitlines()]
        found = [ids[start : start + K] for start in range(0, len(ids), K)]
        return found, (len(queries) - 1) / (seconds[1] - seconds[0])

    return search


# Rounds and report


def filter_fields(options):
    return sorted({field for field, _ in options.filters})


def sweep(options, search):
    """Measures `search(folder, queries, field, value, ef)` for each filter and ef."""
    vectors, payloads = read_fvecs(options.base), read_payloads(options.payloads)
    queries, points = read_fvecs(options.queries), []
    for field, value in options.filters:
        rows = np.flatnonzero([payload[field] == value for payload in payloads])
        truth = exact_neighbours(vectors, queries, rows).tolist()
        for ef in options.ef:
            found, rate = search(options.folder, queries, field, value, ef)
            hits = sum(len(set(a) & set(b)) for a, b in zip(found, truth))
            recall = hits / (K * len(queries))
            points.append({"filter": f"{field}={value}", "ef": ef, "recall": recall, "rate": rate})
    return points


def run_one(name, options, is_sweep=False):
    """Ingests into an empty folder; returns the laps, or the searches of a sweep."""
    with tempfile.TemporaryDirectory(dir=options.scratch) as options.folder:
        if name == "vectorizer":
            laps = ingest_ours(options, filter_fields(options) if is_sweep else [])
            return sweep(options, search_ours(options)) if is_sweep else laps
        line = [sys.executable, os.path.abspath(__file__)] + sys.argv[1:]
        line += ["--child", name, "--folder", options.folder] + ["--sweep"] * is_sweep
        return json.loads(run(line)[1].splitlines()[-1])


def report_ingest(results, rows):
    totals = {}
    print(f"{'':12}{'insert wall':>12}{'index wall':>12}{'wall':>9}{'CPU':>9}{'rows/s':>9}")
    for name, runs in results.items():
        insert, index = (statistics.median(r[lap]["wall"] for r in runs) for lap in runs[0])
        wall, cpu = (statistics.median(r["insert"][c] + r["index"][c] for r in runs)
                     for c in ("wall", "cpu"))
        totals[name] = wall, cpu
        print(f"{name:12}{insert:12.2f}{index:12.2f}{wall:9.2f}{cpu:9.2f}{rows / wall:9.0f}")
    ours = totals.pop("vectorizer", None)
    for name, (wall, cpu) in totals.items() if ours else ():
        print(f"{name} / vectorizer: wall {wall / ours[0]:.2f}, CPU {cpu / ours[1]:.2f}")


def report_filtered(results):
    for condition in dict.fromkeys(p["filter"] for points in results.values() for p in points):
        for name, points in results.items():
            points = [p for p in points if p["filter"] == condition]
            print(f"{condition}: {name}, ef:recall:queries/CPU s " + " ".join(
                f"{p['ef']}:{p['recall']:.4f}:{p['rate']:.0f}" for p in points))
            for bar in RECALL_BARS:
                best = max((p["rate"] for p in points if p["recall"] >= bar), default=0)
                print(f"    recall >= {bar}: {f'{best:.0f}' if best else 'does not reach it'}")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("base", "payloads", "queries"):
        parser.add_argument(name, type=os.path.abspath)
    listed = lambda text: text.split(",") if text else []
    parser.add_argument("--ours", metavar="VECTORIZER", type=os.path.abspath)
    parser.add_argument("--peers", type=listed, default=",".join(INGEST))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--filters", default="section=python,arch=all",
                        type=lambda text: [tuple(part.split("=")) for part in listed(text)])
    parser.add_argument("--ef", type=lambda text: [int(part) for part in listed(text)],
                        default="16,32,64,128,256")
    parser.add_argument("--scratch", metavar="FOLDER", help="where the stores are made")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--sweep", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse_arguments()
    if options.child:
        return run_child(options)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    rows = len(read_payloads(options.payloads))
    print(f"{time.strftime('%Y-%m-%d')} {platform.system()} {platform.release()}, load "
          f"{os.getloadavg()[0]:.1f}; " + ", ".join(f"{name} {version(name)}" for name in PACKAGES))
    print(f"{os.path.basename(options.base)}: {rows} rows, medians of {options.rounds} rounds")
    names = (["vectorizer"] if options.ours else []) + options.peers
    results = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            results[name].append(run_one(name, options))
    report_ingest(results, rows)
    searching = [name for name in names if name.startswith(("vectorizer", "qdrant"))]
    report_filtered({name: run_one(name, options, is_sweep=True) for name in searching})


if __name__ == "__main__":
    main()
