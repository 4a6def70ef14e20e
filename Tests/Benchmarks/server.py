#!/usr/bin/env python3
"""Measures the server under load from wrk, and a Chroma server with the same form of request.

usage: server.py VECTORIZER BASE.fvecs QUERIES.fvecs [--rows 60000] [--seconds 10] [--chroma PROGRAM]
                 [--parts searches,upserts,beside,slow]

wrk and the server share the machine's cores. Prints the lines of a table; see README.md beside this
file.
"""
import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np

K = 10
SEARCH = """
local bodies, place = {}, 0
for line in io.lines("%s") do bodies[#bodies + 1] = line end
wrk.method = "%s"
wrk.headers["Content-Type"] = "application/json"
request = function()
  place = place %% #bodies + 1
  return wrk.format(nil, nil, nil, bodies[place])
end
"""


def read_fvecs(path):
    raw = np.fromfile(path, dtype="<i4")
    return raw.reshape(-1, raw[0] + 1)[:, 1:].view("<f4").copy()


def repeated(base, rows):
    """Repeats real rows with a little noise, as store.py does."""
    rng = np.random.default_rng(7)
    parts = []
    for start in range(0, rows, len(base)):
        part = base[: min(len(base), rows - start)]
        moved = part + (rng.normal(0, 0.02, part.shape).astype("<f4") if start else 0)
        parts.append(moved / np.linalg.norm(moved, axis=1)[:, None])
    return np.concatenate(parts).astype("<f4")


def numbers(vector):
    return [float(component) for component in np.round(vector, 6)]


class Server:
    """A server process on a port, and calls to it."""

    def __init__(self, command, port, ready):
        self.port = port
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True
        )
        end = time.time() + 60
        while time.time() < end:
            try:
                self.call("GET", ready)
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{command} does not answer")

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text) if text[:1] in b"{[" else text

    def cpu(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wrk(self, path, bodies, connections, seconds, method="POST"):
        """Rate, p99 in milliseconds, server's CPU per request in milliseconds, failures."""
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(SEARCH % (bodies, method))
            script.flush()
            before = self.cpu()
            out = subprocess.run(
                [
                    "wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}",
                    "--timeout", "30", "-s", script.name, f"http://127.0.0.1:{self.port}{path}",
                ],
                capture_output=True, text=True, check=True,
            ).stdout
            spent = self.cpu() - before
        count = int(re.search(r"(\d+) requests in", out).group(1))
        rate = float(re.search(r"Requests/sec: +([\d.]+)", out).group(1))
        value, unit = re.search(r"99% +([\d.]+)(us|ms|s)", out).groups()
        p99 = float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        errors = re.search(r"Socket errors: (.*)", out)
        trouble = (failed.group(1) + " refused " if failed else "") + (
            errors.group(1) if errors else ""
        )
        return rate, p99, 1e3 * spent / max(count, 1), trouble

    def end(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def ours(arguments, folder, vectors):
    data = f"{folder}/data"
    subprocess.run([arguments.vectorizer, "-D", data, "init"], check=True, capture_output=True)
    server = Server(
        [arguments.vectorizer, "-D", data, "serve", "--listen", "127.0.0.1:6398"], 6398, "/readyz"
    )
    server.call(
        "PUT", "/collections/bench", {"vectors": {"size": vectors.shape[1], "distance": "Cosine"}}
    )
    return server


def upsert_bodies(path, vectors, first):
    with open(path, "w") as out:
        for start in range(0, len(vectors), 100):
            points = [
                {"id": first + start + place, "vector": numbers(vector), "payload": {"n": place}}
                for place, vector in enumerate(vectors[start : start + 100])
            ]
            out.write(json.dumps({"points": points}) + "\n")


def load(server, path, name="bench"):
    """Sends each body once, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for line in open(path):
        connection.request(
            "PUT", f"/collections/{name}/points?wait=true", line,
            {"Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"upsert: {answer.status}")


def job(server, path, body):
    made = server.call("POST", path, body)["result"]
    while made["state"] in ("queued", "running"):
        time.sleep(0.2)
        made = server.call("GET", f"/v1/jobs/{made['id']}")["result"]
    if made["state"] != "done":
        sys.exit(f"{path}: {made}")


def found(server, query, parameters):
    body = {"query": numbers(query), "limit": K, "params": parameters}
    points = server.call("POST", "/collections/bench/points/query", body)["result"]["points"]
    return {point["id"] for point in points}


def choose_ef(server, queries):
    """The least ef of a few whose recall is .99; its recall, too."""
    truth = [found(server, query, {"exact": True}) for query in queries]
    for ef in (None, 48, 64, 96, 128, 144, 160, 192, 256, 384, 512):
        parameters = {} if ef is None else {"hnsw_ef": ef}
        share = np.mean([len(found(server, q, parameters) & t) / K for q, t in zip(queries, truth)])
        print(f"ef {ef or 'by default'}: recall@{K} {share:.4f}", flush=True)
        if share >= 0.99:
            break
    return parameters


def show(name, result, note=""):
    rate, p99, cpu, trouble = result
    print(f"| {name} | {rate:,.0f}/s | {p99:.2f} ms | {cpu:.3f} ms | {note} {trouble}|", flush=True)


def searches(server, bodies, seconds):
    path = "/collections/bench/points/query"
    server.wrk(path, bodies, 4, 2)
    for connections in (1, 32):
        show(f"searches, {connections} connections", server.wrk(path, bodies, connections, seconds))


def upserts(server, bodies, seconds):
    path = "/collections/bench/points?wait=true"
    for connections in (1, 4):
        result = server.wrk(path, bodies, connections, seconds, "PUT")
        show(
            f"upserts of 100 rows, {connections} connections", result,
            f"{100 * result[0]:,.0f} rows/s",
        )


class Health(threading.Thread):
    """Asks /healthz a hundred times a second."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.times, self.is_over = port, [], False

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        while not self.is_over:
            start = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            self.times.append(1e3 * (time.perf_counter() - start))
            time.sleep(0.01)


def beside(server, search_bodies, upsert_path, seconds, name):
    """Searches beside a bulk load into a collection, and one compaction of theirs after another."""
    over = threading.Event()

    def compact():
        while not over.is_set():
            job(server, "/v1/compact", {"collection": "bench", "rebuild": True})

    def write():
        while not over.is_set():
            load(server, upsert_path, name)

    health = Health(server.port)
    threads = [threading.Thread(target=work, daemon=True) for work in (compact, write)]
    for thread in [*threads, health]:
        thread.start()
    time.sleep(1)
    path = "/collections/bench/points/query"
    for connections in (1, 4):
        result = server.wrk(path, search_bodies, connections, seconds)
        show(f"searches beside a load into {name} and a compaction, {connections} connections", result)
    health.is_over = True
    health.join()
    times = sorted(health.times)
    print(
        f"| `/healthz` meanwhile | | {times[len(times) * 99 // 100]:.2f} ms "
        f"| | at most {times[-1]:.2f} ms |", flush=True,
    )
    over.set()
    for thread in threads:
        thread.join()


def slow(server, bodies, seconds, rounds=3):
    """The same load without and with 1,000 sockets that send a byte of a header every three seconds."""
    path = "/collections/bench/points/query"
    over = threading.Event()
    sockets = []

    def dribble():
        place = 0
        while not over.is_set():
            for _ in range(len(sockets) // 300):
                place = (place + 1) % len(sockets)
                try:
                    sockets[place].send(b"a")
                except OSError:
                    sockets[place] = opened()
            over.wait(0.01)

    def opened():
        held = socket.create_connection(("127.0.0.1", server.port))
        held.send(b"GET /collections HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        return held

    alone, beside_them = [], []
    for _ in range(rounds):
        alone.append(server.wrk(path, bodies, 4, seconds))
        over.clear()
        sockets.extend(opened() for _ in range(1000))
        thread = threading.Thread(target=dribble, daemon=True)
        thread.start()
        beside_them.append(server.wrk(path, bodies, 4, seconds))
        over.set()
        thread.join()
        for held in sockets:
            held.close()
        sockets.clear()
    for name, results in (
        ("searches, 4 connections", alone), ("the same beside 1,000 slow sockets", beside_them),
    ):
        show(name, sorted(results, key=lambda result: result[1])[rounds // 2], "median of p99")


def chroma(program, folder, vectors, queries, seconds):
    server = Server(
        [program, "run", "--path", f"{folder}/chroma", "--port", "6397"], 6397,
        "/api/v2/heartbeat",
    )
    root = "/api/v2/tenants/default_tenant/databases/default_database/collections"
    made = server.call(
        "POST", root, {"name": "bench", "configuration": {"hnsw": {"space": "cosine"}}}
    )
    path = f"{root}/{made['id']}"
    start = time.time()
    for first in range(0, len(vectors), 100):
        rows = vectors[first : first + 100]
        server.call(
            "POST", f"{path}/upsert",
            {
                "ids": [str(first + place) for place in range(len(rows))],
                "embeddings": [numbers(row) for row in rows],
                "metadatas": [{"n": place} for place in range(len(rows))],
            },
        )
    rate = len(vectors) / (time.time() - start)
    print(f"| Chroma: upserts of 100 rows, 1 connection | {rate / 100:,.0f}/s | | | {rate:,.0f} rows/s |")
    bodies = f"{folder}/chroma.jsonl"
    with open(bodies, "w") as out:
        for query in queries:
            out.write(json.dumps({"query_embeddings": [numbers(query)], "n_results": K}) + "\n")
    for connections in (1, 32):
        result = server.wrk(f"{path}/query", bodies, connections, seconds)
        show(f"Chroma: searches, {connections} connections", result)
    server.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vectorizer")
    parser.add_argument("base")
    parser.add_argument("queries")
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--chroma")
    parser.add_argument("--parts", default="searches,upserts,beside,slow")
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    vectors = repeated(read_fvecs(arguments.base), arguments.rows)
    queries = read_fvecs(arguments.queries)
    with tempfile.TemporaryDirectory() as folder:
        search_bodies, upsert_path = f"{folder}/search.jsonl", f"{folder}/upsert.jsonl"
        upsert_bodies(upsert_path, vectors, 0)
        server = ours(arguments, folder, vectors)
        start = time.time()
        load(server, upsert_path)
        seconds = time.time() - start
        job(server, "/v1/compact", {"collection": "bench"})
        print(
            f"{len(vectors)} rows of {vectors.shape[1]}, loaded with "
            f"{len(vectors) / seconds:,.0f} rows/s"
        )
        parameters = choose_ef(server, queries[:200])
        with open(search_bodies, "w") as out:
            for query in queries:
                body = {"query": numbers(query), "limit": K, "params": parameters}
                out.write(json.dumps(body) + "\n")
        print("| | rate | p99 | server CPU per request | |\n|---|---|---|---|---|")
        if "searches" in parts:
            searches(server, search_bodies, arguments.seconds)
        if "slow" in parts:
            slow(server, search_bodies, arguments.seconds)
        if "beside" in parts:
            server.call(
                "PUT", "/collections/other",
                {"vectors": {"size": vectors.shape[1], "distance": "Cosine"}},
            )
            for name in ("other", "bench"):
                beside(server, search_bodies, upsert_path, arguments.seconds, name)
        if "upserts" in parts:
            upserts(server, upsert_path, arguments.seconds)
        server.end()
        if arguments.chroma:
            chroma(arguments.chroma, folder, vectors, queries, arguments.seconds)


if __name__ == "__main__":
    main()
