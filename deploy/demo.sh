#!/usr/bin/env bash
# A federation on this machine: 22 nodes, one for each district health board, asked together and
# compared with what the Ministry of Health published. Ends by itself and leaves nothing running.
#   deploy/demo.sh              install what is missing, build, run
#   deploy/demo.sh --no-build   run the binaries that lie in BUILD_DIR/bin
# BUILD_DIR (default: build) says where to build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C.UTF-8

build=${BUILD_DIR:-build}
data=deploy/demo/data/nz-covid-cases
boards=("Auckland" "Counties Manukau" "Waitemata")
stopped=southern stopped_label=Southern
build_first=1
case "${1:-}" in
  "") ;;
  --no-build) build_first=0 ;;
  -h | --help) sed -n '2,/^[^#]/ s/^# \{0,1\}//p' deploy/demo.sh; exit 0 ;;
  *) echo "demo.sh: unknown option '$1'; use no option, or --no-build" >&2; exit 2 ;;
esac

child=""
work=""
cleanup() {
  trap - EXIT INT TERM
  if [ -n "$child" ]; then  # `lab up` stops its daemons itself
    kill -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  [ -n "$work" ] || return 0
  "$build/bin/commons" lab down --dir "$work/lab" >/dev/null 2>&1 || true
  # A lab that was killed in the middle of a start does not know all of its daemons.
  local process words
  for process in /proc/[0-9]*; do
    mapfile -d '' -t words 2>/dev/null <"$process/cmdline" || continue
    [[ "${words[*]}" != *" --dir $work/lab/"* ]] || kill -KILL "${process#/proc/}" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM

# A command in its own process group, so that a signal ends all of it, and at once: bash would wait
# for one in the foreground.
run() {
  set -m
  "$@" &
  child=$!
  set +m
  local code=0
  wait "$child" || code=$?
  child=""
  return "$code"
}

say() { printf '%s\n' "$@"; }

if [ "$build_first" = 1 ]; then
  if [ -x "$build/bin/commons" ] && [ -x "$build/bin/commonsd" ]; then
    say "Builds what changed, then asks: about half a minute if nothing did."
  else
    say "The first time takes 5 to 8 minutes on two quiet cores: packages up to 1, building 4 to 6," \
      "questions less than 1. Later times take about half a minute."
  fi
  deploy/install-deps.sh
  say "Building in $build ..."
  log=$(mktemp)
  compile() {
    [ -f "$build/CMakeCache.txt" ] ||
      cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCOMMONS_TESTS=OFF || return
    cmake --build "$build" --target commons commonsd
  }
  progress() {  # without a terminal a line at each quarter
    local line quarter=1
    while IFS= read -r line; do
      printf '%s\n' "$line" >>"$log"
      if [ -t 1 ]; then
        printf '\r\033[K%.78s' "$line"
      elif [[ "$line" =~ ^\[([0-9]+)/([0-9]+)\] ]] && [ "${BASH_REMATCH[2]}" -ge 20 ]; then
        while [ "$quarter" -le 3 ] &&
            [ $((4 * BASH_REMATCH[1])) -ge $((quarter * BASH_REMATCH[2])) ]; do
          printf '  %s %% built\n' $((25 * quarter))
          quarter=$((quarter + 1))
        done
      fi
    done
    [ ! -t 1 ] || printf '\r\033[K'
  }
  build_quietly() { compile 2>&1 | progress; }
  if ! run build_quietly; then
    grep -E 'error|Error|FAILED' "$log" | head -n 20 >&2 || true
    echo "demo.sh: the build failed; see $log" >&2
    exit 1
  fi
  rm -f "$log"
fi
commons=$build/bin/commons
[ -x "$commons" ] || { echo "demo.sh: $commons is missing; run without --no-build" >&2; exit 2; }

work=$(mktemp -d)
# The Ministry publishes a table by board, so that a board's own cells are no secret here.
echo 'exclusive_cells = "allow"' >"$work/policy.toml"

took=""
timed() {  # COMMAND..., and how long it took in $took
  local from=$EPOCHREALTIME
  run "$@" || return
  took=$(awk -v from="$from" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f s", to - from }')
}
ask() {  # SQL, the answer in $work/ours
  # What it says beside the numbers is told in this script's own words.
  timed "$commons" lab query --dir "$work/lab" --format csv "$1" >"$work/ours" 2>"$work/said" || {
    cat "$work/said" >&2
    exit 1
  }
}
label() { sed -i "s/^/$1,/" "$work/ours"; }

# Our CSV on one side, "label,total" of the Ministry on the other.
beside() {  # OURS OFFICIAL HEADING
  awk -F, -v heading="$3" '
    { sub(/\r$/, "") }
    FNR == NR { official[$1] = $2; next }
    FNR == 1 { printf "  %-24s %16s %12s\n", heading, "22 nodes", "Ministry"; next }
    {
      shown = $2 == "" ? sprintf("%16s", "not shown") : sprintf("%10s ± %-3s", $2, $3)
      off = $2 - official[$1]
      verdict = $2 == "" ? "(too small to show)" \
              : (off < 0 ? -off : off) <= $3 ? "within the margin" \
              : "outside the margin, as 1 in 20 may be"
      printf "  %-24s %s %12s   %s\n", $1, shown, official[$1], verdict
    }' "$2" "$1"
  echo
}

say "" "Starting 22 nodes, each with its own records, keys and rules ..."
timed "$commons" lab up --dir "$work/lab" --package "$data/datapackage.json" --data "$data/by-dhb" \
  --policy "$work/policy.toml"
say "Up in $took. Records stay where they are; only noisy totals leave." ""

published() {  # TABLE LABEL-COLUMN TOTAL-COLUMN
  awk -F, -v label="$2" -v total="$3" 'FNR > 1 { print $label "," $total }' "$data/$1"
}

ask "SELECT sex, COUNT(*) AS n FROM covid_cases GROUP BY sex"
published official_by_sex.csv 2 6 >"$work/official"
say "Cases by sex ($took):"
beside "$work/ours" "$work/official" "sex"

ask "SELECT age_group, COUNT(*) AS n FROM covid_cases GROUP BY age_group"
published official_by_age_group.csv 2 6 >"$work/official"
say "Cases by age group ($took):"
beside "$work/ours" "$work/official" "age group"

list=$(printf "'%s', " "${boards[@]}")
ask "SELECT COUNT(*) AS n FROM covid_cases WHERE dhb IN (${list%, })"
label "the three boards"
published official_by_dhb.csv 1 5 >"$work/boards"
{
  for board in "${boards[@]}"; do grep "^$board," "$work/boards"; done
} | awk -F, '{ sum += $2 } END { print "the three boards," sum }' >"$work/official"
say "Cases of $(printf '%s, ' "${boards[@]}" | sed 's/, $//; s/\(.*\), /\1 and /') ($took):"
beside "$work/ours" "$work/official" "boards"

say "Now the node of $stopped_label stops, and the same question goes to the others."
run "$commons" lab stop --dir "$work/lab" "$stopped"
question="SELECT COUNT(*) AS n FROM covid_cases"
ask "$question"
label "all other boards"
awk -F, -v gone="$stopped_label" '
  $1 == "Total" { total = $2 } $1 == gone { missing = $2 }
  END { print "all other boards," total - missing }' "$work/boards" >"$work/official"
beside "$work/ours" "$work/official" "boards" | sed 's/22 nodes/21 nodes/'
say "What the answer says about who is missing:"
run "$commons" lab query --dir "$work/lab" "$question" | sed -n '/members answered/,/offline\|refused/ s/^/  /p'

run "$commons" lab down --dir "$work/lab"
cat <<END

All nodes are stopped and removed. To try it yourself:
  $commons lab up --dir /tmp/lab --package $data/datapackage.json --data $data/by-dhb
  $commons lab explain --dir /tmp/lab "SELECT age_group, sex, COUNT(*) FROM covid_cases GROUP BY 1, 2"
  $commons lab query --dir /tmp/lab "SELECT age_group, sex, COUNT(*) FROM covid_cases GROUP BY 1, 2"
  $commons lab query --dir /tmp/lab "SELECT dhb, COUNT(*) FROM covid_cases GROUP BY dhb"
  $commons lab down --dir /tmp/lab
The last question is refused: single boards' numbers are for each board to allow.
README.md and docs/ say what this is, what it is not, and how to run a real node.
END
