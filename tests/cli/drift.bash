# What the tests of aiops-drift share.

# values NAME NUMBER...: metric records on standard output.
values() {
	local name=$1 i=0 v
	shift
	for v; do
		i=$((i + 1))
		printf '{"v":1,"kind":"metric","id":"%s%d","timestamp":"2026-11-21T09:00:%02dZ","source":"test","name":"%s","value":%s}\n' \
			"$name" "$i" "$((i % 60))" "$name" "$v"
	done
}

# near A B: equal to 1e-9 (relative).
near() {
	awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; s = b < 0 ? -b : b; exit !((d < 0 ? -d : d) <= 1e-9 * (s > 0 ? s : 1)) }' ||
		fail "$1 is not $2"
}
