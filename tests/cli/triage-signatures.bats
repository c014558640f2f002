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

# Each class has records of its own that no other class claims: names as exporters' rules have them, and lines as servers write them.
telling() {
	cat <<-'END'
		certificate|BlackboxSslCertificateWillExpireSoon|x509: certificate has expired or is not yet valid: current time is after
		connection_exhaustion|PostgresqlTooManyConnections|FATAL:  sorry, too many clients already
		crash_loop|KubePodCrashLooping|Back-off restarting failed container app in pod web-1
		data_quality|OrdersNullRateHigh|schema validation failed for orders: field total
		dependency|UpstreamFailing|connect() failed (111: Connection refused) while connecting to upstream
		deploy|KubeDeploymentRolloutStuck|deployment web exceeded its progress deadline
		disk|NodeFilesystemAlmostOutOfSpace|write failed: No space left on device
		dns|CoreDNSDown|lookup orders-db: Temporary failure in name resolution
		drift_detected|PredictionDriftHigh|drift detected in feature age, psi 0.4
		feature_pipeline|FeatureStoreStale|feature pipeline failed in step join
		feedback_loop|RecommendationDiversityDropped|possible feedback loop in ranker
		lock_contention|MysqlDeadlocks|ERROR:  deadlock detected
		memory|HostOomKillDetected|Out of memory: Killed process 4711 (java) total-vm:8123456kB
		model_degradation|ChurnModelAccuracyDropped|WARN model accuracy 0.71 is below 0.8
		network|NodeNetworkReceiveErrs|connect: Network is unreachable
		node|KubeNodeUnreachable|Kubelet stopped posting node status.
		processor|CPUThrottlingHigh|watchdog: BUG: soft lockup - CPU#2 stuck for 22s!
		queue_lag|KafkaConsumerGroupLag|the queue is full, dropping message
		quota|KubeQuotaExceeded|429 Too Many Requests: rate limit exceeded
		safety_violation|ChatGuardrailTripped|prompt injection found in message 17
		serving_latency|RankerInferenceLatencyP99|ERROR inference timed out after 2000 ms
		time|NodeClockSkewDetected|chronyd: System clock wrong by 3.2 seconds
		training_failure|NightlyTrainingFailed|step 4100: loss is nan, stopping
	END
}

@test "signatures: what tells of each class is known by it, and by no other" {
	# one place for each, so that they do not meet
	telling | while IFS='|' read -r class name body; do
		printf '{"kind":"alert","id":"a-%s","timestamp":"2026-11-21T09:00:00Z","source":"t","component":"a-%s","name":"%s"}\n' "$class" "$class" "$name"
		printf '{"kind":"log","id":"l-%s","timestamp":"2026-11-21T09:00:00Z","source":"t","component":"l-%s","body":"%s"}\n' "$class" "$class" "$body"
		for by in a l; do
			printf '{"kind":"incident","id":"%s-%s#1","incident":"%s-%s","starts_at":"2026-11-21T09:00:00Z","members":[{"id":"%s-%s","name":"%s","component":"%s-%s"}]}\n' \
				$by "$class" $by "$class" $by "$class" "$([ $by = a ] && echo "$name")" $by "$class"
		done
	done > in
	[ "$(telling | wc -l)" = "$(ls "$ROOT"/share/signatures/*.yaml | wc -l)" ] || fail "a class has no records here"
	aiops-triage explain in | jq -r 'select(.kind == "incident") | select(.triage.type.class != .incident[2:]) | "\(.incident): \(.triage.type.class)"' > wrong
	[ ! -s wrong ] || fail "$(cat wrong)"
	telling | while IFS='|' read -r class _; do
		mkdir without
		cp "$ROOT"/share/signatures/*.yaml without/
		rm "without/$class.yaml"
		grep "[al]-${class}[\"#]" in | aiops-triage explain --signatures without |
			jq -r 'select(.kind == "incident" and .triage.type.class != "unknown") | "\(.incident) is also \(.triage.type.class)"'
		rm -r without
	done > confused
	[ ! -s confused ] || fail "$(cat confused)"
	# a machine's interface is not the machine
	class_of '"kind":"alert","name":"NodeNetworkInterfaceDown"' r1 NodeNetworkInterfaceDown | aiops-triage explain | tail -n 1 |
		jq -e '.triage.type | .class == "network" and .score > 0.6'
}

@test "signatures: the runbook that a class names is there, and is chosen for it" {
	sed -n 's/^runbook: //p' "$ROOT"/share/signatures/*.yaml > named
	[ "$(wc -l < named)" -ge 8 ]
	while read -r id; do
		grep -qx "id: $id" "$ROOT/share/runbooks/$id.yaml" || fail "no runbook $id"
	done < named
	# a name that no trigger has
	class_of '"kind":"alert","name":"SpoolDiskSpaceGone"' r1 SpoolDiskSpaceGone | aiops-triage explain --runbooks "$ROOT/share/runbooks" | tail -n 1 |
		jq -e '.triage.runbook | .id == "disk-cleanup" and .why == "the signature of disk names it" and .automation == "approval"'
}
