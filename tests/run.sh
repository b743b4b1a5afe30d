#!/usr/bin/env bash
# Build and run the tests.
#   tests/run.sh             unit tests and real federations (release build)
#   tests/run.sh --quick     unit tests only
#   tests/run.sh -k NAME     only tests whose name contains NAME (a regular expression)
#   tests/run.sh --full      also AddressSanitizer and UBSan over the unit tests, short fuzzing, and
#                            a random twentieth of --guards
#   tests/run.sh --sanitize thread|address,undefined     only the unit tests, so built
#   tests/run.sh --fuzz SECONDS                          only fuzzing, so long for each target
#   tests/run.sh --guards    only this: each guard is taken out in turn, and a test must notice
# BUILD_DIR (default: build) says where; the closing line counts passed, failed and skipped.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

quick=0 full=0 guards=0 filter="" sanitize="" fuzz_seconds=""
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,/^[^#]/ s/^# \{0,1\}//p' tests/run.sh; exit 0 ;;
    --quick) quick=1 ;;
    --full) full=1 ;;
    --guards) guards=1 ;;
    -k) filter=${2:?-k needs a name}; shift ;;
    --sanitize) sanitize=${2:?--sanitize needs thread or address,undefined}; shift ;;
    --fuzz) fuzz_seconds=${2:?--fuzz needs seconds}; shift ;;
    *) echo "tests/run.sh: unknown option '$1'; see tests/run.sh --help" >&2; exit 2 ;;
  esac
  shift
done

deploy/install-deps.sh --tests || exit $?
build=$(realpath -m "${BUILD_DIR:-build}")
passed=0 failed=0 skipped=0

configure_and_build() {  # DIR "TARGET..." cmake-options...
  local dir=$1 targets=$2; shift 2
  local log; log=$(mktemp)
  # shellcheck disable=SC2086
  if ! { cmake -S . -B "$dir" -G Ninja "$@" && cmake --build "$dir" --target $targets; } >"$log" 2>&1; then
    grep -E 'error|Error|FAILED' "$log" | head -n 40 >&2
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "tests/run.sh: the build in $dir failed" >&2
    failed=$((failed + 1))
    return 1
  fi
  rm -f "$log"
}

run_ctest() {  # DIR ctest-options...
  local dir=$1; shift
  local report="$dir/junit.xml"
  rm -f "$report"
  ctest --test-dir "$dir" --output-on-failure -j 2 --output-junit "$report" "$@" |
    grep -vE '^ *[0-9]+/[0-9]+ Test.* Passed |^ +Start +[0-9]+:'
  local counts p f s
  counts=$(python3 - "$report" <<'PY'
import sys, xml.etree.ElementTree as tree
try:
    cases = list(tree.parse(sys.argv[1]).getroot().iter("testcase"))
except (OSError, tree.ParseError):
    cases = []
failed = sum(case.get("status") == "fail" for case in cases)
skipped = sum(case.get("status") in ("notrun", "disabled") for case in cases)
print(len(cases) - failed - skipped, failed, skipped)
PY
  )
  read -r p f s <<<"$counts"
  if [ "$((p + f + s))" -eq 0 ] && [ -z "$filter" ]; then f=1; echo "no test ran in $dir" >&2; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

with_clang=(-DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang)

sanitized() {  # SANITIZERS TARGET...: configures and builds with clang, sets $dir
  dir="$build-${1//,/-}"
  local fuzz=OFF; [ "$1" = address,undefined ] && fuzz=ON
  configure_and_build "$dir" "${*:2}" "${with_clang[@]}" -DCOMMONS_SANITIZE="$1" -DCOMMONS_FUZZ=$fuzz
}

fuzz_one() {  # TARGET SECONDS: its output goes beside it
  local name
  name=$(basename "$1")
  mkdir -p "$dir/corpus/$name"
  "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$dir/" \
    "$dir/corpus/$name" "tests/fuzz/corpus/${name%_fuzz}" >"$dir/$name.log" 2>&1 &&
    touch "$dir/$name.passed"
}

run_fuzz() {  # SECONDS, after a build by sanitized; two at a time
  local target names=() name
  rm -f "$dir"/*.passed
  for target in "$dir"/bin/*_fuzz; do
    [[ "$(basename "$target")" =~ $filter ]] || continue
    names+=("$(basename "$target")")
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    fuzz_one "$target" "$1" &
  done
  wait
  for name in "${names[@]}"; do
    if [ -e "$dir/$name.passed" ]; then passed=$((passed + 1)); continue; fi
    failed=$((failed + 1))
    tail -n 30 "$dir/$name.log" >&2
    echo "tests/run.sh: $name failed; its input lies in $dir/" >&2
  done
}

run_guards() {  # guards.py-options...: says itself what it found
  if tests/guards/guards.py --build "$build" "$@" >&2; then passed=$((passed + 1))
  else failed=$((failed + 1)); fi
}

started=$SECONDS
match=(); [ -n "$filter" ] && match=(-R "$filter")
if [ -n "$sanitize" ]; then
  tsan="ignore_noninstrumented_modules=1:die_after_fork=0:suppressions=$PWD/tests/tsan.supp"
  export TSAN_OPTIONS=${TSAN_OPTIONS:-$tsan}
  sanitized "$sanitize" unit_tests && run_ctest "$dir" -LE 'federation|source' "${match[@]}"
elif [ -n "$fuzz_seconds" ]; then
  sanitized address,undefined fuzz_targets && run_fuzz "$fuzz_seconds"
elif [ $guards = 1 ]; then
  run_guards
else
  if configure_and_build "$build" all -DCMAKE_BUILD_TYPE=Release -DCOMMONS_TESTS=ON \
    -DCOMMONS_BENCH=ON; then
    if [ $quick = 1 ]; then run_ctest "$build" -LE 'federation|slow' "${match[@]}"
    else run_ctest "$build" "${match[@]}"; fi
  fi
  if [ $full = 1 ]; then
    echo "AddressSanitizer, UBSan and fuzzing ..." >&2
    if sanitized address,undefined unit_tests fuzz_targets; then
      run_ctest "$dir" -LE 'federation|source' "${match[@]}"
      run_fuzz 5
    fi
    echo "A random twentieth of the guards ..." >&2
    run_guards --sample 20
  fi
fi
echo "took $((SECONDS - started)) s" >&2
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
