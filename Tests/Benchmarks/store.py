#!/usr/bin/env python3
"""Measures the main job: insert, search, count. See README.md beside this file.

usage: store.py VECTORIZER BASE.fvecs PAYLOADS.jsonl [--rows 62700] [--rounds 3]
"""
import argparse
import json
import os
import platform
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import sqlite_vec


def read_fvecs(path):
    raw = np.fromfile(path, dtype="<i4")
    dim = raw[0]
    return raw.reshape(-1, dim + 1)[:, 1:].view("<f4").copy()


def make_data(base, payload_lines, rows, folder):
    """Repeats real rows with a little noise, so that sizes and payloads are those of real data."""
    rng = np.random.default_rng(7)
    vectors = np.empty((rows, base.shape[1]), dtype="<f4")
    with open(f"{folder}/payloads.jsonl", "w") as out:
        for start in range(0, rows, len(base)):
            part = base[: min(len(base), rows - start)]
            noise = rng.normal(0, 0.02, part.shape).astype("<f4") if start else 0
            moved = part + noise
            vectors[start : start + len(part)] = moved / np.linalg.norm(moved, axis=1)[:, None]
            for line in payload_lines[: len(part)]:
                row = json.loads(line)
                row["id"] = f"{row['id']}-{start // len(base)}"
                out.write(json.dumps(row) + "\n")
    np.save(f"{folder}/vectors.npy", vectors)
    return vectors


def run(command, **options):
    """Runs a command; returns CPU seconds, wall seconds and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, wall, done.stdout


def insert_ours(program, folder, dim):
    store = f"{folder}/store"
    shutil.rmtree(store, ignore_errors=True)
    base = [program, "-D", store, "-q"]
    run(base + ["init"])
    run(base + ["create-collection", "docs", "--dim", str(dim)])
    line = ["insert", "docs", f"{folder}/vectors.npy", "--payloads", f"{folder}/payloads.jsonl"]
    return run(base + line)[:2]


PEER = """
import json, sqlite3, sys
import numpy as np, sqlite_vec
folder, dim = sys.argv[1], int(sys.argv[2])
db = sqlite3.connect(folder + "/peer.sqlite", isolation_level=None)
db.enable_load_extension(True); sqlite_vec.load(db)
db.execute("PRAGMA journal_mode=WAL"); db.execute("PRAGMA synchronous=FULL")
db.execute(f"CREATE VIRTUAL TABLE docs USING vec0(id TEXT PRIMARY KEY, "
           f"embedding float[{dim}] distance_metric=cosine, +payload TEXT)")
vectors = np.load(folder + "/vectors.npy", mmap_mode="r")
batch = []
def flush():
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO docs(id, embedding, payload) VALUES (?, ?, ?)", batch)
    db.execute("COMMIT"); batch.clear()
with open(folder + "/payloads.jsonl") as lines:
    for vector, line in zip(vectors, lines):
        row = json.loads(line)
        batch.append((row["id"], vector.tobytes(), json.dumps(row["payload"])))
        if len(batch) == 1000: flush()
if batch: flush()
db.close()
"""


def insert_peer(folder, dim):
    for name in os.listdir(folder):
        if name.startswith("peer.sqlite"):
            os.remove(f"{folder}/{name}")
    return run([sys.executable, "-c", PEER, folder, str(dim)])[:2]


def median_cpu(command, rounds):
    return statistics.median(run(command)[0] for _ in range(rounds))


def bulk(program, folder, vectors, rounds):
    ours, peer = [], []
    for _ in range(rounds):
        ours.append(insert_ours(program, folder, vectors.shape[1]))
        peer.append(insert_peer(folder, vectors.shape[1]))
    for name, k in (("cpu", 0), ("wall", 1)):
        a = statistics.median(t[k] for t in ours)
        b = statistics.median(t[k] for t in peer)
        print(f"durable insert {len(vectors)} x {vectors.shape[1]}, {name}: vectorizer {a:.2f} s "
              f"({len(vectors) / a:.0f} rows/s), sqlite-vec {b:.2f} s "
              f"({len(vectors) / b:.0f} rows/s), ratio {b / a:.2f}")


def one_row(program, folder, vectors):
    store = f"{folder}/single"
    shutil.rmtree(store, ignore_errors=True)
    base = [program, "-D", store, "-q"]
    run(base + ["init"])
    run(base + ["create-collection", "docs", "--dim", str(vectors.shape[1])])
    times = []
    for i in range(1000):
        line = json.dumps({"id": f"p{i}", "vector": vectors[i].tolist(), "payload": {"n": i}})
        times.append(run(base + ["insert", "docs"], input=line)[0])
    first, last = statistics.median(times[:200]), statistics.median(times[-200:])
    print(f"1,000 one-row inserts, CPU per process: median {statistics.median(times) * 1e3:.1f} ms, "
          f"first 200 {first * 1e3:.1f} ms, last 200 {last * 1e3:.1f} ms, "
          f"ratio {last / first:.2f}")


def one_shot(program, folder, vectors):
    store = f"{folder}/ten"
    shutil.rmtree(store, ignore_errors=True)
    base = [program, "-D", store, "-q"]
    np.save(f"{folder}/ten.npy", vectors[:10000])
    with open(f"{folder}/payloads.jsonl") as lines, open(f"{folder}/ten.jsonl", "w") as out:
        out.writelines(line for line, _ in zip(lines, range(10000)))
    run(base + ["init"])
    run(base + ["create-collection", "docs", "--dim", str(vectors.shape[1])])
    run(base + ["insert", "docs", f"{folder}/ten.npy", "--payloads", f"{folder}/ten.jsonl"])
    with open(f"{folder}/query.json", "w") as out:
        json.dump(vectors[10001].tolist(), out)
    search = base + ["search", "docs", "--vector", f"@{folder}/query.json"]
    filtered = search + ["--filter", "section = 'python'"]
    for name, command in (("search", search), ("search with filter", filtered),
                          ("version", [program, "version"])):
        run(command)
        print(f"one-shot {name}, 10,000 x {vectors.shape[1]}: "
              f"CPU {median_cpu(command, 51) * 1e3:.2f} ms")


def scan(program, folder, vectors):
    """Exact scans in one process, less its start, beside what the machine reads at all."""
    rng = np.random.default_rng(3)
    for name, count, collection in (("one", 1, "queries1"), ("many", 101, "queries101")):
        np.save(f"{folder}/{collection}.npy", rng.normal(size=(count, vectors.shape[1])).astype("<f4"))
    for store, rows in (("store", len(vectors)), ("ten", 10000)):
        base = [program, "-D", f"{folder}/{store}", "-q", "search", "docs", "-o", "ids", "--queries"]
        ours, peer = [], []
        for _ in range(5):
            many = run(base + [f"{folder}/queries101.npy"])[0]
            ours.append((many - run(base + [f"{folder}/queries1.npy"])[0]) / 100)
            flat = vectors[:rows].reshape(-1)
            start = time.process_time()
            for _ in range(10):
                np.dot(flat, flat)
            peer.append((time.process_time() - start) / 10)
        size = rows * vectors.shape[1] * 4
        a, b = size / min(ours) / 1e9, size / min(peer) / 1e9
        print(f"exact scan {rows} x {vectors.shape[1]}, one thread, k = 10: best {a:.1f} GB/s, median "
              f"{size / statistics.median(ours) / 1e9:.1f} GB/s; numpy.dot over the same floats: best "
              f"{b:.1f} GB/s, median {size / statistics.median(peer) / 1e9:.1f} GB/s")


def counts(program, folder, rows):
    base = [program, "-D", f"{folder}/store", "-q"]
    for filter in ("section = 'python' and installed_size > 1000", "tags contains 'role::program'",
                   "section != 'python'"):
        command = base + ["count", "docs", "--filter", filter]
        scan = median_cpu(command, 11)
        plain = run(command)[2]
        fields = [f for f in ("section", "installed_size", "tags") if f in filter]
        for field in fields:
            run(base + ["create-index", "docs", field])
        indexed = median_cpu(command, 11)
        if run(command)[2] != plain:
            sys.exit(f"the index changed the answer of {filter}")
        for field in fields:
            run(base + ["drop-index", "docs", field])
        print(f"count over {rows} payloads, {filter}: {plain.strip()} "
              f"scan {scan * 1e3:.1f} ms CPU, indexed {indexed * 1e3:.1f} ms CPU")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("base")
    parser.add_argument("payloads")
    parser.add_argument("--rows", type=int, default=62700)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    with open("/proc/cpuinfo") as cpu:
        model = next(line.split(":")[1].strip() for line in cpu if "model name" in line)
    print(f"{time.strftime('%Y-%m-%d')} {platform.system()} {platform.release()} {model}, "
          f"{os.cpu_count()} cores; sqlite-vec {sqlite_vec.__version__}, "
          f"SQLite {sqlite3.sqlite_version} in Python")
    with tempfile.TemporaryDirectory() as folder:
        with open(arguments.payloads) as lines:
            vectors = make_data(read_fvecs(arguments.base), lines.readlines(), arguments.rows, folder)
        bulk(program, folder, vectors, arguments.rounds)
        counts(program, folder, len(vectors))
        one_shot(program, folder, vectors)
        scan(program, folder, vectors)
        one_row(program, folder, vectors)


if __name__ == "__main__":
    main()
