# calibration - false alarms and power of every test of aiops-drift compare, with fixed seeds
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

calibration() {
	draws=20000
	[ -z "$quick" ] || draws=2000
	printf '\nCalibration at alpha .05: %s draws of one law, a tenth as many of two that differ\n' "$draws"
	printf '  %-34s %6s %6s %13s %8s %9s\n' '' n m 'false alarms' power 'us a test'
	"$tools/calibration" "$draws" > "$work/calibration" || exit 70
	awk -F '|' -v draws="$draws" '{
		printf "  %-34s %6d %6d %12.2f%% %7.1f%% %9.1f\n", $1, $2, $3, 100 * $4, 100 * $5, $6 / draws / 1.1 * 1e6 }' \
		"$work/calibration"
	off=$(awk -F '|' '$4 < 0.04 || $4 > 0.06 { n++ } END { print n + 0 }' "$work/calibration")
	goal "$(is "$off == 0")" "5 % +- 1 % false alarms for each test: $off of $(wc -l < "$work/calibration") are off"
}

calibration
