# lint - 500 runbooks judged by every rule, beside reading them with a YAML library
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

lint_topic() {
	books=500
	mkdir -p "$work/books"
	i=0
	while [ $i -lt $books ]; do
		i=$((i + 1))
		sed "s/^id: .*/id: explained-$i/" share/lint/base.yaml >"$work/books/book$i.yaml"
	done
	kib_in=$(cat "$work"/books/*.yaml | wc -c | awk '{ printf "%.0f", $1 / 1024 }')
	printf '\nLint of %s runbooks (%s KiB), median of 5 runs, processor seconds\n' "$books" "$kib_in"
	for profile in safe prod; do
		measured 5 /dev/null "$bin/aiops-runbook" lint --profile $profile --now 2026-11-21T12:00:00Z "$work/books"
		printf '  %-34s %9.3f s %9.1f MiB\n' "aiops-runbook lint, profile $profile" "$cpu" \
			"$(awk -v k="$kib" 'BEGIN { print k / 1024 }')"
	done
	ours=$cpu
	if python3 -c 'import yaml' 2>/dev/null; then
		cat >"$work/read.py" <<-'PY'
			import sys, glob, yaml
			for name in glob.glob(sys.argv[1] + '/*.yaml'):
			    yaml.load(open(name), getattr(yaml, 'CSafeLoader', yaml.SafeLoader))
		PY
		measured 3 /dev/null python3 "$work/read.py" "$work/books"
		awk -v t="$cpu" -v o="$ours" 'BEGIN { printf "  %-34s %9.3f s   %.1f times ours\n", "Python, only reading them", t, t / o }'
	fi
	goal "$(is "$ours <= 0.5")" "500 runbooks in at most 0.5 s: $ours s"
}

lint_topic
