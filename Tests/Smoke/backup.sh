#!/bin/bash
# Does what man/vectorizer-backup.7 shows, with exactly the text that stands there: only its places
# and hosts are replaced by places in a scratch directory.
#
# usage: Tests/Smoke/backup.sh PATH-TO-VECTORIZER
#
# Needs bash, coreutils, flock, jq and lz4. What needs rsync, age or systemd-analyze is skipped, and
# said to be, where they are not installed; so is what needs the rights to mount a file system.
set -u

page=$(realpath "$(dirname "$0")/../../man/vectorizer-backup.7")
. "$(dirname "$0")/checks.sh"

mkdir -p bin srv mnt/backup far.example
ln -s "$vectorizer" bin/vectorizer
export VECTORIZER_DATA_DIR="$work/srv/vectors"

# example NAME: what the page shows under a comment with this name, with places of our own.
example() {
    sed -n "/^\.\\\\\" example: $1\$/,/^\.Ed/p" "$page" | sed -e '1,2d' -e '$d' \
        -e 's/\\(dq/"/g' -e "s/\\\\(aq/'/g" -e 's/\\-/-/g' -e 's/\\e/\\/g' \
        -e "s|/usr/local/bin|$work/bin|g" -e "s|/srv/|$work/srv/|g" \
        -e "s|/mnt/backup|$work/mnt/backup|g" -e "s|backup@far.example:|$work/far.example/|g"
}

# does NAME TEXT: an example runs in this directory with the variables that it speaks of.
does() {
    local text
    text=$(example "$1")
    [ -n "$text" ] || echo "the page has no example '$1'" >&2
    code=0
    env --default-signal=PIPE PATH="$work/bin:$PATH" repo="${repo-}" snapshot="${snapshot-}" \
        new="${new-}" recipient="${recipient-}" bash -euo pipefail -c "${text:-false}" \
        >out 2>err </dev/null || code=$?
    ends 0 "$2"
}

has() { # has PROGRAM TEXT: whether what needs it can be checked
    command -v "$1" >/dev/null && return 0
    echo "# skipped, no $1: $2"
    return 1
}

v init
v create-collection docs --dim 3
v create-collection empty --dim 2
for n in $(seq 500); do
    printf '{"id":"p%d","vector":[%d,%d,7],"n":%d,"text":"%0200d"}\n' \
        "$n" "$n" $((n * n % 97)) "$n" "$n"
done >points.jsonl
v insert docs points.jsonl
v compact docs
v delete docs --filter 'n < 20'
v insert docs points.jsonl --mode insert --on-error skip
v create-index docs n
v export docs expected.jsonl
repo="$work/mnt/backup/vectors"

# --- Every night ---------------------------------------------------------------------------------

# An entry of the crontab as cron runs it: five fields, then a command in which \% is %.
cron() { # cron NUMBER TEXT
    local path command
    path=$(example crontab | sed -n 's/^PATH=//p')
    command=$(example crontab | grep -v '^PATH=' | sed -n "$1p" |
        sed -E 's/^([0-9*]+ ){5}//; s/\\%/%/g')
    code=0
    (cd / && env -i HOME=/ LOGNAME=nobody SHELL=/bin/sh PATH="$path" /bin/sh -c "${command:-false}") \
        >out 2>err </dev/null || code=$?
    ends 0 "$2"
}
same 2 "$(example crontab | grep -cE '^([0-9*]+ ){5}vectorizer ')" "the crontab has two entries"
same 0 "$(example crontab | sed 's/\\%//g' | grep -c %)" "and no bare percent sign"
cron 1 "cron makes a backup, with nothing of a user's environment"
prints "" "without a word on standard output"
same "" "$(grep -v 'warning: .* is on the same device as the store' err)" "nor another on standard error"
v list-backups "$repo" -o csv --no-header
[ "$(wc -l <out)" -eq 1 ] && ! grep -q ',$' out
report $? "and the snapshot is there, and proven" "$(cat out)"
cron 2 "cron verifies a seventh"
prints "" "without a word"
does monitoring "monitoring is content"
prints "" "and silent"
mv "$repo/snapshots" away
mkdir "$repo/snapshots"
does monitoring "without a proven snapshot, monitoring speaks"
shows "no proven backup since yesterday" "and says what is wrong"
rmdir "$repo/snapshots"
mv away "$repo/snapshots"
if has systemd-analyze "the service and the timer"; then
    mkdir units
    example service | grep -v '^User=' >units/vectorizer-backup.service
    example timer >units/vectorizer-backup.timer
    chmod 644 units/*
    code=0
    systemd-analyze verify units/vectorizer-backup.service units/vectorizer-backup.timer \
        >out 2>err </dev/null || code=$?
    if grep -qE 'Failed to (initialize manager|create manager|connect)' err; then
        echo "# skipped, systemd-analyze does not work here: $(head -n 1 err)"
    else
        ends 0 "systemd takes the service and the timer"
        same "" "$(grep units/ err)" "without a remark"
    fi
fi
command=$(example service | sed -n 's/^ExecStart=//p')
code=0
env -i VECTORIZER_DATA_DIR="$VECTORIZER_DATA_DIR" $command >out 2>err </dev/null || code=$?
ends 0 "the service's command makes a backup"

# --- Restoring by hand ---------------------------------------------------------------------------

snapshot=$(find "$repo/snapshots" -name '*.json' ! -name '*.proof.json' | sort | tail -n 1)
does seal "the seal of a snapshot can be computed by hand"
same 1 "$(uniq out | wc -l)" "and is what the snapshot says"
for file in "$repo/repository.json" "${snapshot%.json}.proof.json"; do
    same "$(jq -r .sha256 "$file")" "$(head -n -2 "$file" | sha256sum | cut -d ' ' -f 1)" \
        "so it is for ${file##*/}"
done
new="$work/by hand"
does by-hand "a store is restored with jq, lz4 and cat"
does by-hand-check "and passes the checks"
shows '"problems":0' "with no problem"
v -D "$new" export docs actual.jsonl
cmp expected.jsonl actual.jsonl
report $? "and exports the same bytes"
v -D "$new" info empty
ends 0 "its empty collection is there, too"
v -D "$new" search docs --id p400 -k 1 --filter 'n = 400' -o ids
prints p400 "and it can be searched"
feed '{"id":"new","vector":[1,2,3]}
' -D "$new" insert docs
ends 0 "and written"
same "$(find "$repo/chunks" -type f | sed 's|.*/||' | sort)" \
    "$(find "$repo/chunks" -type f -exec sh -c 'lz4 -q -d -c "$1" | sha256sum' sh {} \; |
        cut -d ' ' -f 1 | sort)" "each piece has the SHA-256 that it is called"

# --- Elsewhere -----------------------------------------------------------------------------------

mv srv/vectors srv/old
does moving "a store moves to another machine"
v export docs actual.jsonl
cmp expected.jsonl actual.jsonl
report $? "with the same bytes"
v backup "$repo" -o ids
ends 0 "and goes on in the same repository"
if has rsync "off-site copies"; then
    does rsync "an off-site copy is made"
    v verify-backup far.example/vectors
    ends 0 "and is sound"
    diff -r "$repo" far.example/vectors -x LOCK -x tmp
    report $? "and the same"
    v delete docs p1
    v backup "$repo" --keep-last 1
    does rsync "it is made again after snapshots were forgotten"
    diff -r "$repo" far.example/vectors -x LOCK -x tmp
    report $? "and has nothing that the repository has not"
    v restore far.example/vectors --to far-store
    ends 0 "and a store comes out of it"
    code=0
    flock -s "$repo/LOCK" timeout 1 bash -c "$(example rsync)" >out 2>err </dev/null || code=$?
    ends 124 "beside a backup the copy waits"
    find "$repo/chunks" -type f | head -n 1 | xargs rm
    v verify-backup "$repo"
    ends 76 "a piece that is gone is damage"
    does mending "the off-site copy has it"
    v verify-backup "$repo"
    ends 0 "and the repository is whole"
    v backup far.example/vectors
    ends 0 "a backup may go to a copy without its empty directories, too"
fi
if has age "encryption"; then
    age-keygen -o key.txt 2>/dev/null
    recipient=$(age-keygen -y key.txt)
    does encrypt "a repository goes through age"
    mkdir unpacked
    head -c 21 vectors.tar.age | grep -q '^age-encryption.org/v1'
    report $? "which encrypts it"
    mv vectors.tar.age key.txt unpacked
    ln -sfn "$repo" vectors
    (cd unpacked && PATH="$work/bin:$PATH" bash -euo pipefail -c "$(example decrypt)") >out 2>err
    report $? "and comes back, and verifies" "$(cat err)"
    v restore unpacked/vectors --to from-archive
    v -D from-archive verify --full
    ends 0 "and restores"
fi

# --- Damage --------------------------------------------------------------------------------------

v backup fresh
cp fresh/repository.json "$repo/repository.json"
v verify-backup "$repo"
ends 0 "repository.json can be taken from a new repository of the same store"

# --- Full disks and read-only ones ---------------------------------------------------------------

if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
    mkdir small fixed
    cat >mounts.sh <<'END'
mount -t tmpfs -o size=256k tmpfs small || exit 99
"$1" backup small/repo >out 2>err
echo "full: $?" >codes
"$1" list-backups small/repo -o ids >>codes
mount --bind "$2" fixed && mount -o remount,ro,bind fixed || exit 99
for command in "list-backups fixed" "verify-backup fixed" "restore fixed --to from-fixed" \
    "diff-backups fixed latest latest" "backup fixed" "forget fixed --keep-last 1 --dry-run"; do
    "$1" $command >out 2>err
    echo "$command: $?" >>codes
done
END
    head -c 400000 /dev/urandom | base64 -w 60 |
        awk '{ print "{\"id\":\"r" NR "\",\"vector\":[1,2,3],\"text\":\"" $0 "\"}" }' >random.jsonl
    v insert docs random.jsonl
    code=0
    unshare -m bash mounts.sh "$vectorizer" "$repo" 2>err || code=$?
    if [ "$code" -eq 99 ]; then
        echo "# skipped, nothing can be mounted: $(head -n 1 err)"
    else
        same "full: 74
list-backups fixed: 0
verify-backup fixed: 0
restore fixed --to from-fixed: 0
diff-backups fixed latest latest: 0
backup fixed: 77
forget fixed --keep-last 1 --dry-run: 0" "$(cat codes)" \
            "a full disk lists nothing, and a read-only one serves all that only looks"
    fi
else
    echo "# skipped, no right to mount: full disks and read-only ones"
fi

finish
