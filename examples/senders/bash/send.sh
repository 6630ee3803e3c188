#!/usr/bin/env bash
# Sends orders as purchases, in batches, and tries again what may yet succeed: bash send.sh orders.csv
# Needs bash 5, curl 7.84, awk, and GNU's date and sha256sum.
set -euo pipefail

columns=transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid
most_attempts=6
longest_seconds=60

# Ends before anything is sent.
stop() {
  echo "send.sh: $1" >&2
  exit 2
}

for name in MOCK_CAPI_URL MOCK_CAPI_API_KEY MOCK_CAPI_DATA_SET_ID; do
  [[ -n ${!name:-} ]] || stop "$name is not set"
done
[[ $MOCK_CAPI_URL =~ ^https?:// ]] || stop "MOCK_CAPI_URL must begin with http:// or https://"
: "${BATCH_SIZE:=500}" "${BACKOFF_SECONDS:=1}" "${TIMEOUT_SECONDS:=10}"
for name in BATCH_SIZE BACKOFF_SECONDS TIMEOUT_SECONDS; do
  [[ ${!name} =~ ^[0-9]*\.?[0-9]+$ && ${!name} =~ [1-9] ]] || stop "$name must be a number above 0"
done
[[ $BATCH_SIZE != *.* ]] || stop "BATCH_SIZE must be a whole number"

work=$(mktemp -d) # for its owner alone
trap 'rm -rf "$work"' EXIT
mkdir "$work/email_sha256" "$work/ip"
# In a file, since everybody on the machine can see the arguments of curl.
printf '%s\n' "Authorization: Bearer $MOCK_CAPI_API_KEY" 'Content-Type: application/json' 'Accept: application/json' \
  >"$work/headers"

# LINE NUMBER: what can be told of an order without other programs, which would take their time for each of them.
# Nothing in an event depends on when it is sent, so it may be sent again.
# Cells must be free of commas, quotes and the like; where they are not, use a language that can read CSV.
read_order() {
  local id timestamp value currency email ip gpp_string gpp_sid privacy=
  [[ ! $1 =~ [\"\\[:cntrl:]] && $1 =~ ^([^,]*,){7}[^,]*$ ]] || stop "line $2: there must be 8 plain cells"
  IFS=, read -r id timestamp value currency email ip gpp_string gpp_sid <<<"$1"
  [[ $value =~ ^(0|[1-9][0-9]*)(\.[0-9]+)?$ ]] || stop "line $2: the value is no plain number, such as 129.90"
  [[ $timestamp =~ (Z|[+-][0-9][0-9]:[0-9][0-9])$ ]] || stop "line $2: the timestamp has no time zone"
  if [[ -n $gpp_string ]]; then
    [[ $gpp_sid =~ ^[0-9]+(\ [0-9]+)*$ ]] || stop "line $2: gpp_sid must be the ids of sections, such as 7 8"
    privacy=",\"privacy\":{\"gpp_string\":\"$gpp_string\",\"gpp_sid\":[${gpp_sid// /,}]}"
  fi
  read -r email <<<"${email,,}" # without the spaces around it
  read -r ip <<<"$ip"
  # Of the text alone: echo would add a line break that is hashed as well. Of addresses only IPv4 is asked for.
  [[ -z $email ]] || printf '%s' "$email" >"$work/email_sha256/${#orders[@]}"
  [[ $ip != *.* ]] || printf '%s' "$ip" >"$work/ip/${#orders[@]}"
  echo "$timestamp" >>"$work/timestamps"
  orders+=("\"event_type\":\"purchase\",\"value\":$value,\"currency_code\":\"$currency\",\
\"custom_data\":{\"transaction_id\":\"$id\"}$privacy")
}

# NAME: adds the hashes of all files in a folder to `identifiers`.
identify() {
  local digest path
  while read -r digest path; do
    identifiers[${path#./}]+="${identifiers[${path#./}]:+,}\"$1\":\"$digest\""
  done < <(cd "$work/$1" && find . -type f -exec sha256sum {} +)
}

# PATH: one attempt, and what came of it. Status 0 is no answer.
post() {
  local told
  status=0 retry_after=0
  : >"$work/answer"
  if told=$(curl --silent --show-error --max-time "$TIMEOUT_SECONDS" --header @"$work/headers" \
    --data-binary @"$work/body" --output "$work/answer" --write-out '%{http_code} %header{retry-after}' \
    "${MOCK_CAPI_URL%/}$1" 2>"$work/error"); then
    read -r status retry_after <<<"$told"
    [[ $retry_after =~ ^[0-9]{1,5}$ ]] || retry_after=0
    text="$status $(<"$work/answer")"
  else
    text=$(<"$work/error")
  fi
}

# PATH WHAT: the same body until it is accepted, refused, or has failed too often.
send() {
  local attempt wait=0 status text retry_after
  for ((attempt = 0; attempt < most_attempts; attempt++)); do
    sleep "$wait"
    post "$1"
    if [[ $status = 200 ]]; then
      outcome=accepted
      return
    fi
    if [[ $status != 0 && $status != 429 && $status -lt 500 ]]; then
      echo "$2: refused, $text" >&2
      outcome=refused
      return
    fi
    echo "$2: failed, $text" >&2
    wait=$(awk -v base="$BACKOFF_SECONDS" -v attempt="$attempt" -v most="$longest_seconds" -v random="$RANDOM" \
      -v asked="$retry_after" 'BEGIN {
        longest = base * 2 ^ attempt
        if (longest > most) longest = most
        wait = longest * (0.5 + random / 65536)
        print (wait > asked ? wait : asked)
      }')
  done
  echo "$2: given up" >&2
  outcome="given up"
}

[[ $# = 0 || (-r $1 && ! -d $1) ]] || stop "cannot read $1"
[[ $# = 0 ]] || exec <"$1"
IFS= read -r head || true
[[ ${head%$'\r'} = "$columns" ]] || stop "line 1: must be $columns"
orders=() number=1
while IFS= read -r line || [[ -n $line ]]; do
  number=$((number + 1))
  line=${line%$'\r'}
  [[ -z $line ]] || read_order "$line" "$number"
done

timestamps=() identifiers=() events=()
if ((${#orders[@]} > 0)); then
  mapfile -t timestamps < <(date -f "$work/timestamps" +%s)
  ((${#timestamps[@]} == ${#orders[@]})) || stop "a timestamp is not in ISO 8601"
fi
identify email_sha256
identify ip
for place in "${!identifiers[@]}"; do
  events+=("{\"data_set_id\":\"$MOCK_CAPI_DATA_SET_ID\",\"timestamp\":${timestamps[place]},\
\"identifiers\":{${identifiers[place]}},${orders[place]}}")
done

declare -A count=([accepted]=0 [refused]=0 ["given up"]=0)
for ((start = 0; start < ${#events[@]}; start += BATCH_SIZE)); do
  batch=("${events[@]:start:BATCH_SIZE}")
  what="events $((start + 1)) to $((start + ${#batch[@]}))"
  if ((${#batch[@]} == 1)); then
    printf '%s' "${batch[0]}" >"$work/body"
    send /v1/events "$what"
  else
    (IFS=, && printf '[%s]' "${batch[*]}") >"$work/body"
    send /v1/events/batch "$what"
  fi
  count[$outcome]=$((count[$outcome] + ${#batch[@]}))
done
echo "${#orders[@]} orders: ${count[accepted]} accepted, ${count[refused]} refused, ${count["given up"]} given up," \
  "$((${#orders[@]} - ${#events[@]})) left out since they name nobody"
[[ ${count[accepted]} = "${#events[@]}" ]]
