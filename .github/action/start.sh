#!/usr/bin/env bash
# The one step of action.yml: installs mock-capi away from the job's own packages, starts it for the rest of the job, and
# tells later steps where it is. FROM is what pip installs, PYTHON what it runs with; MOCK_CAPI_* are the server's own.
set -euo pipefail

work=$(mktemp -d "$RUNNER_TEMP/mock-capi.XXXXXX")
"$PYTHON" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "${FROM:-$GITHUB_ACTION_PATH}"

# The command alone: the job's own python and pip stay what they are.
mkdir "$work/bin"
ln -s "$work/venv/bin/mock-capi" "$work/bin/mock-capi"
PATH=$work/bin:$PATH
echo "$work/bin" >>"$GITHUB_PATH"

[ -n "$MOCK_CAPI_DATASETS" ] || unset MOCK_CAPI_DATASETS
nohup mock-capi serve </dev/null >"$work/log" 2>&1 &
server=$!
url=
until [ -n "$url" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
  url=$(sed -n 's/.* listens on //p' "$work/log")
done
mock-capi ready --url "$url" --wait

first() { sed -n "s/^  $1  //p" "$work/log" | head -n 1; }
tell() {
  echo "$1=$2" >>"$GITHUB_OUTPUT"
  echo "MOCK_CAPI_$3=$2" >>"$GITHUB_ENV"
}
tell url "$url" URL
tell api-key "$(first 'api key')" API_KEY
tell data-set-id "$(first dataset)" DATA_SET_ID
