#!/usr/bin/env bash
# Install what the build needs from Debian 12 or 13; with --tests, also what the tests need.
# The only place that runs apt. Nothing happens when all is present.
set -euo pipefail

packages=(g++ cmake ninja-build ccache mold pkg-config
          libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev protobuf-compiler
          libsodium-dev librocksdb-dev libabsl-dev libssl-dev
          libpg-query-dev libprotobuf-c-dev libcli11-dev libtomlplusplus-dev libspdlog-dev
          nlohmann-json3-dev libutf8proc-dev tzdata)
tests=(libgtest-dev libgmock-dev libsqlite3-dev python3 git clang libclang-rt-dev systemd
       postgresql)

# The version that tests/style asks; Debian 13 has others, and skips it.
if grep -qs '^VERSION_ID="12"' /etc/os-release; then tests+=(clang-format-14 clang-tidy-14); fi

case "${1:-}" in
  "") ;;
  --tests) packages+=("${tests[@]}") ;;
  *) echo "install-deps.sh: unknown option '$1'; use no option, or --tests" >&2; exit 2 ;;
esac

command -v apt-get >/dev/null || {
  echo "install-deps.sh: this is not Debian (no apt-get); install by hand: ${packages[*]}" >&2
  exit 2
}

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=()
elif sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
elif command -v sudo >/dev/null && [ -t 0 ]; then
  as_root=(sudo)
else
  echo "install-deps.sh: packages are missing and this user may not install them; run as root: apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 2
fi

echo "Installing ${#missing[@]} Debian packages ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    echo "install-deps.sh: '$*' failed (see above)" >&2
    exit 1
  }
}
run apt-get update -q
# Tests start a PostgreSQL of their own: where there was none, installing it starts none.
clusters=/etc/postgresql-common/createcluster.conf
if [[ " ${missing[*]} " == *" postgresql "* ]] && [ ! -e "$clusters" ]; then
  run apt-get install -y -q --no-install-recommends postgresql-common
  run sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$clusters"
fi
run apt-get install -y -q --no-install-recommends "${missing[@]}"
