# start-up - the processor time of a programme that has nothing to do
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

start_up() {
	starts=50
	printf '\nStart-up, median of %s runs, processor milliseconds\n' "$starts"
	printf '  %-34s %9s %9s %9s\n' '' '--version' 'empty in' 'peak MiB'
	slowest=0
	for p in "$bin"/aiops-*; do
		name=${p##*/}
		measured "$starts" /dev/null "$p" --version
		version=$cpu
		empty=-
		case $name in
		aiops-drift) set -- "$p" compare --reference /dev/null ;;
		aiops-triage) set -- "$p" explain ;;
		aiops-runbook) set -- "$p" run --db "$work/start.db" ;;
		aiops-audit) set -- "$p" append --db "$work/start.db" ;;
		*) set -- "$p" ;;
		esac
		measured "$starts" /dev/null "$@"
		empty=$cpu
		awk -v name="$name" -v v="$version" -v e="$empty" -v kib="$kib" 'BEGIN {
			printf "  %-34s %9.2f %9.2f %9.1f\n", name, v * 1000, e * 1000, kib / 1024 }'
		slowest=$(awk "BEGIN { m = $slowest; if ($version > m) m = $version; if ($empty > m) m = $empty; print m }")
	done
	goal "$(is "$slowest <= 0.005")" "5 ms at most: $(awk "BEGIN { printf \"%.2f ms\", $slowest * 1000 }")"
}

start_up
