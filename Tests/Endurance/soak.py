#!/usr/bin/env python3
"""Keeps a server busy for minutes, and looks for what grows.

usage: soak.py VECTORIZER [--minutes 10] [--seed 1]

Clients write, search, scroll, abort their requests in the middle, compact and back up. Memory,
descriptors, threads and latencies are noted each ten seconds; the last third is compared with the
middle one, since caches fill in the first.
"""
import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PORT = 6395
DIMENSION = 64
POINTS = 20_000


def vector(choice):
    return [choice.uniform(-1, 1) for _ in range(DIMENSION)]


def call(connection, method, path, body=None):
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, text


class Load:
    """The clients of one run, and what they have seen."""

    def __init__(self, seed):
        self.seed = seed
        self.is_over = threading.Event()
        self.latencies = []
        self.counts = {}
        self.problems = []
        self.lock = threading.Lock()

    def count(self, name):
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1

    def start(self, name, body, number=0):
        def work():
            choice = random.Random(f"{self.seed} {name} {number}")
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
            while not self.is_over.is_set():
                try:
                    body(choice, connection)
                    self.count(name)
                except Exception as error:
                    self.problems.append(f"{name}: {error!r}")
                    connection.close()
                    self.is_over.wait(0.1)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def expect(self, status, text, *good):
        if status not in good:
            raise RuntimeError(f"{status} {text[:200]}")

    def write(self, choice, connection):
        points = [
            {"id": choice.randrange(POINTS), "vector": vector(choice), "payload": {"n": n}}
            for n in range(100)
        ]
        status, text = call(
            connection, "PUT", "/collections/docs/points?wait=true", {"points": points}
        )
        self.expect(status, text, 200)
        time.sleep(0.02)

    def delete(self, choice, connection):
        ids = [choice.randrange(POINTS) for _ in range(20)]
        status, text = call(
            connection, "POST", "/collections/docs/points/delete?wait=true", {"points": ids}
        )
        self.expect(status, text, 200)
        time.sleep(0.1)

    def search(self, choice, connection):
        body = {"query": vector(choice), "limit": 10, "with_payload": True}
        if choice.random() < 0.3:
            body["filter"] = {"must": [{"key": "n", "range": {"lt": choice.randrange(100)}}]}
        start = time.perf_counter()
        status, text = call(connection, "POST", "/collections/docs/points/query", body)
        self.latencies.append(time.perf_counter() - start)
        self.expect(status, text, 200)

    def scroll(self, choice, connection):
        status, text = call(
            connection, "POST", "/collections/docs/points/scroll",
            {"limit": 50, "offset": choice.randrange(POINTS)},
        )
        self.expect(status, text, 200)
        time.sleep(0.05)

    def abort(self, choice, _):
        body = json.dumps({"query": vector(choice), "limit": 10}).encode()
        head = (
            "POST /collections/docs/points/query HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        with socket.create_connection(("127.0.0.1", PORT)) as client:
            client.sendall((head + body)[: choice.randrange(1, len(head + body) + 1)])
        time.sleep(0.01)

    def job(self, kind, seconds):
        def body(choice, connection):
            wanted = {"collection": "docs"} if kind == "compact" else {}
            status, text = call(connection, "POST", f"/v1/{kind}", wanted)
            self.expect(status, text, 202)
            made = json.loads(text)["result"]
            while made["state"] in ("queued", "running"):
                time.sleep(0.2)
                status, text = call(connection, "GET", f"/v1/jobs/{made['id']}")
                made = json.loads(text)["result"]
            if made["state"] != "done":
                raise RuntimeError(f"{made}")
            self.is_over.wait(seconds)

        return body


def facts(pid):
    status = dict(
        line.split(":", 1) for line in open(f"/proc/{pid}/status").read().splitlines() if ":" in line
    )
    return {
        "rss": int(status["VmRSS"].split()[0]) / 1024,
        "anonymous": int(status["RssAnon"].split()[0]) / 1024,
        "threads": int(status["Threads"]),
        "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
        "mappings": sum(1 for _ in open(f"/proc/{pid}/maps")),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vectorizer")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        base = [arguments.vectorizer, "-D", data]
        subprocess.run([*base, "init"], check=True, capture_output=True)
        subprocess.run(
            [*base, "config", "set", "server.backups", f"{folder}/backups"],
            check=True, capture_output=True,
        )
        server = subprocess.Popen(
            [*base, "serve", "--listen", f"127.0.0.1:{PORT}"],
            stdout=subprocess.DEVNULL, stderr=open(f"{folder}/log", "w"),
        )
        end = time.time() + 60
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        while time.time() < end:
            try:
                call(connection, "GET", "/readyz")
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                time.sleep(0.1)
        call(
            connection, "PUT", "/collections/docs",
            {"vectors": {"size": DIMENSION, "distance": "Cosine"}},
        )
        load = Load(arguments.seed)
        threads = [load.start("write", load.write, n) for n in range(2)]
        threads += [load.start("search", load.search, n) for n in range(3)]
        threads += [
            load.start("delete", load.delete), load.start("scroll", load.scroll),
            load.start("abort", load.abort), load.start("compact", load.job("compact", 5)),
            load.start("backup", load.job("backups", 20)),
        ]
        samples = []
        begin = time.time()
        while time.time() - begin < 60 * arguments.minutes:
            time.sleep(10)
            taken, load.latencies = sorted(load.latencies), []
            sample = facts(server.pid)
            if taken:
                sample["p50"] = 1e3 * taken[len(taken) // 2]
                sample["p99"] = 1e3 * taken[len(taken) * 99 // 100]
            samples.append(sample)
            print(
                f"{time.time() - begin:5.0f} s  "
                + "  ".join(f"{name} {value:.1f}" for name, value in sample.items()),
                flush=True,
            )
        load.is_over.set()
        for thread in threads:
            thread.join(60)
        server.send_signal(signal.SIGTERM)
        code = server.wait(30)
        subprocess.run([*base, "verify", "--full"], check=True, capture_output=True)
        print(load.counts, f"exit {code}")
        third = len(samples) // 3
        print("| | middle third | last third |\n|---|---|---|")
        for name in samples[-1]:
            middle, last = (
                statistics.median(sample.get(name, 0) for sample in part)
                for part in (samples[third : 2 * third], samples[2 * third :])
            )
            print(f"| {name} | {middle:.1f} | {last:.1f} |")
        for problem in load.problems[:10]:
            print("problem:", problem)
        sys.exit(1 if load.problems or code != 0 else 0)


if __name__ == "__main__":
    main()
