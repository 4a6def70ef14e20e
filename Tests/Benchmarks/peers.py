#!/usr/bin/env python3
"""Compares `vectorizer bench` with hnswlib, usearch and Faiss. See README.md beside this file.

usage: peers.py BASE.fvecs QUERIES.fvecs TRUTH.ivecs --metric cosine|euclidean
                [--ours VECTORIZER] [--peers hnswlib,usearch-bf16,…] [--ef 16,24,32,…]
                [--rounds 3] [--rebuild] [--core 0] [--faiss-ivf FACTORY] [--save FILE.json]

All of it runs on one core with one thread, and what counts is CPU time. Each round runs ours, then
every peer; the figures are medians over the rounds. A peer answers the queries one call at a time
and all in one call, and the faster of the two counts. Without --ours only the peers are measured.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

# Before numpy and Faiss start their threads.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

CONNECTIVITY = 16
EF_CONSTRUCTION = 200
DEFAULT_EF = "12,16,20,24,28,32,40,48,56,64,80,96,128,160,192,256,384"
RECALL_BARS = (0.99, 0.95)


# Data


def read_vecs(path, kind):
    """Rows of an fvecs ("<f4") or ivecs ("<i4") file."""
    raw = np.fromfile(path, dtype="<i4")
    return raw.reshape(-1, raw[0] + 1)[:, 1:].view(kind).copy()


def unit_length(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def recall_at(k, found, truth):
    hits = sum(len(np.intersect1d(a[:k], b[:k])) for a, b in zip(found, truth))
    return hits / (k * len(truth))


# Peers: each builds an index, then answers queries at each setting of a sweep.


class Hnswlib:
    """hnswlib, compiled for this processor; the peer that the bars name."""

    def __init__(self, options):
        import hnswlib

        self.library, self.options = hnswlib, options
        self.settings = options.ef

    def build(self, base):
        # The rows have unit length when the metric is cosine: "ip" saves normalising them again.
        space = {"cosine": "ip", "euclidean": "l2"}[self.options.metric]
        self.index = self.library.Index(space=space, dim=base.shape[1])
        self.index.init_index(len(base), M=CONNECTIVITY, ef_construction=EF_CONSTRUCTION)
        self.index.set_num_threads(1)
        self.index.add_items(base, num_threads=1)

    def use(self, ef):
        self.index.set_ef(ef)

    def search(self, queries, k):
        return self.index.knn_query(queries, k=k, num_threads=1)[0]


class Usearch:
    """usearch with the same graph parameters and vectors stored as `kind`."""

    def __init__(self, options, kind):
        from usearch.index import Index

        self.create, self.options, self.kind = Index, options, kind
        self.settings = options.ef

    def build(self, base):
        metric = {"cosine": "cos", "euclidean": "l2sq"}[self.options.metric]
        self.index = self.create(
            ndim=base.shape[1],
            metric=metric,
            dtype=self.kind,
            connectivity=CONNECTIVITY,
            expansion_add=EF_CONSTRUCTION,
        )
        self.index.add(np.arange(len(base)), base, threads=1)

    def use(self, ef):
        self.index.expansion_search = ef

    def search(self, queries, k):
        keys = self.index.search(queries, k, threads=1).keys
        return keys.reshape(len(queries), -1)


class Faiss:
    """What a Faiss factory string says, over unit vectors when the metric is cosine."""

    def __init__(self, options, factory):
        import faiss

        faiss.omp_set_num_threads(1)
        self.library, self.options, self.factory = faiss, options, factory

    def build(self, base):
        inner = self.options.metric == "cosine"
        metric = self.library.METRIC_INNER_PRODUCT if inner else self.library.METRIC_L2
        factory = self.factory.format(half=base.shape[1] // 2)
        self.index = self.library.index_factory(base.shape[1], factory, metric)
        self.prepare()
        self.index.train(base)
        self.index.add(base)

    def prepare(self):
        pass

    def search(self, queries, k):
        return self.index.search(queries, k)[1]


class FaissGraph(Faiss):
    def __init__(self, options, factory):
        super().__init__(options, factory)
        self.settings = options.ef

    def prepare(self):
        self.index.hnsw.efConstruction = EF_CONSTRUCTION

    def use(self, ef):
        self.index.hnsw.efSearch = ef


class FaissLists(Faiss):
    """IVF with 4-bit codes scanned in registers, re-ranked with full vectors ("…,RFlat")."""

    def __init__(self, options, factory):
        super().__init__(options, factory)
        self.settings = [(p, f) for p in options.nprobe for f in options.refine]

    def use(self, setting):
        nprobe, refine = setting
        self.library.ParameterSpace().set_index_parameter(self.index, "nprobe", nprobe)
        self.index.k_factor = refine


def make_peer(name, options):
    if name == "hnswlib":
        return Hnswlib(options)
    if name.startswith("usearch-"):
        return Usearch(options, name.removeprefix("usearch-"))
    if name == "faiss-ivf":
        return FaissLists(options, options.faiss_ivf)
    if name.startswith("faiss-hnsw"):
        return FaissGraph(options, name.removeprefix("faiss-").upper() + ",Flat")
    sys.exit(f"unknown peer {name}")


# Measuring


def cpu_seconds_of(action):
    start = time.process_time()
    action()
    return time.process_time() - start


def queries_per_cpu_second(answer, count, min_seconds):
    """Repeats `answer`, which answers `count` queries, until that took long enough to be timed."""
    spent, repeats = 0.0, 0
    while spent < min_seconds:
        spent += cpu_seconds_of(answer)
        repeats += 1
    return count * repeats / spent


def measure_setting(peer, setting, queries, truth, options):
    peer.use(setting)
    singles = [queries[i : i + 1] for i in range(len(queries))]

    def one_by_one():
        for query in singles:
            peer.search(query, options.k)

    found = peer.search(queries, options.k)
    rates = {
        "calls": queries_per_cpu_second(one_by_one, len(queries), options.min_seconds),
        "batch": queries_per_cpu_second(
            lambda: peer.search(queries, options.k), len(queries), options.min_seconds
        ),
    }
    how = max(rates, key=rates.get)
    name = "/".join(map(str, setting)) if isinstance(setting, tuple) else str(setting)
    recall = recall_at(options.k, found, truth)
    return {"setting": name, "recall": recall, "rate": rates[how], "how": how}


def run_ours(options):
    """One run of the benchmark in our program, pinned as this process is."""
    line = [options.ours, "bench", "--base", options.base, "--queries", options.queries]
    line += ["--ground-truth", options.truth, "--metric", options.metric, "-k", str(options.k)]
    line += ["--ef", ",".join(map(str, options.ef)), "--threads", "1", "-o", "jsonl"]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(line)}: exit {done.returncode}: {done.stderr}")
    rows = [json.loads(text) for text in done.stdout.splitlines() if text]
    build = next(row["cpu_seconds"] for row in rows if row["phase"] == "build")
    points = [
        {
            "setting": str(row["ef"]),
            "recall": row["recall"],
            "rate": row["cpu_qps"],
            "how": "bench",
        }
        for row in rows
        if row["phase"] == "search"
    ]
    return build, points


class Series:
    """The runs of one program: build times, and for each setting its points."""

    def __init__(self, name):
        self.name, self.builds, self.runs = name, [], {}

    def add(self, build, points):
        if build is not None:
            self.builds.append(build)
        for point in points:
            self.runs.setdefault(point["setting"], []).append(point)

    def build_seconds(self):
        return statistics.median(self.builds)

    def points(self):
        """Per setting: median recall and rate, lowest and highest rate, and the way of calling."""
        for setting, runs in self.runs.items():
            rates = [run["rate"] for run in runs]
            yield {
                "setting": setting,
                "recall": statistics.median(run["recall"] for run in runs),
                "rate": statistics.median(rates),
                "low": min(rates),
                "high": max(rates),
                "how": "/".join(sorted({run["how"] for run in runs})),
            }

    def best(self, bar):
        """The fastest point whose recall reaches the bar."""
        return max(
            (point for point in self.points() if point["recall"] >= bar),
            key=lambda point: point["rate"],
            default=None,
        )


def measure(options, base, queries, truth):
    """Runs all rounds; returns a series per program, ours first."""
    peers = {name: make_peer(name, options) for name in options.peers}
    names = (["vectorizer"] if options.ours else []) + options.peers
    series = {name: Series(name) for name in names}
    if options.metric == "cosine":
        base, queries = unit_length(base), unit_length(queries)
    for number in range(options.rounds):
        for name, one in series.items():
            print(f"round {number + 1}: {name}", file=sys.stderr, flush=True)
            if name == "vectorizer":
                one.add(*run_ours(options))
                continue
            peer, build = peers[name], None
            if number == 0 or options.rebuild:
                build = cpu_seconds_of(lambda: peer.build(base))
            settings = peer.settings
            one.add(build, [measure_setting(peer, s, queries, truth, options) for s in settings])
    return list(series.values())


# Reporting


def describe_host(options, base, queries):
    with open("/proc/cpuinfo") as cpu:
        model = next(line.split(":")[1].strip() for line in cpu if "model name" in line)
    packages = ("hnswlib", "usearch", "faiss-cpu", "numpy")
    system = f"{platform.system()} {platform.release()} {model}"
    print(f"{time.strftime('%Y-%m-%d')} {system}, pinned to core {options.core}; "
          + ", ".join(f"{name} {version(name)}" for name in packages))
    print(f"{os.path.basename(options.base)}: {len(base)} x {base.shape[1]}, {options.metric}, "
          f"{len(queries)} queries, recall@{options.k}, {options.rounds} rounds, load "
          f"{os.getloadavg()[0]:.1f}; M {CONNECTIVITY}, efConstruction {EF_CONSTRUCTION}, "
          f"faiss-ivf {options.faiss_ivf}")


def print_sweeps(series):
    for one in series:
        print(f"\n{one.name}: build {one.build_seconds():.2f} CPU s")
        print(f"{'setting':>10} {'recall':>7} {'q/CPU s':>8} {'low':>8} {'high':>8}  how")
        for point in sorted(one.points(), key=lambda p: (p["recall"], -p["rate"])):
            print(f"{point['setting']:>10} {point['recall']:7.4f} {point['rate']:8.0f} "
                  f"{point['low']:8.0f} {point['high']:8.0f}  {point['how']}")


def print_summary(series):
    ours = next((one for one in series if one.name == "vectorizer"), None)
    print()
    for bar in RECALL_BARS:
        mine = ours.best(bar) if ours else None
        for one in series:
            best = one.best(bar)
            if best is None:
                print(f"recall >= {bar}: {one.name} does not reach it")
                continue
            ratio = ""
            if mine and one is not ours:
                ratio = f", ours/theirs {mine['rate'] / best['rate']:.2f}"
            print(f"recall >= {bar}: {one.name} {best['rate']:.0f} queries/CPU s "
                  f"(at {best['setting']}, recall {best['recall']:.4f}){ratio}")
    for one in series:
        ratio = ""
        if ours and one is not ours:
            ratio = f", theirs/ours {one.build_seconds() / ours.build_seconds():.2f}"
        print(f"build: {one.name} {one.build_seconds():.2f} CPU s{ratio}")


def save(path, series):
    with open(path, "w") as out:
        table = {one.name: {"builds": one.builds, "points": list(one.points())} for one in series}
        json.dump(table, out, indent=1)


def numbers(text):
    return [int(part) for part in text.split(",")]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base")
    parser.add_argument("queries")
    parser.add_argument("truth")
    parser.add_argument("--metric", choices=("cosine", "euclidean"), default="cosine")
    parser.add_argument("--ours", metavar="VECTORIZER", type=os.path.abspath)
    parser.add_argument("--peers", type=lambda text: [p for p in text.split(",") if p],
                        default="hnswlib,usearch-bf16,faiss-hnsw32,faiss-ivf")
    parser.add_argument("--ef", type=numbers, default=DEFAULT_EF)
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rebuild", action="store_true", help="peers build anew in each round")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--faiss-ivf", default="IVF1024,PQ{half}x4fs,RFlat", metavar="FACTORY",
                        help="{half} stands for half the dimension")
    parser.add_argument("--nprobe", type=numbers, default="2,4,8,16,32,48,64,96,128")
    parser.add_argument("--refine", type=numbers, default="3,8,12,16", help="k factors of Faiss")
    parser.add_argument("--min-seconds", type=float, default=0.3, help="CPU seconds per point")
    parser.add_argument("--save", metavar="FILE.json")
    return parser.parse_args()


def main():
    options = parse_arguments()
    os.sched_setaffinity(0, {options.core})
    base, queries = read_vecs(options.base, "<f4"), read_vecs(options.queries, "<f4")
    truth = read_vecs(options.truth, "<i4")
    describe_host(options, base, queries)
    series = measure(options, base, queries, truth)
    print_sweeps(series)
    print_summary(series)
    if options.save:
        save(options.save, series)


if __name__ == "__main__":
    main()
