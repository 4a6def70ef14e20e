#!/usr/bin/env bash
# Two bulk inserts, a one-row insert, a count loop and a search loop on one directory at once.
# usage: together.sh VECTORIZER VECTORS.npy PAYLOADS.jsonl   (dimension 384)
set -euo pipefail
program=$1 vectors=$2 payloads=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export VECTORIZER_DATA_DIR=$folder/store
"$program" -q init
"$program" -q create-collection docs --dim 384
"$program" insert docs <<<"{\"id\":\"seed\",\"vector\":[$(printf '0.1,%.0s' $(seq 383))0.1]}" >/dev/null

seconds() { awk "BEGIN { printf \"%.3f\", $2 - $1 }"; }
sed 's/"id": "/"id": "a-/' "$payloads" >"$folder/a.jsonl"
sed 's/"id": "/"id": "b-/' "$payloads" >"$folder/b.jsonl"
start=$(date +%s.%N)
"$program" insert docs "$vectors" --payloads "$folder/a.jsonl" >"$folder/a.out" &
first=$!
"$program" insert docs "$vectors" --payloads "$folder/b.jsonl" >"$folder/b.out" &
second=$!

: >"$folder/count" ; : >"$folder/search" ; : >"$folder/single"
(while [ ! -e "$folder/done" ]; do
    from=$(date +%s.%N); "$program" count docs -o ids >>"$folder/counts"; seconds "$from" "$(date +%s.%N)" >>"$folder/count"; echo >>"$folder/count"
done) &
(while [ ! -e "$folder/done" ]; do
    from=$(date +%s.%N); "$program" search docs --id seed -k 3 >/dev/null; seconds "$from" "$(date +%s.%N)" >>"$folder/search"; echo >>"$folder/search"
done) &
(number=0; while [ ! -e "$folder/done" ]; do
    number=$((number + 1)); from=$(date +%s.%N)
    "$program" insert docs >/dev/null <<<"{\"id\":\"one-$number\",\"vector\":[$(printf '0.1,%.0s' $(seq 383))$number]}"
    seconds "$from" "$(date +%s.%N)" >>"$folder/single"; echo >>"$folder/single"
done; echo "$number" >"$folder/singles") &
wait "$first" "$second"
seconds "$start" "$(date +%s.%N)" >"$folder/bulk"
touch "$folder/done"
wait
rows=$(wc -l <"$payloads")
singles=$(cat "$folder/singles")
expected=$((2 * rows + singles + 1))
actual=$("$program" count docs -o ids)
echo "points expected $expected, there $actual"
[ "$expected" = "$actual" ]
sort -nc "$folder/counts" && echo "counts never went back"
"$program" verify --full -o ids >/dev/null && echo "verify --full: no problems"
echo "both bulk inserts: $(cat "$folder/bulk") s wall"
for what in single count search; do
    awk -v what="$what" '{ if ($1 > m) m = $1; s += $1 } END { printf "%s: %d times, mean %.3f s, worst %.3f s\n", what, NR, s / NR, m }' "$folder/$what"
done
