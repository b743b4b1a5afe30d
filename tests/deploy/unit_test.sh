#!/bin/sh
# The systemd unit: understood whole (verify prints nothing) and hardened (exposure at most 1.5).
# systemd-analyze returns 0 for unknown keys and bad values, so anything on stderr is a failure.
# Exit 77: skipped.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
if ! command -v systemd-analyze > /dev/null; then
  echo "skipped: systemd-analyze is not installed"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The program need not be installed to check the unit.
sed "s|^ExecStart=[^ ]*|ExecStart=/bin/true|" "$root/deploy/commonsd.service" > "$work/commonsd.service"
systemd-analyze verify --man=no "$work/commonsd.service" 2> "$work/stderr" || true
if [ -s "$work/stderr" ]; then
  echo "systemd-analyze verify:" >&2
  cat "$work/stderr" >&2
  exit 1
fi
# --threshold is in tenths of exposure: 15 is 1.5.
systemd-analyze security --offline=true --no-pager --threshold=15 "$work/commonsd.service" \
  > "$work/security" || {
  tail -n 1 "$work/security" >&2
  exit 1
}
tail -n 1 "$work/security"
