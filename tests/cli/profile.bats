# aiops-drift sketch, merge, and compare with profiles: against the values themselves.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_NOW=2026-11-21T12:00:00Z
}

# normal SEED N MEAN: metric records with event times; names a and b by turns.
normal() {
	awk -v seed="$1" -v n="$2" -v mean="$3" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++) {
			z = mean + sqrt(-2 * log(1 - rand())) * cos(6.283185307179586 * rand())
			printf "{\"v\":1,\"kind\":\"metric\",\"id\":\"%d\",\"timestamp\":\"2026-11-21T%02d:%02d:%02dZ\",\"source\":\"t\"," \
				"\"name\":\"%s\",\"service\":\"shop\",\"value\":%.17g}\n",
				i, i / 3600 % 24, i / 60 % 60, i % 60, i % 2 ? "a" : "b", z
		}
	}'
}

# inside FILE EXACT: every bound of a result holds the number of the exact one.
inside() {
	jq -es '
		def within($x; $r): $x >= $r[0] - 1e-12 and $x <= $r[1] + 1e-12;
		(.[0].drift) as $exact | (.[1].drift) as $d | $d.bounds as $b |
		within($exact.ks_statistic; $b.ks_statistic) and within($exact.psi; $b.psi) and
		within($exact.js_divergence; $b.js_divergence) and within($exact.wasserstein; $b.wasserstein) and
		(($exact.reference_mean - $d.reference_mean) | fabs) < 1e-12 and
		(($exact.current_std - $d.current_std) | fabs) < 1e-12 and
		$exact.reference_n == $d.reference_n and $exact.current_missing == $d.current_missing' "$2" "$1" > /dev/null ||
		fail "$1 does not hold $2: $(jq -c .drift.bounds "$1") $(jq -c '.drift | [.ks_statistic, .psi, .js_divergence, .wasserstein]' "$2")"
}

only() { jq -c "select(.drift.feature == \"$1\")"; }

@test "profiles on either side hold the exact result" {
	normal 1 30000 0 > ref
	normal 2 20000 0.2 > cur
	aiops-drift sketch ref > ref.profile
	aiops-drift sketch cur > own.profile
	aiops-drift sketch --against ref.profile < cur > cur.profile
	[ "$(wc -l < ref.profile)" -eq 2 ]
	[ "$(jq -r '"\(.kind) \(.service) \(.timestamp) \(.drift.feature)"' ref.profile | head -n 1)" = 'drift shop 2026-11-21T08:19:59Z a' ]
	aiops-drift compare -r ref cur > exact
	aiops-drift compare -r ref.profile cur > p1
	aiops-drift compare -r ref.profile cur.profile > p2
	aiops-drift compare -r ref cur.profile > p3
	aiops-drift compare -r ref.profile own.profile > p4
	for p in p1 p2 p3 p4; do
		for name in a b; do
			inside <(only $name < $p) <(only $name < exact)
		done
		[ "$(jq -r .drift.verdict $p | paste -sd ' ')" = "$(jq -r .drift.verdict exact | paste -sd ' ')" ]
	done
	# the deciles of a sample that was kept whole are the exact ones: so is PSI
	[ "$(jq .drift.psi p1)" = "$(jq .drift.psi exact)" ]
	cmp p1 p2
}

@test "merge: shards over one reference's knots are one sketch, in any order, to the byte" {
	normal 3 8000 0 > ref
	normal 4 9000 1 > cur
	head -n 1000 cur > a
	sed -n 1001,4000p cur > b
	sed -n '4001,$p' cur > c
	aiops-drift sketch ref > ref.profile
	for s in a b c cur; do aiops-drift sketch --against ref.profile $s > $s.profile; done
	aiops-drift merge a.profile b.profile c.profile > abc
	aiops-drift merge c.profile b.profile a.profile > cba
	aiops-drift merge a.profile b.profile > ab
	aiops-drift merge c.profile ab > c-ab
	cmp abc cba
	cmp abc c-ab
	cmp abc cur.profile
}

@test "merge: sketches with knots of their own keep a bound that holds" {
	normal 5 60000 0 > ref
	normal 6 60000 0.5 > cur
	split -n l/4 ref ref.
	for s in ref.a?; do aiops-drift sketch "$s" > "$s.p"; done
	aiops-drift merge ref.a?.p > fleet
	# shellcheck disable=SC2046 # file names of our own
	aiops-drift merge $(printf '%s\n' ref.a?.p | sort -r) > other-order
	cmp fleet other-order
	aiops-drift compare -r ref cur > exact
	aiops-drift compare -r fleet cur > result
	for name in a b; do
		inside <(only $name < result) <(only $name < exact)
	done
	jq -e '.drift.profile | .slack != null and .n == 30000 and .error < 0.002' fleet
}

@test "sketch: missing values, other kinds and rejected lines are counted" {
	{
		normal 7 10 0
		echo '{"kind":"metric","name":"a"}'
		echo '{"kind":"metric","name":"a","value":"NaN"}'
		echo '{"kind":"metric","name":"a","value":"text"}'
		echo '{"kind":"log","body":"x"}'
		echo '{"kind":"metric","name":"empty","value":null}'
		echo rubbish
	} > in
	run -3 --separate-stderr aiops-drift sketch --stats in
	echo "$output" > out
	[ "$(jq -r '.drift | "\(.feature) \(.profile.n) \(.profile.missing)"' out | paste -sd ,)" = 'a 5 2,b 5 0,empty 0 1' ]
	jq -e 'select(.drift.feature == "empty") | .drift.profile | .knots == [] and .cells == [0] and .min == null' out
	[[ $stderr == *'"ignored":1'* ]]
	aiops-drift merge out > again
	cmp out again
	aiops-drift compare -r out out > same
	[ "$(jq -r .drift.verdict same | paste -sd ' ')" = 'no_drift no_drift insufficient' ]
}

# refused JQ WORD: the profile changed so is rejected, and the message says what is wrong.
refused() {
	jq -c "$1" good > bad
	run -3 --separate-stderr aiops-drift merge bad
	[ -z "$output" ] || fail "$1: $output"
	[[ $stderr == *"$2"* ]] || fail "$1: $stderr"
	run -3 aiops-drift compare -r bad good
	run -65 aiops-drift merge --strict bad
}

@test "profiles that are cut, of another version, or untrue are told from good ones" {
	normal 8 5000 0 | grep '"a"' > in
	aiops-drift sketch in > good
	refused '.drift.profile.version = 2' 'version: 2; this programme reads version 1'
	refused 'del(.drift.profile.version)' 'version: not a count'
	refused '.drift.profile.cells |= .[1:]' 'cells: not an array of'
	refused '.drift.profile.cells[3] += 1' 'do not add up'
	refused '.drift.profile.at[3] = -1' 'at: element 4 is no count'
	refused '.drift.profile.at[3] = 0.5' 'at: element 4 is no count'
	refused '.drift.profile.knots |= reverse' 'knots: not ascending'
	refused '.drift.profile.knots[0] = "x"' 'knots: not ascending'
	refused '.drift.profile.bins |= reverse' 'bins: not ascending'
	refused '.drift.profile.sum = "zz"' 'sum: '
	refused '.drift.profile.squares = "0"' 'squares: not those of n values'
	refused '.drift.profile.slack = [range(.drift.profile.knots | length)]' 'slack: more than there is'
	refused '.drift.profile.min = null' 'min, max: '
	refused '.drift.profile.missing = -1' 'missing: not a count'
	refused '.drift.profile.from = "yesterday"' 'from: '
	refused '.drift.feature = ""' 'not a feature'
	refused '.drift.labels = []' 'labels: not an object'
	words 1 100 5 | aiops-drift sketch --value code > good
	refused '.drift.profile.categories.n += 1' 'categories: do not add up'
	refused '.drift.profile.categories.halvings = 64' 'categories: its counts'
	refused '.drift.profile.categories.kept[0] = ["w"]' 'categories: kept or rest'
	refused '.drift.profile.categories.rest = [range(65)]' 'categories: kept or rest'
	head -c 200 good > cut
	run -3 --separate-stderr aiops-drift merge cut
	[[ $stderr == *'rejected (syntax)'* ]]
	run -3 --separate-stderr aiops-drift sketch --against in in
	[[ $stderr == *'not a profile'* ]]
	run -66 aiops-drift sketch --against missing in
}

# words SEED N KINDS: records with a text each, the early ones commoner.
words() {
	awk -v seed="$1" -v n="$2" -v kinds="$3" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			printf "{\"kind\":\"log\",\"code\":\"w%d\"}\n", int(kinds * rand() * rand())
	}'
}

@test "categories: in a profile as in the values, merged in any order" {
	words 1 6000 20 > ref
	words 2 6000 24 > cur
	split -n l/3 cur cur.
	for s in ref cur cur.a?; do aiops-drift sketch --value code "$s" > "$s.p"; done
	aiops-drift merge cur.aa.p cur.ab.p cur.ac.p > abc
	aiops-drift merge cur.ac.p cur.aa.p cur.ab.p > cab
	cmp abc cab
	cmp abc cur.p
	aiops-drift compare --value code -r ref cur > exact
	for pair in 'ref.p cur.p' 'ref.p cur' 'ref cur.p'; do
		# shellcheck disable=SC2086 # two names
		set -- $pair
		aiops-drift compare --value code -r "$1" "$2" > result
		cmp exact result
	done
	jq -e '.drift.verdict == "drift"' exact
}

@test "categories: with more than a profile keeps, none is lost" {
	words 3 20000 9000 > in
	split -n l/2 in in.
	for s in in in.a?; do aiops-drift sketch --value code "$s" > "$s.p"; done
	jq -e '.drift.profile.categories | .halvings > 0 and (.kept | length) <= 2048 and .n == 20000 and
		([.kept[][1]] + .rest | add) == 20000' in.p
	aiops-drift merge in.aa.p in.ab.p > one
	aiops-drift merge in.ab.p in.aa.p > two
	cmp one two
	cmp one in.p
}

@test "compare: nothing is kept where the reference is a profile" {
	normal 9 4000 0 > ref
	aiops-drift sketch ref > ref.profile
	normal 10 4000 0 > cur
	run -71 aiops-drift compare --max-values 1000 -r ref cur
	aiops-drift compare --max-values 1000 --stats -r ref.profile cur > out 2> stats
	jq -e '.values == 0 and .features == 2' stats
	[ "$(wc -l < out)" -eq 2 ]
	aiops-drift compare -f table -r ref.profile cur | grep -q 'no_drift'
	aiops-drift compare --plot -r ref.profile cur > plot
	run ! grep -i nan plot
}
