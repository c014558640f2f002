# shellcheck shell=sh
# What the collectors share: limits from a file, one line of JSON for each metric. Sourced, not run; see
# aiops-collectors(7). The caller sets `collector`, and `resource` before its first metric.
: "${collector:?}"

say() {
	printf '%s: %s\n' "$collector" "$*" >&2
}

usage() {
	sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"
}

# need PROGRAMME...: ends with 69 when one is missing.
need() {
	for programme in "$@"; do
		command -v "$programme" >/dev/null && continue
		say "error: '$programme' is not installed"
		exit 69
	done
}

# seconds TEXT OPTION: a number of seconds, or a usage error.
seconds() {
	case $1 in
	'' | *[!0-9.]* | . | *.*.*)
		say "error: $2 '$1': not a number of seconds"
		exit 64
		;;
	esac
}

# read_limits FILE: NAME=NUMBER lines, NAME=none for no limit. FILE may be empty: the default place, if there is one.
read_limits() {
	limits=
	file=$1
	if [ -z "$file" ]; then
		file=${AIOPS_COLLECTORS_CONF:-${XDG_CONFIG_HOME:-${HOME:-/nonexistent}/.config}/aiops/collectors.conf}
		[ -e "$file" ] || return 0
	fi
	if [ ! -r "$file" ] || [ -d "$file" ]; then
		say "error: cannot read '$file'"
		exit 66
	fi
	n=0
	while IFS= read -r line || [ -n "$line" ]; do
		n=$((n + 1))
		line=$(printf '%s' "$line" | sed 's/#.*//; s/[[:space:]]//g')
		case $line in
		'') continue ;;
		[a-z]*=none | [a-z]*=[0-9]*) ;;
		*)
			say "error: $file:$n: not NAME=NUMBER or NAME=none"
			exit 78
			;;
		esac
		case ${line%%=*}:${line#*=} in
		*[!a-z0-9_]*:* | *:*.*.* | *:*[!0-9.none]*)
			say "error: $file:$n: not NAME=NUMBER or NAME=none"
			exit 78
			;;
		esac
		limits="$limits $line"
	done <"$file"
}

# limit NAME DEFAULT: the limit of a metric; nothing for none.
limit() {
	found=$2
	for entry in $limits; do
		[ "${entry%%=*}" = "$1" ] && found=${entry#*=}
	done
	[ "$found" = none ] || printf '%s' "$found"
}

# json TEXT: as the inside of a JSON string.
json() {
	printf '%s' "$1" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g'
}

now() {
	date -u +%Y-%m-%dT%H:%M:%SZ
}

# metric NAME VALUE UNIT [CONDITION DEFAULT_LIMIT [RESOURCE]]: one line; what has no value has no line.
metric() {
	case $2 in '' | *[!0-9.eE+-]*) return 0 ;; esac
	bound=
	if [ -n "${4-}" ]; then
		bound=$(limit "$1" "${5-none}")
		[ -z "$bound" ] || bound=",\"threshold\":$bound,\"condition\":\"$4\""
	fi
	printf '{"collector":"%s","name":"%s","value":%s,"unit":"%s"%s,"resource":"%s","host":"%s","timestamp":"%s"}\n' \
		"$collector" "$1" "$2" "$3" "$bound" "$(json "${6:-$resource}")" "$(json "$host")" "$at"
}

host=$(uname -n)
at=$(now)
