#!/usr/bin/env python3
"""Drives the shell of a built program under a pseudo-terminal, as a person would.

usage: Tests/Terminal/shell.py PATH-TO-VECTORIZER

Needs python3 with pexpect. Writes one line a check and ends with "N passed, N failed"; exit code 1
when one failed.
"""
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import pexpect

PROMPT = "~/store> "
DOCS = "~/store docs> "
TAB, INTERRUPT, END, UP = "\t", "\x03", "\x04", "\x1b[A"
LONGEST_WAIT = 30

passed = 0
failed = 0


def check(holds, text, detail=""):
    global passed, failed
    if holds:
        passed += 1
        print(f"ok {passed + failed} - {text}")
    else:
        failed += 1
        print(f"not ok {passed + failed} - {text}\n#   {detail!r}")


def prepare():
    """What a shell starts with, whatever this script was started with (nohup, say)."""
    os.umask(0)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Terminal:
    """One shell on a terminal of its own."""

    def __init__(self, program, home, *arguments, rows=24, columns=100, **environment):
        variables = {
            "HOME": home, "VECTORIZER_DATA_DIR": home + "/store", "TERM": "xterm",
            "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PAGER": "cat", **environment,
        }
        # Where a build that measures its coverage writes what it finds.
        if "LLVM_PROFILE_FILE" in os.environ:
            variables["LLVM_PROFILE_FILE"] = os.environ["LLVM_PROFILE_FILE"]
        self.process = pexpect.spawn(
            program, list(arguments), env=variables, dimensions=(rows, columns),
            timeout=LONGEST_WAIT, encoding="utf-8", preexec_fn=prepare,
        )

    def sees(self, text, what):
        """Whether the text comes; what came before it is in `before`."""
        try:
            self.process.expect_exact(text)
            self.before = self.process.before
            check(True, what)
            return True
        except (pexpect.TIMEOUT, pexpect.EOF):
            self.before = self.process.before
            check(False, what, self.before)
            return False

    def works(self, seconds):
        """Waits until the program has worked for so long, on its processor's clock."""
        def spent():
            with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        first, end = spent(), time.monotonic() + LONGEST_WAIT
        while spent() - first < seconds and time.monotonic() < end:
            time.sleep(0.01)

    def prompted(self, prompt=PROMPT):
        try:
            self.process.expect_exact(prompt)
        except (pexpect.TIMEOUT, pexpect.EOF):
            check(False, f"there is a prompt {prompt}", self.process.before)
        return self.process.before

    def type(self, text):
        self.process.send(text)

    def line(self, text, prompt=PROMPT):
        """Types a line and returns what is written before the next prompt."""
        self.process.sendline(text)
        # The terminal shows the line itself first.
        self.process.expect_exact("\n")
        return self.prompted(prompt)

    def ends(self, code, what):
        try:
            self.process.expect(pexpect.EOF)
        except pexpect.TIMEOUT:
            check(False, what, "it goes on")
            return
        self.process.close()
        found = self.process.exitstatus
        if found is None:
            found = -self.process.signalstatus
        check(found == code, what, f"exit code {found}, not {code}")


def run(program, home, *arguments):
    environment = {"HOME": home, "VECTORIZER_DATA_DIR": home + "/store", "PATH": os.environ["PATH"]}
    return subprocess.run(
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def make_store(program, home):
    run(program, home, "init")
    run(program, home, "create-collection", "docs", "--dim", "2")
    with open(home + "/points.jsonl", "w", encoding="utf-8") as file:
        for number in range(200):
            point = {"id": f"point-{number:03}", "vector": [1, number], "payload": {"size": number}}
            file.write(json.dumps(point) + "\n")
    run(program, home, "insert", "docs", home + "/points.jsonl")


def check_prompt_and_keys(program, home):
    terminal = Terminal(program, home)
    terminal.sees("Type help for help", "bare vectorizer on a terminal starts the shell")
    terminal.prompted()
    check("200" in terminal.line("count docs"), "a command answers at the prompt")
    terminal.line("use docs", DOCS)
    check("200" in terminal.line("count", DOCS), "use lets the collection be left out")
    check("no collection 'nope'" in terminal.line("count nope", DOCS), "an error does not end it")
    terminal.type(UP + UP)
    terminal.sees("count", "the arrow key brings a line back")
    terminal.type(INTERRUPT)
    terminal.sees("^C", "Ctrl-C clears the line")
    terminal.prompted(DOCS)
    terminal.process.sendline("search --vector [1,")
    terminal.sees("  [> ", "an open bracket goes on, and the prompt says so")
    terminal.process.sendline("2] -k 1 -o ids")
    terminal.sees("point-002", "the lines are one command")
    terminal.prompted(DOCS)
    terminal.process.sendline("get 'a")
    terminal.sees("  '> ", "so does an open quote")
    terminal.type(INTERRUPT)
    terminal.prompted(DOCS)
    check("200" in terminal.line("count", DOCS), "Ctrl-C gives up what was open")
    terminal.type(END)
    terminal.ends(0, "Ctrl-D leaves with 0")


def check_completion(program, home):
    terminal = Terminal(program, home)
    terminal.prompted()
    terminal.type("us" + TAB + "do" + TAB + "\r")
    terminal.prompted(DOCS)
    check(True, "Tab completes commands and collections")
    terminal.type("get point-01" + TAB + TAB)
    terminal.sees("point-010", "a second Tab lists what can be meant")
    terminal.sees("get point-01", "and shows the line again")
    terminal.type("7" + TAB + "-o ids\r")
    terminal.sees("point-017", "Tab completes ids")
    terminal.prompted(DOCS)
    terminal.type('count --fil' + TAB + '"si' + TAB + ' < 7"\r')
    terminal.sees("7\r\n", "Tab completes options and fields inside a filter")
    terminal.prompted(DOCS)
    terminal.type("insert ~/poi" + TAB + "--dry-run\r")
    terminal.sees("updated", "Tab completes files")
    terminal.prompted(DOCS)
    terminal.line("quit", "")
    terminal.ends(0, "quit leaves with 0")


def check_paste(program, home):
    terminal = Terminal(program, home)
    terminal.sees("\x1b[?2004h", "bracketed paste is asked for")
    terminal.prompted()
    vector = "[1,\r" + ",".join(["0"] * 4095) + "]"
    terminal.type("\x1b[200~search docs --vector " + vector + "\r\x1b[201~")
    terminal.type("\r")
    terminal.sees("expected 2 numbers", "a pasted vector of 4096 numbers is one command")
    terminal.prompted()
    terminal.type("\x1b[200~count docs\rversion -o json\r\x1b[201~")
    terminal.type("\r")
    terminal.sees("200", "pasted lines are run")
    terminal.sees('"kernels"', "all of them")
    terminal.prompted()
    terminal.type(END)
    terminal.ends(0, "and Ctrl-D leaves")


def check_cancelling(program, home):
    fifo = home + "/fifo"
    os.mkfifo(fifo)
    terminal = Terminal(program, home)
    terminal.prompted()
    terminal.process.sendline("insert docs --format jsonl --batch-size 10 --ack " + fifo)
    with open(fifo, "w", encoding="utf-8") as pipe:
        for number in range(25):
            pipe.write(json.dumps({"id": f"new-{number}", "vector": [1, 1]}) + "\n")
        pipe.flush()
        terminal.sees("\r\n    2", "an insert has written two batches")
        terminal.type(INTERRUPT)
        terminal.sees("interrupted", "Ctrl-C stops it while it waits for more")
        terminal.sees("20 rows are written", "at the edge of a batch")
    terminal.prompted()
    answer = terminal.line("count docs --filter \"not size >= 0\"")
    check("20" in answer, "what was acknowledged is there", answer)
    terminal.type("abc" + INTERRUPT)
    terminal.prompted()
    terminal.type(END)
    terminal.ends(0, "and the shell goes on until it is left")
    os.unlink(fifo)


def check_long_search(program, home):
    run(program, home, "create-collection", "wide", "--dim", "2", "--metric", "dot")
    with open(home + "/wide.jsonl", "w", encoding="utf-8") as file:
        for number in range(60000):
            file.write(f'{{"id":"{number}","vector":[1,{number}],"payload":{{"a":"{"x" * 40}"}}}}\n')
    run(program, home, "insert", "wide", home + "/wide.jsonl")
    terms = " or ".join(f"a contains '{number}' or a prefix '{number}'" for number in range(400))
    with open(home + "/slow.vz", "w", encoding="utf-8") as file:
        file.write(f'search wide --vector [1,1] --exact --filter "{terms}"\n')
    terminal = Terminal(program, home)
    terminal.prompted()
    # The row of the first command says that the second is next, its work that it has begun.
    terminal.process.sendline("version -o ids; source ~/slow.vz; count docs")
    terminal.process.expect_exact("\r\n")
    terminal.process.expect(r"\d+\.\d+\.\d+\r\n")
    terminal.works(0.2)
    terminal.type(INTERRUPT)
    terminal.sees("interrupted", "Ctrl-C stops a search")
    before = terminal.prompted()
    check("220" not in before, "what stood behind it is not run", before)
    terminal.type(END)
    terminal.ends(0, "and the shell goes on")


def check_signals(program, home):
    for number, code in [(signal.SIGTERM, 143), (signal.SIGHUP, 129)]:
        terminal = Terminal(program, home)
        terminal.prompted()
        terminal.type("half a line")
        terminal.process.expect_exact("half a line")
        terminal.process.kill(number)
        terminal.ends(code, f"{signal.Signals(number).name} ends it with {code}")
    fifo = home + "/fifo"
    os.mkfifo(fifo)
    terminal = Terminal(program, home)
    terminal.prompted()
    terminal.process.sendline("insert docs --format jsonl --batch-size 1 --ack " + fifo)
    with open(fifo, "w", encoding="utf-8") as pipe:
        pipe.write('{"id":"a","vector":[1,1]}\n{"id":"b","vector":[1,1]}\n')
        pipe.flush()
        terminal.process.expect_exact("batch")
        terminal.process.kill(signal.SIGTERM)
        terminal.ends(143, "SIGTERM during a command ends it too")
    os.unlink(fifo)
    with open(home + "/.local/state/vectorizer/history", encoding="utf-8") as file:
        check("--batch-size 1 --ack" in file.read(), "and the line is in the history")


def check_resizing(program, home):
    terminal = Terminal(program, home, columns=100)
    terminal.prompted()
    long = "x" * 60
    terminal.line(f"set-payload docs point-001 --set {{\"text\":\"{long}\"}}")
    check(long in terminal.line("get docs point-001"), "a table is as wide as the window")
    terminal.process.setwinsize(24, 40)
    answer = terminal.line("get docs point-001")
    check(long not in answer and "…" in answer, "and follows it when it is resized", answer)
    terminal.type(END)
    terminal.ends(0, "a resized shell is left as any other")


def check_pager_and_pipe(program, home):
    terminal = Terminal(program, home, rows=10, PAGER="sed 's/^/PAGED /'")
    terminal.prompted()
    check("PAGED" in terminal.line("list-points docs"), "long tables go through the pager")
    check("PAGED" not in terminal.line("list-points docs --limit 3"), "short ones do not")
    terminal.line("set pager off")
    check("PAGED" not in terminal.line("list-points docs"), "set pager off writes them as they are")
    answer = terminal.line("list-points docs | head -n 1")
    check('{"id":' in answer, "a pipe gets JSON lines", answer)
    check("time: " in terminal.line("set timing on; count docs"), "timing is told")
    answer = terminal.line("count docs | exit 3")
    check("ended with exit code 3" in answer, "the end of a pipe is told", answer)
    terminal.type(END)
    terminal.ends(0, "and Ctrl-D leaves")
    # A pager that, as less does, goes on when Ctrl-C is typed.
    pager = "trap '' INT; head -n 1; echo PAGER WAITS; read -r answer </dev/tty; cat >/dev/null"
    terminal = Terminal(program, home, rows=10, PAGER=pager)
    terminal.prompted()
    terminal.process.sendline("list-points docs")
    terminal.sees("PAGER WAITS", "a pager waits for the person")
    for _ in range(4):
        terminal.type(INTERRUPT)
    terminal.type("\r")
    terminal.sees(PROMPT, "Ctrl-C, however often, is the pager's, and the shell outlives it")
    check("error" not in terminal.line("count docs"), "and goes on")
    terminal.type(END)
    terminal.ends(0, "until Ctrl-D")
    terminal = Terminal(program, home, "shell", "--no-pager", rows=10, PAGER="sed 's/^/PAGED /'")
    terminal.prompted()
    check("PAGED" not in terminal.line("list-points docs"), "--no-pager does so from the start")
    terminal.type(END)
    terminal.ends(0, "and Ctrl-D leaves")


def check_questions(program, home):
    run(program, home, "create-collection", "old", "--dim", "2")
    terminal = Terminal(program, home)
    terminal.prompted()
    terminal.process.sendline("drop-collection old")
    terminal.sees("[y/N]", "a question is asked as in a shell")
    terminal.type("n\r")
    terminal.sees("nothing was changed", "no leaves everything")
    terminal.prompted()
    terminal.process.sendline("drop-collection old")
    terminal.process.expect_exact("[y/N]")
    terminal.type(INTERRUPT)
    terminal.sees("nothing was changed", "so does Ctrl-C")
    terminal.prompted()
    terminal.process.sendline("drop-collection old")
    terminal.process.expect_exact("[y/N]")
    terminal.type(END)
    terminal.sees("nothing was changed", "and Ctrl-D")
    terminal.prompted()
    terminal.process.sendline("drop-collection old")
    terminal.process.expect_exact("[y/N]")
    terminal.type("y\r")
    terminal.sees("dropped collection 'old'", "and the next question is asked all the same")
    terminal.prompted()
    terminal.type(END)
    terminal.ends(0, "and Ctrl-D leaves")


def check_keys(program, home):
    key = run(program, home, "keys", "create", "--name", "n", "--scope", "docs:read").stdout.strip()
    secret = key[20:84]
    check(len(secret) == 64, "a key is made", key)
    for arguments, prompt in ((("keys", "test"), None), ((), PROMPT)):
        terminal = Terminal(program, home, *arguments)
        if prompt:
            terminal.prompted()
            terminal.process.sendline("keys test")
        terminal.sees("Key: ", "keys test asks for the key")
        check(not terminal.process.getecho(), "and shows nothing of it")
        terminal.type("x\b" + "\x15" + key + "\r")
        terminal.sees('"docs:read"', "a line is enough, with what was erased taken out")
        check(secret not in terminal.before, "the key is not shown", terminal.before)
        if prompt:
            terminal.prompted()
            terminal.process.sendline("keys test")
            terminal.process.expect_exact("Key: ")
            terminal.type(key[:40] + INTERRUPT)
            terminal.prompted()
            check("200" in terminal.line("count docs"), "Ctrl-C ends the question and no more")
            terminal.line(f"get docs {key}")
            terminal.type(END)
        terminal.ends(0, "and all is well")
    terminal = Terminal(program, home, "keys", "test")
    terminal.process.expect_exact("Key: ")
    terminal.type(key[:40])
    terminal.process.kill(signal.SIGTERM)
    terminal.ends(143, "a signal ends it, too")
    terminal = Terminal("/bin/sh", home, "-c", f"'{program}' keys test; echo ended $?; stty -a")
    terminal.process.expect_exact("Key: ")
    terminal.type(INTERRUPT)
    terminal.sees("ended 130", "Ctrl-C is 130")
    terminal.sees(" echo ", "and the terminal shows again what is typed")
    terminal.ends(0, "in a script, too")
    leaks = []
    for directory, _, names in os.walk(home):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                if secret.encode() in file.read():
                    leaks.append(name)
    history = home + "/.local/state/vectorizer/history"
    check(os.path.exists(history) and not leaks, "no file has the key, the history included", leaks)


def check_backups(program, home):
    run(program, home, "backup", home + "/repo", "--tag", "\x1b[31mred")
    whole = run(program, home, "count", "docs", "-o", "ids").stdout.strip()
    run(program, home, "delete", "docs", "point-001")
    terminal = Terminal(program, home)
    terminal.prompted()
    answer = terminal.line("backup ~/repo")
    check("new_bytes" in answer and "warning" in answer, "a backup is told as a record", answer)
    check("MiB" in answer or "KiB" in answer, "and in words", answer)
    answer = terminal.line("list-backups ~/repo")
    check("\\x1b[31mred" in answer and "\x1b[31m" not in answer, "a tag stays harmless", answer)
    terminal.process.sendline("restore ~/repo --as-of 2999-01-01")
    terminal.sees("Replace the store", "restore asks first")
    terminal.type("n\r")
    terminal.sees("nothing was changed", "and a no changes nothing")
    terminal.prompted()
    check(str(int(whole) - 1) in terminal.line("count docs"), "as a look shows")
    first = run(program, home, "list-backups", home + "/repo", "-o", "ids").stdout.split()[0]
    terminal.process.sendline(f"restore ~/repo --snapshot {first}")
    terminal.process.expect_exact("[y/N]")
    terminal.type(INTERRUPT)
    terminal.sees("nothing was changed", "Ctrl-C is a no, too")
    terminal.prompted()
    terminal.process.sendline(f"restore ~/repo --snapshot {first}")
    terminal.process.expect_exact("[y/N]")
    terminal.type("y\r")
    terminal.sees("restored the snapshot", "a yes restores the store that the shell has open")
    terminal.prompted()
    check(whole in terminal.line("count docs"), "and the shell goes on with it")
    answer = terminal.line("verify-backup ~/repo --progress always")
    check("verify: " in answer and "KiB" in answer, "verifying shows how far it is", answer)
    terminal.type(END)
    terminal.ends(0, "and Ctrl-D leaves")
    shutil.rmtree(home + "/repo")


def check_history(program, home):
    state = home + "/.local/state/vectorizer"
    shutil.rmtree(home + "/.local")
    first, second = Terminal(program, home), Terminal(program, home)
    first.prompted()
    second.prompted()
    first.line("count docs -o ids")
    second.line("count docs -o csv")
    first.line("keys create --name secret")
    second.line(" count docs -o tsv")
    first.line("count docs -o json")
    for terminal in (first, second):
        terminal.type(END)
        terminal.ends(0, "one of two shells is left")
    with open(state + "/history", encoding="utf-8") as file:
        lines = file.read().splitlines()
    check(
        lines == ["count docs -o ids", "count docs -o csv", "count docs -o json"],
        "both kept their lines, without secrets and what begins with a blank", lines,
    )
    modes = [stat.S_IMODE(os.stat(path).st_mode) for path in (state, state + "/history")]
    check(modes == [0o700, 0o600], "nobody else can read them, with umask 0", modes)
    terminal = Terminal(program, home, "shell", "--no-history")
    terminal.prompted()
    terminal.line("count docs -o table")
    terminal.type(END)
    terminal.ends(0, "a shell without history is left")
    with open(state + "/history", encoding="utf-8") as file:
        check("table" not in file.read(), "--no-history keeps nothing")
    os.unlink(state + "/history")
    os.symlink("/dev/null", state + "/history")
    terminal = Terminal(program, home)
    terminal.sees("the history is not kept", "a link in its place is told")
    terminal.prompted()
    terminal.type(END)
    terminal.ends(0, "and the shell works")


def main(program):
    home = tempfile.mkdtemp()
    try:
        make_store(program, home)
        for part in (
            check_prompt_and_keys, check_completion, check_paste, check_cancelling,
            check_long_search, check_signals, check_resizing, check_pager_and_pipe,
            check_questions, check_keys, check_backups, check_history,
        ):
            part(program, home)
    finally:
        shutil.rmtree(home)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: shell.py PATH-TO-VECTORIZER")
    sys.exit(main(os.path.realpath(sys.argv[1])))
