#!/usr/bin/env bash
# The long form of every test of trust, as it is run before a release, and the figures of docs/reliability.md made anew.
#
#   tests/faults/soak.sh            everything: about two hours on two cores
#   tests/faults/soak.sh faults     only this part: faults, laws, fuzz or page
#
# ROUND_TRIPS, HISTORIES and FUZZ_SECONDS make the laws and the fuzzing longer or shorter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CARGO_TERM_COLOR=never NO_COLOR=1
target=${CARGO_TARGET_DIR:-$PWD/target}
mkdir -p "$target/faults"
# Throwaway stores live in memory where they can: what is tried here is the program and not the disk.
if [ -z "${TMPDIR:-}" ] && [ -d /dev/shm ] && [ -w /dev/shm ]; then
  TMPDIR=$(mktemp -d -p /dev/shm)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
fi

figure() { # KEY TEXT: what was measured, for the page
  echo "figure: $1: $2"
  echo "$2" >"$target/faults/$1.txt"
}
grouped() { printf "%d" "$1" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta'; }

faults() {
  FAULTS=soak cargo test --profile soak --locked --test faults -- --nocapture --test-threads=1
}

law() { # FILTER CASES
  PROPTEST_CASES=$2 cargo test --profile soak --locked --test it -- --nocapture "$1"
}

laws() {
  local round_trips=${ROUND_TRIPS:-100000} histories=${HISTORIES:-10000}
  law a_bundle_rebuilds_its_store_and_changes_nothing_where_it_came_from "$round_trips"
  figure round-trips "$(grouped "$round_trips") generated stores out and in again, 0 differences"
  law every_order_of_merging_comes_to_the_same "$histories"
  law merging_comes_to_the_same_in_any_order "$histories"
  figure histories "$(grouped "$histories") histories of two to five stores in every order and $(grouped "$histories") in random groups, 0 lost in silence"
  law stores_end_alike_in_any_order "$((histories / 20))"
  figure stores "$(grouped $((histories / 20))) histories of real stores, 0 differences"
  law undo_takes_back_exactly_what_was_done "$histories"
  figure undo "$(grouped "$histories") random sequences of commands undone, redone and undone again, 0 differences"
}

fuzz() {
  fuzz/run.sh "${FUZZ_SECONDS:-600}" | tee "$target/faults/fuzz.log"
  local executions
  executions=$(awk '$1 == "fuzz:" && $4 == "executions," { all += $3 } END { print all + 0 }' "$target/faults/fuzz.log")
  [ "$executions" = 0 ] || figure fuzz "$(grouped "$executions") executions, 0 crashes, none over 10 s or 512 MiB"
}

page() {
  figure when "$(date -u +%F) on $(nproc) cores"
  UPDATE_RELIABILITY=1 cargo test --profile soak --locked --test faults page::
}

case ${1:-all} in
  all) faults; laws; fuzz; page ;;
  faults | laws | fuzz | page) "$1" ;;
  *) echo "soak.sh: \`$1\` is not a part: faults, laws, fuzz or page"; exit 2 ;;
esac
