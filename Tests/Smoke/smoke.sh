#!/bin/bash
# Checks a built program from the outside: what each command did is looked at from a new process.
#
# usage: Tests/Smoke/smoke.sh PATH-TO-VECTORIZER
#
# Needs bash, coreutils, sqlite3, flock and script (util-linux). Writes one line a check and ends
# with "N passed, N failed"; exit code 1 when one failed.
set -u

. "$(dirname "$0")/checks.sh"

tail_file() { # the one tail of a store with one collection
    find "${1:-store}/store/vectors" -name '*.tail'
}

# --- A store and its collections ----------------------------------------------------------------

v list-collections
ends 66 "without a store, commands say not found"
says "$work/store" "and name the directory that was looked in"
v init --dry-run
[ ! -e store ]
report $? "init --dry-run makes nothing"
v init
ends 0 "init makes a store"
same "700 600 600 700" "$(stat -c %a store store/LOCK.write store/store/catalog.sqlite \
    store/store/vectors | tr '\n' ' ' | sed 's/ $//')" "directories are 0700, files 0600, umask 000"
holds wal "PRAGMA journal_mode" "the catalog is an SQLite file with a write-ahead log"
v init
ends 73 "init refuses a second time"
v init --if-missing
ends 0 "init --if-missing does not mind"
v -D "$work/other" info docs
says "$work/other" "--data-dir wins over the environment"

v create-collection docs --dim 3
ends 0 "create-collection makes a collection"
holds "docs|3|cosine" "SELECT name, dimension, metric FROM collections" "which is in the catalog"
v create-collection docs --dim 4
ends 73 "create-collection refuses a known name"
v create-collection docs --dim 3 --if-missing
ends 0 "create-collection --if-missing takes one that is the same"
v create-collection '../x' --dim 3
ends 64 "a collection's name is no path"
v create-collection big --dim 5000
ends 64 "a dimension above 4096 is refused"
v create-collection other --dim 2 --metric euclidean
v rename-collection other second
v list-collections -o ids
prints "docs
second" "rename-collection gave the collection its new name"
v drop-collection second
ends 64 "drop-collection without a terminal wants --yes"
v drop-collection second --yes
v list-collections -o ids
prints "docs" "drop-collection --yes removed the collection"

# --- Points --------------------------------------------------------------------------------------

cat >points.jsonl <<'END'
{"id":"a","vector":[1,0,0],"payload":{"lang":"en","size":10,"tags":["x","y"]}}
{"id":"b","vector":[0,1,0],"lang":"de","size":20.50}
{"id":7,"vector":[1,1,0],"payload":{"lang":"en","size":30,"done":true}}
END
v insert docs points.jsonl --dry-run
v count docs
prints '{"count":0}' "insert --dry-run writes nothing"
v insert docs points.jsonl
prints '{"inserted":3,"updated":0,"skipped":0,"rejected":0,"sequence":5}' "insert counts what it did"
v count docs -o ids
prints 3 "and the points are there for a new process"
holds "a|b|7" "SELECT group_concat(id, '|') FROM (SELECT id FROM points_1 ORDER BY key)" \
    "with their ids in the catalog"
same $((64 + 3 * 32)) "$(stat -c %s "$(tail_file)")" "and their vectors in a tail of exact length"
same 0 "$(stat -c %s store/store/catalog.sqlite-wal)" "the write-ahead log is left empty"
v get docs b
prints '{"id":"b","payload":{"lang":"de","size":20.50}}' "get shows a payload as it was written"
v get docs a missing -o ids
ends 66 "get says when an id is missing"
prints a "and shows the others"
v get docs 7 --with-vector --fields done
prints '{"id":"7","payload":{"done":true},"vector":[1.0,1.0,0.0]}' \
    "get shows chosen fields and the vector"
v list-points docs -o ids
prints "7
a
b" "list-points is ordered by id"
v list-points docs --limit 1 --after 7 -o ids
prints a "list-points goes on after an id"
v list-points docs --filter "lang = 'en' and tags contains 'x'" --fields lang -o csv
prints "id,lang
a,en" "list-points filters, and csv has a header"
v count docs --filter "size >= 20.5"
prints '{"count":2}' "count filters"
v count docs --filter "size >"
ends 64 "a filter that can't be read is a usage error"
feed '{"id":"a","vector":[0,0,1]}
' insert docs -
v search docs --vector '[0,0,1]' -k 1 -o ids
prints a "an upsert replaced the vector"
feed '{"id":"a","vector":[0,0,1]}
' insert docs --mode insert
ends 65 "insert --mode insert refuses a known id"
feed '{"id":"zz","vector":[0,0,1]}
' insert docs --mode update
ends 66 "insert --mode update refuses a new id"

# --- Bad input -----------------------------------------------------------------------------------

bad() { # bad LINE TEXT: a line that insert refuses with 65, leaving the store as it was
    feed "$1
" insert docs -
    local first=$code
    v count docs -o ids
    [ "$first" -eq 65 ] && [ "$(cat out)" = 3 ]
    report $? "$2" "expected 65 and 3 points, got $first and $(cat out)"
}
bad '{"id":"n","vector":[1,2]}' "a wrong dimension is refused"
bad '{"id":"n","vector":[1,2,NaN]}' "NaN is refused"
bad '{"id":"n","vector":[1,2,1e99]}' "a number that is no 32-bit float is refused"
bad '{"id":"n","vector":[0,0,0]}' "a zero vector is refused for cosine"
bad '{"id":"n","vector":[1,2,3],"x":1,"x":2}' "duplicate members are refused"
bad '{"id":"n","vector":[1,2,3]' "broken JSON is refused"
bad '{"id":"","vector":[1,2,3]}' "an empty id is refused"
bad "$(printf '{"id":"\377","vector":[1,2,3]}')" "invalid UTF-8 is refused"
printf '{"id":"ok","vector":[1,2,3]}\n{"id":"bad","vector":[1]}\n' >mixed.jsonl
v -o json insert docs mixed.jsonl --batch-size 1
ends 65 "a bad second row stops the insert"
says '"code":65,"kind":"dimension_mismatch"' "the error is an object when JSON was asked for"
says '"line":2,"field":"vector","expected":3,"got":1,"committed":1' "with line, field and what stays"
v insert docs mixed.jsonl --on-error skip --rejects refused.jsonl
ends 65 "--on-error skip ends with 65 all the same"
same 1 "$(grep -c '"kind":"dimension_mismatch".*"row":"{' refused.jsonl)" \
    "and the refused row is in the rejects file"
v delete docs ok
v insert docs nowhere.jsonl
ends 66 "a file that is not there is not found"

# --- Search --------------------------------------------------------------------------------------

v search docs --vector '[1,1,0]' -k 2 --fields size
prints '{"rank":1,"id":"7","score":0.99999994,"payload":{"size":30}}
{"rank":2,"id":"b","score":0.70710677,"payload":{"size":20.50}}' "search finds the nearest first"
v search docs --id 7 -k 1 -o ids
prints 7 "search by id includes the point itself"
v search docs --vector '[1,1,0]' --filter "lang = 'de'" -o ids
prints b "search with a filter"
v search docs --vector '[1,1,0]' --min-score 0.9 -o ids
prints 7 "search with a worst score"
v search docs --vector '[1,1,0]' --filter "lang = 'fr'" --fail-empty
ends 1 "search --fail-empty ends with 1 when nothing is found"
v search docs --vector '[1,1]'
ends 65 "a query of another dimension is bad input"
v search docs --vector '[1,1,0]' --id a
ends 64 "two queries at once are a usage error"
printf '[1,0,0]\n{"vector":[0,1,0]}\n' >queries.jsonl
v search docs --queries queries.jsonl -k 1 -o tsv --no-header --fields lang
prints "0	1	7	0.70710677	en
1	1	b	1.0	de" "search --queries numbers its queries"
printf '\3\0\0\0\0\0\200\77\0\0\0\0\0\0\0\0' >query.fvecs
v search docs --queries query.fvecs -k 1 -o ids
prints 7 "search reads fvecs"

# --- Changes -------------------------------------------------------------------------------------

v set-payload docs 7 --set '{"size":31,"new":null}'
prints '{"matched":1,"updated":1,"sequence":10}' "set-payload counts what it changed"
v get docs 7
prints '{"id":"7","payload":{"lang":"en","size":31,"done":true,"new":null}}' "and merged the members"
v set-payload docs 7 --set '{"lang":"fr"}' --replace
v get docs 7
prints '{"id":"7","payload":{"lang":"fr"}}' "set-payload --replace replaced the payload"
v delete-payload docs --filter "size exists" --fields size
v count docs --filter "size exists" -o ids
prints 0 "delete-payload removed the field"
v create-index docs lang
holds 2 "SELECT count(*) FROM index_1 WHERE field = 'lang'" "create-index filled its table"
v count docs --filter "lang = 'fr'" -o ids
prints 1 "and a filter finds the same through it"
v create-index docs lang
ends 73 "create-index refuses a second time"
v info docs
shows '"indexes":["lang"]' "info names the index"
v drop-index docs lang
holds 0 "SELECT count(*) FROM index_1" "drop-index emptied it"
v delete docs --filter "lang = 'fr'" --dry-run
prints '{"matched":1,"deleted":0,"sequence":14}' "delete --dry-run only counts"
v delete docs 7 missing
prints '{"matched":1,"deleted":1,"sequence":15}' "delete does not mind a missing id"
printf 'b\n' >gone.txt
v delete docs --ids-from gone.txt
v list-points docs -o ids
prints a "deleted points are gone for a new process"

# --- Export, and reading it back -----------------------------------------------------------------

v insert docs points.jsonl
v export docs out.jsonl
says "$(sha256sum out.jsonl | cut -d' ' -f1)" "export tells the SHA-256 of its file"
same 600 "$(stat -c %a out.jsonl)" "which nobody else can read"
v create-collection copy --dim 3
v insert copy out.jsonl
v export copy again.jsonl
cmp -s out.jsonl again.jsonl
report $? "what was exported reads back byte for byte"
v export docs vectors.npy --payloads payloads.jsonl
same 1 "$(head -c 6 vectors.npy | grep -c NUMPY)" "export writes npy"
v create-collection npy --dim 3
v insert npy vectors.npy --payloads payloads.jsonl
v export npy again.jsonl
cmp -s out.jsonl again.jsonl
report $? "npy with payloads reads back the same points"
v export docs out.csv
v create-collection csv --dim 3
v insert csv out.csv
v export csv again.jsonl
cmp -s out.jsonl again.jsonl
report $? "csv reads back the same points"
v export docs /dev/full --format jsonl
ends 74 "export to a full device is an I/O error"
v export missing gone.jsonl
ls gone.jsonl* >/dev/null 2>&1
[ $? -ne 0 ]
report $? "a failed export leaves no file behind"
for name in copy npy csv; do v drop-collection "$name" --yes; done
same 1 "$(find store/store/vectors -mindepth 1 -maxdepth 1 | wc -l)" \
    "dropped collections leave no directory behind"

# --- The demo, and output that can't be written --------------------------------------------------

v demo
ends 0 "demo runs"
same 6 "$(wc -l <out)" "and finds six packages"
demo=$(find tmp -maxdepth 1 -name 'vectorizer-demo-*')
v -D "$demo" count packages -o ids
prints 300 "in a store of 300 points"
v -D "$demo" verify --full
prints '{"checked_files":2,"problems":0}' "that verifies"
for command in "count packages" "list-points packages" "export packages" "info packages" \
    "stats" "config show" "version" "help" "--version" "completions bash"; do
    code=0
    # shellcheck disable=SC2086
    "$vectorizer" -D "$demo" $command >/dev/full 2>err </dev/null || code=$?
    ends 74 "$command > /dev/full"
    code=0
    # shellcheck disable=SC2086
    "$vectorizer" -D "$demo" $command >&- 2>err </dev/null || code=$?
    ends 74 "$command with standard output closed"
done
env --default-signal=PIPE "$vectorizer" -D "$demo" list-points packages --with-vector \
    2>err </dev/null | head -1 >out
code=${PIPESTATUS[0]}
ends 141 "a reader that goes away ends the program with 141"
same "" "$(cat err)" "quietly"
(
    trap '' PIPE
    "$vectorizer" -D "$demo" list-points packages --with-vector 2>err </dev/null
    echo $? >code
) | head -1 >out
code=$(cat code)
ends 74 "where SIGPIPE is ignored, as under cron, it is an I/O error"

# --- Usage ---------------------------------------------------------------------------------------

v
ends 64 "no command and no terminal is a usage error"
v serach docs
ends 64 "an unknown command is a usage error"
says "did you mean 'search'" "with a suggestion"
v search docs --vektor '[1]'
ends 64 "an unknown option is a usage error"
v -o json frobnicate
says '{"error":{"code":64,"kind":"usage"' "usage errors are JSON when JSON was asked for"
VECTORIZER_OUTPUT=xml v stats
ends 78 "an impossible VECTORIZER_OUTPUT is a configuration error"
v help
ends 0 "help runs"
for command in init create-collection list-collections info rename-collection drop-collection \
    insert get list-points count delete set-payload delete-payload create-index drop-index search \
    export compact stats verify backup list-backups verify-backup diff-backups forget restore \
    "config show" demo completions version; do
    # shellcheck disable=SC2086
    v help $command
    [ "$code" -eq 0 ] && grep -q '^Exit codes' out && grep -q '^  vectorizer ' out
    report $? "help $command lists exit codes and examples" "$(head -c 400 out err)"
done
v --version
prints "$("$vectorizer" version -o ids)" "--version is the version"
v config show -o csv --no-header --source
shows "data_dir,$work/store,environment" "config show tells where a setting comes from"
v stats
shows '"collections":1,"points":3' "stats counts collections and points"
for shell in bash zsh fish; do
    v completions $shell
    [ "$code" -eq 0 ] && grep -q list-collections out
    report $? "completions $shell know the commands"
done

# --- A terminal ----------------------------------------------------------------------------------

feed '{"id":"odd\u001b[31m\u202e","vector":[1,2,3]}
' insert docs
script -qec "'$vectorizer' list-points docs --color never" /dev/null </dev/null >out 2>&1
shows 'odd\x1b[31m\u{202e}' "on a terminal a table shows control characters escaped"
[ "$(LC_ALL=C tr -d '\11\12\15\40-\176' <out | wc -c)" -eq 0 ]
report $? "and none of them raw"
v list-points docs --after a --limit 2 -o ids
[ "$(tail -1 out)" = "$(printf 'odd\33[31m\342\200\256')" ]
report $? "a pipe gets the id byte for byte"
v delete docs --filter "not lang exists"

# --- Several processes, and interruptions --------------------------------------------------------

code=0
flock -x store/LOCK.write "$vectorizer" delete docs nothing --wait 0 2>err >out </dev/null || code=$?
ends 75 "a writer that gets no lock is busy"
code=0
flock -x store/LOCK.write "$vectorizer" count docs -o ids 2>err >out </dev/null || code=$?
prints 3 "a reader does not wait for a writer"
for writer in 1 2 3 4; do
    seq -f "{\"id\":\"w$writer-%g\",\"vector\":[1,2,3]}" 1 50 |
        "$vectorizer" insert docs --batch-size 5 >/dev/null 2>&1 &
done
wait
v count docs -o ids
prints 203 "four writers at once lose nothing"
v delete docs --filter "not lang exists"

acknowledge() { # acknowledge SIGNAL: starts an insert, waits for its first batch, sends the signal
    mkfifo input
    "$vectorizer" insert docs --batch-size 1 --ack <input >acks 2>err &
    local process=$!
    exec 9>input
    printf '{"id":"%s","vector":[1,2,3]}\n{"id":"late","vec' "$1" >&9
    until grep -q '"batch":1' acks || ! kill -0 $process 2>/dev/null; do sleep 0.05; done
    kill -s "$1" $process
    code=0
    wait $process 2>/dev/null || code=$?
    exec 9>&-
    rm input
}
for signal in INT:130 TERM:143 KILL:137; do
    acknowledge ${signal%:*}
    ends ${signal#*:} "SIG${signal%:*} ends an insert with ${signal#*:}"
    v get docs ${signal%:*} -o ids
    prints ${signal%:*} "and what it had acknowledged is there"
done
v get docs late
ends 66 "what it had not is not"
v verify --full
prints '{"checked_files":2,"problems":0}' "and the store is whole"

# --- Compaction ----------------------------------------------------------------------------------

segments() { # segments: the segments and unindexed points that info tells
    "$vectorizer" info many -o jsonl | sed 's/.*"unindexed":\([0-9]*\),"segments":\([0-9]*\),.*/\2 \1/'
}
v create-collection many --dim 3
for n in $(seq 400); do
    printf '{"id":"m%d","vector":[%d,%d,9],"n":%d}\n' "$n" "$n" $((n * n % 97)) "$n"
done >many.jsonl
VECTORIZER_COMPACTION_THRESHOLD=400 v insert many many.jsonl
prints '{"inserted":400,"updated":0,"skipped":0,"rejected":0,"sequence":'"$(sed 's/.*"sequence":\([0-9]*\).*/\1/' out)"'}' \
    "insert answers as ever when it indexes"
grep -q 'indexing 400 rows' err
report $? "and says on standard error that it does" "$(cat err)"
same "1 0" "$(segments)" "one segment has all points then"
v delete many --filter 'n <= 100'
v insert many many.jsonl --mode insert --on-error skip
same "1 100" "$(segments)" "new points wait in the tail"
v search many --id m50 -k 1 -o ids
prints m50 "a search finds what is in the tail"
v search many --id m350 -k 1 -o ids
prints m350 "and what is in the segment"
v compact many --dry-run -o ids
same "1 100" "$(segments)" "a dry run of compact changes nothing"
code=0
flock -x store/LOCK.compact "$vectorizer" compact many --wait 0 2>err >out </dev/null || code=$?
ends 75 "compact beside a compaction is busy"
"$vectorizer" compact many --rebuild >/dev/null 2>&1 &
process=$!
sleep 0.02
kill -KILL $process 2>/dev/null
wait $process 2>/dev/null
v compact many
ends 0 "compact goes on where another was killed"
same "1 0" "$(segments)" "and makes one segment"
v verify --full --graph
ends 0 "in which each point can be reached"
v drop-collection many --yes
[ -z "$(find store -name '*.tmp')" ]
report $? "no unfinished file is left" "$(find store -name '*.tmp')"

# --- Keys, audit trail, settings, modes ----------------------------------------------------------

v keys create --name smoke --scope docs:read --scope '*:write'
ends 0 "a key is made"
grep -qxE 'vz_[0-9a-f]{16}_[0-9a-f]{64}_[0-9a-f]{8}' out
report $? "and stands alone on standard output" "$(cat out)"
cp out smoke.key
key=$(cat smoke.key)
id=${key:3:16}
v keys test smoke.key -o ids
prints "$id" "keys test knows whose it is"
feed "$key" keys test
ends 0 "and reads it from standard input"
v keys test "$key"
ends 64 "a key as an argument is refused"
! grep -q "${key:20:64}" err
report $? "and not repeated"
v keys rotate "$id" --overlap 1h
cp out new.key
v keys test smoke.key
ends 0 "the old text stays good while it overlaps"
v keys test new.key
ends 0 "and the new one is good"
v keys revoke "$id"
ends 64 "revoke wants --yes without a terminal"
v keys revoke "$id" --yes
ends 0 "a key is revoked"
for file in smoke.key new.key points.jsonl; do
    [ -f "$file" ] || continue
    v keys test "$file"
    ends 77 "keys test refuses what $file has in it"
done
same "vectorizer: error: the key is refused" "$(cat err)" "in one sentence"
v config set wait 7
v config get wait -o ids
prints 7 "config set sets what config get gets"
printf 'wiat: 7\n' >>store/config.yaml
v count docs
ends 78 "an unknown setting stops everything"
grep -q "config.yaml:2: unknown setting 'wiat', did you mean 'wait'?" err
report $? "and is told with its line" "$(cat err)"
sed -i 2d store/config.yaml
v config validate
ends 0 "config validate finds the mended file in order"
VECTORIZER_LOG_LEVEL=trace VECTORIZER_LOG_FILE=smoke.log v keys test new.key
[ -s store/smoke.log ]
report $? "a log file has lines in it"
! grep -rqF -e "${key:20:64}" -e "$(cut -c21-84 new.key)" store out err home
report $? "no key is in the store, its log, or any message"
rm store/smoke.log
v audit -o csv
grep -q ',key.revoke,' out && grep -q ',settings.set,' out && grep -q 'refused: revoked' out
report $? "the audit trail knows who was revoked, set and refused" "$(cat out)"
sqlite3 -readonly store/store/catalog.sqlite 'SELECT action FROM audit' | grep -q '^collection.create$'
report $? "and sqlite3 can read it"
chmod g+w store/store
v count docs
ends 77 "a store that others can write to is refused"
chmod 755 store
chmod g-w store/store
v count docs
grep -q 'can be read by other users' err
report $? "one that others can read is told" "$(cat err)"
v count docs -q
same "" "$(cat err)" "but not with -q"
chmod 700 store
rm store/config.yaml

# --- Backups -------------------------------------------------------------------------------------

v delete docs INT TERM KILL
v backup repo --tag nightly
ends 0 "backup makes a repository"
shows '"tag":"nightly"' "and tells of its snapshot"
says "is on the same device as the store" "and warns that one broken disk takes both"
same "700 600 700 600" "$(stat -c %a repo repo/repository.json repo/chunks repo/LOCK | tr '\n' ' ' |
    sed 's/ $//')" "whose directories are 0700 and files 0600, umask 000"
first=$("$vectorizer" list-backups repo -o ids)
same 16 "${#first}" "list-backups lists it"
v verify-backup repo
shows '"problems":0' "verify-backup finds it sound"
v export docs before.jsonl
v delete docs a
v backup repo --prove -o ids
second=$(cat out)
v list-backups repo --max-age 1h -o ids
prints "$first
$second" "a second snapshot comes last, and --prove proves it"
v diff-backups repo "$first" "$second"
ends 1 "diff-backups ends with 1 when something differs"
shows '"added":0,"removed":1,"changed":0' "and says what"
v diff-backups repo latest "$second"
ends 0 "and with 0 when nothing does"
v restore repo --snapshot "$first"
ends 64 "restore without a terminal wants --yes"
says "hint: vectorizer restore repo --snapshot $first --yes" "and says so with the same snapshot"
v restore repo --collection docs:old --snapshot "$first"
v export old old.jsonl
cmp -s before.jsonl old.jsonl
report $? "restore --collection brings one back beside the living one"
v restore repo --snapshot "$first" --yes
v export docs after.jsonl
cmp -s before.jsonl after.jsonl
report $? "restore brings the store back, byte for byte"
v verify --full --graph
ends 0 "and it is whole"
v restore repo --to copy
v -D copy get docs a -o ids
ends 66 "restore --to makes another one, of the latest snapshot"
v restore repo --to copy
ends 73 "but not where one is"
code=0
flock -s store/LOCK.open "$vectorizer" restore repo --yes --wait 0 2>err >out </dev/null || code=$?
ends 75 "a store that somebody has open is not replaced"
code=0
flock -s repo/LOCK "$vectorizer" forget repo --keep-last 1 --wait 0 2>err >out </dev/null || code=$?
ends 75 "forget does not go on beside a backup"
v backup store/inside
ends 64 "a repository in the data directory is refused"
v backup unmounted/disk/repo
ends 66 "of a repository only the last directory is made"
says "hint: mkdir -p unmounted/disk" "and the hint makes the others"
v backup fresh --require-existing
ends 66 "with --require-existing not even that"
[ ! -e unmounted ] && [ ! -e fresh ]
report $? "and nothing is left of either"
v backup tmp/..
ends 73 "and one among other files"
v forget repo
ends 64 "forget without a rule is refused"
cp -a repo damaged
# One that the latest snapshot needs: an older one's would not keep it from being restored.
latest=$(find damaged/snapshots -name '*.json' ! -name '*.proof.json' | sort | tail -n 1)
piece=$(find damaged/chunks -name "$(jq -r '[.files[].chunks[]][0]' "$latest")*")
printf '\377' | dd of="$piece" bs=1 seek=20 conv=notrunc status=none
v verify-backup damaged
ends 76 "verify-backup finds a flipped byte"
shows "{\"file\":\"${piece#damaged/}\"" "and names the file"
v restore damaged --to deep/new
ends 76 "restore does not make a store of it"
[ ! -e deep ]
report $? "nor leave a directory for one"
v list-backups nowhere
ends 66 "where no repository is, none is found"
v forget repo --keep-last 1
shows '{"kept":1,"forgotten":1,' "forget forgets"
v list-backups repo -o ids
prints "$second" "and the latest snapshot stays"
for process in 1 2 3; do "$vectorizer" backup repo >/dev/null 2>&1 & done
wait
v verify-backup repo
ends 0 "three backups at once leave a sound repository"
same 4 "$("$vectorizer" list-backups repo -o ids | wc -l)" "with all three snapshots"
"$vectorizer" backup repo >/dev/null 2>&1 &
process=$!
sleep 0.01
kill -KILL $process 2>/dev/null
wait $process 2>/dev/null
v backup repo
v verify-backup repo
ends 0 "so does one that was killed"
[ -z "$(find repo/tmp -mindepth 1)" ]
report $? "of which nothing is left"

# --- Users without an account -------------------------------------------------------------------

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    nobody=$(mktemp -d -p /tmp) # where others may go, too
    cp "$vectorizer" "$nobody/vectorizer"
    chmod 755 "$nobody"
    stranger() { # stranger ARGUMENT...: without an account and without a HOME
        code=0
        env -i -C / setpriv --reuid 54321 --regid 54321 --clear-groups "$nobody/vectorizer" "$@" \
            >out 2>err </dev/null || code=$?
    }
    stranger list-collections
    ends 66 "a user without an account and a HOME has no store"
    says "/.local/share/vectorizer" "and is told where it would be"
    stranger config show
    ends 0 "and sees settings"
    stranger demo
    ends 0 "and the demonstration"
    install -d -o 54321 -m 700 "$nobody/data"
    stranger -D "$nobody/data/store" init
    ends 0 "and makes a store elsewhere"
    stranger -D "$nobody/data/store" create-collection docs --dim 2
    stranger -D "$nobody/data/store" audit -o csv
    shows "user:54321" "whose audit trail has the user's number"
    rm -rf "$nobody"
fi

# --- Damage --------------------------------------------------------------------------------------

cp -a store broken
printf '\377' | dd of="$(tail_file broken)" bs=1 seek=90 conv=notrunc status=none
v -D broken verify
ends 76 "verify finds a flipped byte in a vector"
shows '"problem":"checksum of row 0"' "and says where"
cp -a store short
truncate -s 100 "$(tail_file short)"
v -D short search docs --id a
ends 76 "a search in a tail that is too short says corruption"
cp -a store lost
rm "$(tail_file lost)"
v -D lost search docs --vector '[1,2,3]'
ends 76 "a missing tail is corruption"
cp -a store changed
sqlite3 changed/store/catalog.sqlite "UPDATE points_1 SET payload = '{\"lang\":\"xx\"}' WHERE id = 'a'"
v -D changed get docs a
ends 76 "a payload that was changed behind our back is not shown"
cp -a store newer
sqlite3 newer/store/catalog.sqlite "PRAGMA user_version = 99"
v -D newer count docs
ends 78 "a catalog of a later program is refused"
v verify --full
ends 0 "the store itself is whole"

finish
