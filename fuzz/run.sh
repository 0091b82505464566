#!/usr/bin/env bash
# Builds the fuzz targets and runs each for a while; one plain line a target. Ends with 1 when anything was found.
#
#   fuzz/run.sh                        every target, 60 seconds each
#   fuzz/run.sh 600 csv_import merge   these, ten minutes each
#
# FUZZ_JOBS=2 runs two targets at a time; FUZZ_SEED=1 begins every run with the same chances. What was learnt is kept in target/fuzz/corpus, what was found in target/fuzz/found.
# Needs a C++ compiler. The product's own lock file says which versions are built. Stable Rust is enough: no sanitizer is linked, since the product
# has no unsafe code; sums that overflow and assertions that fail are found all the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TERM_COLOR=never RUST_BACKTRACE=1
seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
all=(address quote codebook csv_import xlsx_import store_check merge)
targets=("${@:-${all[@]}}")
home=$PWD/target/fuzz
mkdir -p "$home/corpus" "$home/found" "$home/logs"

skipped() {
  echo "skipped: $*"
  exit 0
}
command -v c++ >/dev/null || skipped 'no C++ compiler: the fuzz targets are not run'
host=$(rustc -vV | sed -n 's/^host: //p')
[[ $host == *-linux-gnu ]] || skipped "the fuzz targets are built on Linux only, not on $host"

# What the product is locked to, and whatever the fuzzer needs besides.
cp Cargo.lock fuzz/Cargo.lock
# With a target named, the flags do not reach build scripts, which could not be linked with them.
coverage='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares'
if ! RUSTFLAGS=${coverage//$'\n'/ } CARGO_TARGET_DIR=$home cargo build --release --manifest-path fuzz/Cargo.toml \
  --target "$host" "${all[@]/#/--bin=}" >"$home/logs/build.log" 2>&1; then
  grep -m 20 -E '^(error|warning: unused)' "$home/logs/build.log" || tail -n 20 "$home/logs/build.log"
  grep -q '^error\[E' "$home/logs/build.log" && exit 1
  skipped 'the fuzz targets cannot be built here (target/fuzz/logs/build.log says why)'
fi

# One target. Its line is written whole, also when two run at a time.
run() {
  local target=$1 log=$home/logs/$1.log corpus=$home/corpus/$1 longest=8192 status=0 executions peak found
  # Nobody types a longer one, and short inputs are tried ten times as fast.
  [ "$target" != address ] || longest=256
  mkdir -p "$corpus"
  "$home/$host/release/$target" "$corpus" "fuzz/seeds/$target" -max_total_time="$seconds" -rss_limit_mb=512 -timeout=10 \
    -max_len=$longest -seed="${FUZZ_SEED:-0}" -print_final_stats=1 -artifact_prefix="$home/found/$target-" >"$log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
  found=$([ "$status" -eq 0 ] && echo 0 || echo 1)
  echo "fuzz: $target ${executions:-0} executions, $found crashes, peak ${peak:-?} MiB"
  if [ "$status" -ne 0 ]; then
    grep -a -E -m 3 'panicked at|ERROR: libFuzzer|Test unit written' -A 2 "$log" || tail -n 5 "$log"
  fi
  return "$status"
}

failed=0
running=0
for target in "${targets[@]}"; do
  run "$target" &
  running=$((running + 1))
  if [ "$running" -ge "${FUZZ_JOBS:-1}" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit "$failed"
