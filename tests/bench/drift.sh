# drift - two windows compared, all values kept and as profiles, beside scipy, datamash and mlr; exact p-values
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# drift_scaled SECONDS: of ten million values, as if it grew with their number.
drift_scaled() {
	awk "BEGIN { print $1 * 10000000 / $drift_values }"
}

drift_ours() {
	measured "$rounds" /dev/null "$bin/aiops-drift" compare --value value --by name -r "$work/ref" "$work/cur"
	base=$cpu exact_cpu=$cpu exact_kib=$kib
	row 'compare, all values, exact'
	"$bin/aiops-drift" sketch --value value --by name "$work/ref" >"$work/ref.profile" || exit 70
	measured "$rounds" /dev/null "$bin/aiops-drift" sketch --value value --by name "$work/ref"
	row 'sketch of the reference'
	profile_cpu=$cpu profile_kib=$kib
	measured "$rounds" /dev/null "$bin/aiops-drift" compare --value value --by name -r "$work/ref.profile" "$work/cur"
	row 'compare with that profile'
	profile_cpu=$(awk "BEGIN { print $profile_cpu + $cpu }")
	[ "$kib" -le "$profile_kib" ] || profile_kib=$kib
}

drift_others() {
	if /usr/bin/python3 -c 'import scipy' 2>/dev/null; then
		measured 1 /dev/null /usr/bin/python3 tests/bench/drift.py "$work/ref" "$work/cur"
		row 'python3, json and scipy.stats'
		python_cpu=$cpu
	else
		printf '  python3-scipy is not installed: left out\n'
		python_cpu=
	fi
	if command -v datamash >/dev/null; then
		sed 's/.*"value":\(.*\)}/\1/' "$work/ref" "$work/cur" >"$work/numbers"
		measured 1 "$work/numbers" datamash mean 1 sstdev 1 median 1 perc:95 1
		row 'datamash, bare numbers, quantiles'
		rm -f -- "$work/numbers"
	else
		printf '  datamash is not installed: left out\n'
	fi
	if command -v mlr >/dev/null; then
		tenth=$((drift_values / 20))
		{
			head -n "$tenth" "$work/ref"
			head -n "$tenth" "$work/cur"
		} >"$work/tenth"
		measured 1 "$work/tenth" mlr --ijsonl --ojsonl stats1 -a p50,p95,mean,stddev -f value -g window
		row 'mlr, quantiles, a tenth of them'
		rm -f -- "$work/tenth"
	else
		printf '  mlr is not installed: left out\n'
	fi
}

drift_windows() {
	rounds=${quick:-3}
	drift_values=10000000
	[ -z "$quick" ] || drift_values=1000000
	half=$((drift_values / 2))
	"$tools/normal" "$half" 1 0 ref >"$work/ref" || exit $?
	"$tools/normal" "$half" 2 0.01 cur >"$work/cur" || exit $?
	bytes=$(($(wc -c <"$work/ref") + $(wc -c <"$work/cur")))
	printf '\nTwo windows of %s values of 17 digits, %s MB: KS, p, PSI, JS, W1, moments\n' "$half" $((bytes / 1000000))
	printf '  %-34s %9s %9s %9s %8s\n' '' 'CPU s' 'wall s' 'peak MiB' 'ratio'
	drift_ours
	drift_others
	scaled=$(drift_scaled "$exact_cpu")
	goal "$(is "$scaled <= 2.0")" "all values: at most 2.0 s of processor time for 10^7: $scaled s"
	goal "$(is "$scaled <= 1.0")" "all values: 1.0 s"
	goal "$(is "$exact_kib * 1024 <= 130000000")" 'all values: at most 130 MB'
	goal "$(is "$profile_kib * 1024 <= 8000000")" \
		"profiles: at most 8 MB, $(drift_scaled "$profile_cpu") s for both steps on 10^7"
	goal "$(is "$(wc -c <"$work/ref.profile") <= 131072")" \
		"a profile of $half values is one line of $(wc -c <"$work/ref.profile") bytes"
	[ -z "$python_cpu" ] || goal "$(is "$exact_cpu * 8 <= $python_cpu")" \
		"at most 1/8 of scipy: $(awk "BEGIN { printf \"1/%.1f\", $python_cpu / $exact_cpu }")"
	rm -f -- "$work/ref" "$work/cur"
}

# The exact law for ties, where scipy and R refuse or assume that there are none.
drift_p_values() {
	printf '\nThe exact p of two windows of 100,000 values\n'
	printf '  %-34s %9s %9s %9s %8s\n' '' 'CPU s' 'wall s' 'peak MiB' 'ratio'
	"$tools/normal" 100000 3 0 ref 4 >"$work/ref" || exit $?
	"$tools/normal" 100000 4 0.015 cur 4 >"$work/cur" || exit $?
	measured "$rounds" /dev/null "$bin/aiops-drift" compare --value value --by name -r "$work/ref" "$work/cur"
	method=$("$bin/aiops-drift" compare --value value --by name -r "$work/ref" "$work/cur" | jq -r .drift.p_method)
	# shellcheck disable=SC2034 # read by row
	base=$cpu
	row "4 digits: $method"
	goal "$(is "\"$method\" == \"exact_ties\" && $cpu <= 1.5")" 'exact with ties in at most 1.5 s'
	rm -f -- "$work/ref" "$work/cur"
}

drift_windows
drift_p_values
