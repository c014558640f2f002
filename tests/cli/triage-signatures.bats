# The signatures that ship: every class has what a person needs, and is recognised by alerts of another wording, logs, metrics.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

# class_of RECORD-MEMBERS...: the class of an incident around one record of ranker.
class_of() {
	printf '{"v":1,"id":"r1","timestamp":"2026-11-21T09:00:00Z","source":"t","component":"ranker",%s}\n' "$1"
	printf '{"v":1,"kind":"incident","id":"I#1","incident":"I","timestamp":"2026-11-21T09:01:00Z","source":"t","starts_at":"2026-11-21T09:00:00Z","causes":[{"component":"ranker","score":1,"share":1}],"members":[{"id":"%s","name":"%s","component":"ranker","onset":"2026-11-21T09:00:00Z"}]}\n' "${2-m}" "${3-Something}"
}

judged() { aiops-triage explain | tail -n 1 | jq -r .triage.type.class; }

@test "signatures: the eight of AI systems, by alert" {
	while read -r name class; do
		[ "$(class_of "\"kind\":\"alert\",\"status\":\"firing\",\"name\":\"$name\"" r1 "$name" | judged)" = "$class" ] || fail "$name"
	done <<-'END'
		ChurnModelAccuracyDropped model_degradation
		FraudModelDegraded model_degradation
		OrdersNullRateHigh data_quality
		IngestSchemaMismatch data_quality
		FeatureStoreStale feature_pipeline
		UserFeaturesNotFresh feature_pipeline
		RankerInferenceLatencyP99 serving_latency
		PredictionLatencyHigh serving_latency
		ChatGuardrailTripped safety_violation
		PIILeakInAnswers safety_violation
		DataDrift drift_detected
		PredictionDriftHigh drift_detected
		NightlyTrainingFailed training_failure
		TrainingLossNaN training_failure
		RecommendationDiversityDropped feedback_loop
		ModelFeedbackLoop feedback_loop
	END
}

@test "signatures: the eight of AI systems, by log and by label" {
	while IFS='|' read -r body class; do
		[ "$(class_of "\"kind\":\"log\",\"body\":\"$body\"" | judged)" = "$class" ] || fail "$body: $(class_of "\"kind\":\"log\",\"body\":\"$body\"" | judged)"
	done <<-'END'
		WARN model accuracy 0.71 is below 0.8|model_degradation
		ERROR schema validation failed for orders: field total|data_quality
		feature pipeline failed in step join|feature_pipeline
		ERROR inference timed out after 2000 ms|serving_latency
		prompt injection found in message 17|safety_violation
		drift detected in feature age, psi 0.4|drift_detected
		step 4100: loss is nan, stopping|training_failure
		possible feedback loop in ranker|feedback_loop
	END
	for class in model_degradation data_quality feature_pipeline serving_latency safety_violation drift_detected training_failure feedback_loop; do
		[ "$(class_of "\"kind\":\"alert\",\"status\":\"firing\",\"name\":\"Alert\",\"labels\":{\"incident_type\":\"$class\"}" r1 Alert | judged)" = $class ] || fail "$class"
	done
}

@test "signatures: by an unhealthy metric, not by a healthy one" {
	[ "$(class_of '"kind":"metric","name":"ranker_inference_latency_seconds","value":3,"healthy":false' | judged)" = serving_latency ]
	[ "$(class_of '"kind":"metric","name":"ranker_inference_latency_seconds","value":3,"healthy":true' | judged)" = unknown ]
	[ "$(class_of '"kind":"metric","name":"feature_freshness_seconds","value":9000,"threshold":600,"condition":"above"' | judged)" = feature_pipeline ]
}

@test "signatures: each has causes, a first action that reads, next actions and steps of investigation" {
	for file in "$ROOT"/share/signatures/*.yaml; do
		for key in signals causes first_action actions investigate; do
			grep -q "^$key:" "$file" || fail "$file has no $key"
		done
	done
	[ "$(ls "$ROOT"/share/signatures/*.yaml | wc -l)" -ge 22 ]
}

@test "signatures: a mistake in actions is told with its place" {
	mkdir s
	printf 'version: 1\nid: x\ntitle: X\ntext: "{component}"\nsignals: [{alert: y, weight: 1}]\nfirst_action: {text: a, effect: read}\nactions:\n  - {text: b, effect: maybe}\n' > s/x.yaml
	run -78 --separate-stderr aiops-triage explain --signatures s < /dev/null
	[[ $stderr == *"s/x.yaml:8:"*"an effect is read or write"* ]] || fail "$stderr"
}
