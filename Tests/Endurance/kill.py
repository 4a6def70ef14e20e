#!/usr/bin/env python3
"""Kills a server under load again and again, and looks at what it has answered for.

usage: kill.py VECTORIZER [--rounds 20] [--seed 1]

Several clients upsert, delete and change payloads in batches over HTTP while a compaction runs, until
the server is killed with SIGKILL. Then, from a new process: what was answered with 2xx is there, what
was never answered is there wholly or not at all, and `verify --full` finds nothing.
"""
import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

PORT = 6396
DIMENSION = 16
BATCH = 50
CLIENTS = 6


class Client(threading.Thread):
    """Owns the ids from 1,000,000 times its number on; each batch of them is of one version."""

    def __init__(self, number, seed, state):
        super().__init__(daemon=True)
        self.random = random.Random(f"{seed} {number}")
        self.number, self.state = number, state
        self.pending = None
        self.answered = 0

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        try:
            while True:
                block = self.random.randrange(8)
                first = 1_000_000 * self.number + 1000 * block
                ids = list(range(first, first + BATCH))
                version = self.random.randrange(1 << 30)
                kind = self.random.choice(["put", "put", "put", "payload", "delete"])
                if kind != "put" and self.state.get(first) is None:
                    kind = "put"
                path = "/collections/docs/points"
                if kind == "put":
                    points = [
                        {
                            "id": i,
                            "vector": [self.random.uniform(-1, 1) for _ in range(DIMENSION)],
                            "payload": {"v": version},
                        }
                        for i in ids
                    ]
                    method, body, after = "PUT", {"points": points}, version
                elif kind == "payload":
                    method, path = "POST", path + "/payload"
                    body, after = {"payload": {"v": version}, "points": ids}, version
                else:
                    method, path, body, after = "POST", path + "/delete", {"points": ids}, None
                self.pending = (first, after)
                connection.request(
                    method, path + "?wait=true", json.dumps(body),
                    {"Content-Type": "application/json"},
                )
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    sys.exit(f"{method} {path}: {answer.status}")
                self.state[first] = after
                self.pending = None
                self.answered += 1
        except (OSError, http.client.HTTPException):
            return


def call(method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def start(program, data):
    process = subprocess.Popen(
        [program, "-D", data, "serve", "--listen", f"127.0.0.1:{PORT}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    end = time.time() + 60
    while time.time() < end:
        try:
            if call("GET", "/readyz")[0] == 200:
                return process
        except OSError:
            time.sleep(0.02)
    sys.exit("the server does not start")


def read(program, data):
    """Each point's version, as a new process of the command line reads it."""
    out = subprocess.run(
        [program, "-D", data, "export", "docs", "-"], capture_output=True, text=True, check=True
    ).stdout
    return {
        int(row["id"]): row["payload"]["v"] for row in map(json.loads, out.splitlines())
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vectorizer")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    choice = random.Random(arguments.seed)
    states = [{} for _ in range(CLIENTS)]
    answered = 0
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        subprocess.run([arguments.vectorizer, "-D", data, "init"], check=True, capture_output=True)
        for round_number in range(arguments.rounds):
            process = start(arguments.vectorizer, data)
            if round_number == 0:
                call("PUT", "/collections/docs", {"vectors": {"size": DIMENSION, "distance": "Dot"}})
            clients = [
                Client(number, f"{arguments.seed} {round_number}", states[number])
                for number in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            call("POST", "/v1/compact", {"collection": "docs", "rebuild": True})
            time.sleep(choice.uniform(0.05, 1.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            for client in clients:
                client.join(60)
            found = read(arguments.vectorizer, data)
            for client in clients:
                answered += client.answered
                pending = dict([client.pending]) if client.pending else {}
                for first in range(1_000_000 * client.number, 1_000_000 * client.number + 8000, 1000):
                    versions = {found.get(i) for i in range(first, first + BATCH)}
                    allowed = {client.state.get(first)}
                    if first in pending:
                        allowed.add(pending[first])
                    if len(versions) != 1 or not versions <= allowed:
                        sys.exit(f"round {round_number}, block {first}: {versions}, not of {allowed}")
                    # An unanswered batch may have been committed.
                    client.state[first] = versions.pop()
            subprocess.run(
                [arguments.vectorizer, "-D", data, "verify", "--full"],
                check=True, capture_output=True,
            )
            print(f"round {round_number}: {len(found)} points", flush=True)
    print(f"{arguments.rounds} kills, {answered} batches answered, none lost, none in half")


if __name__ == "__main__":
    main()
