#!/usr/bin/env bash
# The speed table: each command as a whole cold process, in turn with a program that does the least work possible.
#
#   BENCH=/path/to/bench BENCH_WORK=/path/to/work benches/whole_process.sh [ROW…]
#
# BENCH is the yardstick folder (gen.py, floor/), BENCH_WORK holds its data and its built `bin/floor` and `bin/bench`:
#
#   $BENCH/run.sh gen TEXTS && $BENCH/run.sh setup floor
#
# ROW is any of: version tag-offsets tag-quote add import-small import-large undo merge export-small export-large
# stats cooccurrence find.
# Some 3 GB are written below $BENCH_WORK/state/postil and removed at the end; the whole table takes some ten minutes.
# POSTIL names another binary than this tree's release build.
set -euo pipefail
: "${BENCH:?the yardstick folder}" "${BENCH_WORK:?its work folder, with data/ and bin/}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}

for needed in data/docs data/one.json data/codings_100000.csv data/codings_1000000.csv data/codes.txt \
  data/coder_ana_100000.csv data/coder_ben_100000.csv; do
  [ -e "$BENCH_WORK/$needed" ] || { echo "no $BENCH_WORK/$needed: run $BENCH/run.sh gen TEXTS" >&2; exit 2; }
done
for needed in bin/floor bin/bench; do
  [ -x "$BENCH_WORK/$needed" ] || { echo "no $BENCH_WORK/$needed: run $BENCH/run.sh setup floor" >&2; exit 2; }
done

if [ -z "${POSTIL:-}" ]; then
  cargo build --release --locked --manifest-path "$root/Cargo.toml"
  POSTIL=${CARGO_TARGET_DIR:-$root/target}/release/postil
fi
# A user's own settings must not take part in the race.
unset POSTIL_STORE POSTIL_NOW POSTIL_SEED
export POSTIL_CONFIG=/dev/null POSTIL_CODER=ana
exec python3 "$here/whole_process.py" "$POSTIL" "$BENCH_WORK" "$@"
