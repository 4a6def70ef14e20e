# What the scripts beside this one share: they source it with the program's path as their argument.
#
# Makes a scratch directory, goes there, and sees to an environment that is known. Then `v` runs the
# program, and what follows a run says what came of it, one line a check.
# shellcheck shell=bash

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
    echo "usage: $0 PATH-TO-VECTORIZER" >&2
    exit 64
fi
vectorizer=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 74

# A known environment: nothing of the caller's settings, no terminal, SIGPIPE as a shell has it.
unset VECTORIZER_OUTPUT XDG_DATA_HOME NO_COLOR CLICOLOR_FORCE COLUMNS
export LC_ALL=C HOME="$work/home" TMPDIR="$work/tmp" VECTORIZER_DATA_DIR="$work/store"
mkdir home tmp
umask 000

passed=0
failed=0

report() { # report STATUS TEXT [DETAIL]: one check
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $2"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $2"
        printf '%s\n' "${3-}" | sed 's/^/#   /'
    fi
}

# v ARGUMENT...: runs the program; afterwards $code, ./out and ./err hold what came of it.
v() {
    code=0
    env --default-signal=PIPE "$vectorizer" "$@" >out 2>err </dev/null || code=$?
}

# feed TEXT ARGUMENT...: the same with TEXT on standard input.
feed() {
    local text=$1
    shift
    code=0
    printf '%s' "$text" | env --default-signal=PIPE "$vectorizer" "$@" >out 2>err || code=$?
}

ends() { # ends CODE TEXT: how the last run ended
    [ "$code" -eq "$1" ]
    report $? "$2" "expected exit code $1, got $code: $(head -c 400 err)"
}

same() { # same EXPECTED ACTUAL TEXT
    [ "$1" = "$2" ]
    report $? "$3" "expected: $1
got:      $2"
}

prints() { # prints EXPECTED TEXT: the last run's whole standard output
    same "$1" "$(cat out)" "$2"
}

says() { # says PART TEXT: what stands somewhere in the last run's standard error
    grep -qF -- "$1" err
    report $? "$2" "'$1' is not in: $(head -c 400 err)"
}

shows() { # shows PART TEXT: what stands somewhere in the last run's standard output
    grep -qF -- "$1" out
    report $? "$2" "'$1' is not in: $(head -c 400 out)"
}

holds() { # holds EXPECTED SQL TEXT: what SQLite itself finds in the catalog
    same "$1" "$(sqlite3 -readonly store/store/catalog.sqlite "$2" 2>&1)" "$3"
}

finish() { # finish: how many checks passed, and the script's exit code
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
