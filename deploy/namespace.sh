#!/bin/sh
# Gives a namespace its retention and the search attributes of the SDK, making it where it is missing. Safe to repeat:
# what is right already stays as it is.
set -eu

: "${TEMPORAL_ADDRESS:?is the frontend of the server, host:port}"
: "${TEMPORAL_NAMESPACE:?names the namespace}"
: "${RETENTION_HOURS:?is how long closed runs are kept, in whole hours}"

# A leading zero would be read as octal below.
case $RETENTION_HOURS in
    0* | *[!0-9]*)
        echo "namespace: RETENTION_HOURS is a whole number of hours such as 2160, not '$RETENTION_HOURS'" >&2
        exit 2
        ;;
esac

# The time-out is for a server that accepts and never answers: without it the job would hang and say nothing.
cli() {
    temporal "$@" --namespace "$TEMPORAL_NAMESPACE" --command-timeout 10s
}

# Repeats a command silently, once a second, until it succeeds. The last try speaks, so that the reason is in the log.
patiently() {
    tries=1
    until "$@" >/dev/null 2>&1; do
        if [ "$tries" -ge 60 ]; then
            "$@" >/dev/null && return 0
            echo "namespace: gave up after $tries tries: $*" >&2
            exit 1
        fi
        tries=$((tries + 1))
        sleep 1
    done
}

# An open port is not yet a server that answers.
patiently cli operator cluster health

if described=$(cli operator namespace describe --output json 2>/dev/null); then
    kept=$(printf '%s\n' "$described" | sed -n 's/.*"workflowExecutionRetentionTtl": *"\([0-9]\{1,\}\)s".*/\1/p')
    wanted=$((RETENTION_HOURS * 3600))
    if [ -z "$kept" ]; then
        echo "namespace: cannot read the retention of '$TEMPORAL_NAMESPACE' from: $described" >&2
        exit 1
    elif [ "$kept" -lt "$wanted" ]; then
        cli operator namespace update --retention "${RETENTION_HOURS}h"
    elif [ "$kept" -gt "$wanted" ]; then
        # Lowering deletes closed runs, and with them their audit: that is for a person to do, knowingly.
        echo "namespace: '$TEMPORAL_NAMESPACE' keeps closed runs for $((kept / 3600))h; not lowered to ${RETENTION_HOURS}h"
    fi
else
    cli operator namespace create --retention "${RETENTION_HOURS}h"
fi

# A namespace made a moment ago is unknown to parts of the server until their caches are filled.
patiently cli operator search-attribute list

listed() {
    cli operator search-attribute list | grep -q "^ *$1 "
}

# $1 name, $2 type. One a call, and looked up after it: given two names of one type the client (1.9.1) says that they
# "have been added" and adds one. The server takes an attribute that is there as done, and refuses to change its type.
attribute() {
    cli operator search-attribute create --name "$1" --type "$2"
    patiently listed "$1"
}

attribute DoWaiting KeywordList
attribute DoApprovers KeywordList
attribute DoUntil Datetime

echo "namespace: '$TEMPORAL_NAMESPACE' is ready"
