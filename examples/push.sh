#!/bin/sh
# Pushes a message to a user from a shell: one JSON line over TCP, and one line comes back.
#
#     sh push.sh '{"uid":"u1","text":"Hello"}' [host:port]
#
# The address can also come from TEXT_ENDPOINT; without either it is 127.0.0.1:5678.
# Exit code: 0 for `ok`, 1 for `fail` (no browser of this uid took it), 2 when there is no answer.

if [ $# -lt 1 ]; then
  echo "usage: sh push.sh <one line of JSON> [host:port]" >&2
  exit 2
fi
endpoint=${2:-${TEXT_ENDPOINT:-127.0.0.1:5678}}

# After its input nc must wait for the answer. OpenBSD's waits for ever unless -N ends its side, and the traditional one
# leaves at once unless -q; all others end their side and wait, and would not know these options.
case $(nc -h 2>&1) in
  *'Shutdown the network socket'*) options=-N ;;
  *'quit after EOF'*) options='-q 30' ;;
  *) options= ;;
esac

# shellcheck disable=SC2086 # no options are no argument
answer=$(printf '%s\n' "$1" | nc -w 30 $options "${endpoint%:*}" "${endpoint##*:}")

case $answer in
  ok) status=0 ;;
  fail) status=1 ;;
  *)
    echo "$endpoint gave no answer" >&2
    exit 2
    ;;
esac
echo "$answer"
exit $status
