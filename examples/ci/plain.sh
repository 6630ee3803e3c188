#!/bin/sh
# Runs your tests beside a mock of their own, in any CI that has a shell, and keeps the go-live report:
#
#   plain.sh pytest tests/        # or whatever runs them
#
# They find the mock in MOCK_CAPI_URL, MOCK_CAPI_API_KEY and MOCK_CAPI_DATA_SET_ID. Exit code 1 says that the report has
# an item that failed; where the tests failed, theirs is the exit code. The reports are written to $REPORTS.
#
# The command mock-capi must be installed, or INSTALL must say what pip installs: a checkout, a wheel, a URL.
set -eu

[ $# -gt 0 ] || { echo "usage: plain.sh COMMAND [ARGUMENT...]" >&2; exit 2; }
reports=${REPORTS:-reports}
work=$(mktemp -d)
server=

trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! command -v mock-capi >/dev/null; then
    : "${INSTALL:?mock-capi is not installed: set this to what pip installs}"
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet "$INSTALL"
    PATH=$PATH:$work/venv/bin
fi

# On a free port, which its greeting tells.
mock-capi serve --port 0 >"$work/greeting" &
server=$!
MOCK_CAPI_URL=
until [ -n "$MOCK_CAPI_URL" ]; do
    kill -0 "$server" 2>/dev/null || exit 2
    sleep 0.1
    MOCK_CAPI_URL=$(sed -n 's/.* listens on //p' "$work/greeting")
done
MOCK_CAPI_DATA_SET_ID=$(sed -n 's/^  dataset  //p' "$work/greeting" | head -n 1)
MOCK_CAPI_API_KEY=$(sed -n 's/^  api key  //p' "$work/greeting" | head -n 1)
export MOCK_CAPI_URL MOCK_CAPI_DATA_SET_ID MOCK_CAPI_API_KEY
mock-capi ready --wait

tests=0 report=0
"$@" || tests=$?
mkdir -p "$reports"
mock-capi report --format html --output "$reports/go-live.html" >/dev/null || true
mock-capi report --format junit --output "$reports/go-live.xml" || report=$?
exit $((tests ? tests : report))
