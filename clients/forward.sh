#!/bin/sh
# Sends kept readings to Commonmeter, and forgets only what was answered.
#
#   forward.sh URL KEY FOLDER [SECRET]
#
# A logger adds readings to FOLDER/queue, one JSON object a line, at any time:
#   {"meter": "SHOP-07", "register": "import", "at": "2026-10-01T00:30:00+01:00", "value": "48210.400", "unit": "kWh"}
# and this runs every few minutes (cron). Without a network it sends nothing and loses nothing; cut off in the middle it sends some
# lines again, which the service answers as duplicates. Where the service would not simply store a line, FOLDER/answers has its answer
# and, below it, the lines that it speaks of, counted from 0.
# Where SECRET names a file with the secret key of this gateway, every batch is signed (docs/signed-readings.md):
#   openssl genpkey -algorithm ed25519 -out gateway.pem; openssl pkey -in gateway.pem -pubout    the second is registered with the service
# Needs a POSIX shell and curl; to sign, OpenSSL 3. Exit code: 0 when the queue is empty, 1 when something waits for the next time.
set -eu
url=$1 key=$2 folder=$3 secret=${4:+$(readlink -f "$4")}
lines=1000
cd "$folder"

# One at a time; a lock whose owner is gone is nobody's.
if ! ln -s $$ running 2>/dev/null; then
  owner=$(readlink running || true)
  [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null && exit 1
  rm -f running && ln -s $$ running
fi
trap 'rm -f running part answer left base' EXIT
trap 'exit 1' INT TERM

# Headers for what is in part: the digest of the body, and a signature of that digest.
sign() {
  digest=$(openssl dgst -sha256 -binary part | openssl base64 -A)
  id=$(openssl pkey -in "$secret" -pubout -outform DER | openssl dgst -sha256 -r | cut -c1-16)
  params="(\"content-digest\");created=$(date +%s);keyid=\"$id\";alg=\"ed25519\""
  printf '"content-digest": sha-256=:%s:\n"@signature-params": %s' "$digest" "$params" > base
  signature=$(openssl pkeyutl -sign -rawin -inkey "$secret" -in base | openssl base64 -A)
}

while :; do
  # The logger goes on with a new queue while this one is sent.
  if [ ! -s sending ]; then
    [ -s queue ] || exit 0
    mv queue sending
    # Who had the queue open just now still writes into it.
    sleep 1
  fi
  head -n "$lines" sending > part
  set --
  if [ -n "$secret" ]; then
    sign
    set -- -H "Content-Digest: sha-256=:$digest:" -H "Signature-Input: readings=$params" -H "Signature: readings=:$signature:"
  fi
  status=$(curl -sS --max-time 60 -o answer -w '%{http_code}' "$url/api/v1/readings" \
    -H "Authorization: Bearer $key" -H 'Content-Type: application/x-ndjson' "$@" --data-binary @part) || status=none
  case $status in
    200) ;;
    413) [ "$lines" -gt 1 ] || exit 1; lines=$((lines / 2)); continue ;;
    *) echo "not sent: $status" >&2; exit 1 ;;
  esac
  # Answered: these lines are safe. If power fails before they are taken off, they are sent again, as duplicates.
  if grep -q '"problem"' answer; then { cat answer; echo; cat part; } >> answers; fi
  tail -n "+$((lines + 1))" sending > left
  mv left sending
done
