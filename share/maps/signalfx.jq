# Name: signalfx
# Summary: Splunk Observability Cloud (SignalFx): detectors' webhooks
# Source: Splunk's documentation, "Send alert notifications to a webhook" (default payload)
# Sniff: incidentId statusExtended:string severity:string
# Sniff: incidentId detectorUrl:string severity:string
# Scale: severity critical=critical major=high minor=medium warning=low info=info
# Fields:
#   status          statusExtended: anomalous = firing, ok, stopped, manually resolved, auto resolved = resolved;
#                   triggeredWhileMuted = suppressed
#   severity        by its own order: Critical, Major = high, Minor = medium, Warning = low, Info
#   timestamp       timestamp
#   source_id       incidentId
#   value           inputs' only value
#   labels          dimensions, detector, rule, metric
# Example:
#   {"severity":"Major","statusExtended":"anomalous","status":"anomalous","detectorUrl":"https://app.signalfx.com/#/detector/X",
#    "incidentId":"EWx1","originatingMetric":"cpu.utilization","detector":"cpu","rule":"cpu high","messageTitle":"cpu high",
#    "messageBody":"cpu is over 90","timestamp":"2026-11-21T09:09:19Z","dimensions":{"host":"db-1"},"inputs":{"A":{"value":"92"}},
#    "runbookUrl":null,"triggeredWhileMuted":false}

(.statusExtended // .status | text | ascii_downcase | gsub("_"; " ")) as $word
| ({anomalous: "firing", ok: "resolved", stopped: "resolved", "manually resolved": "resolved", "auto resolved": "resolved",
    "too low": "firing", "too high": "firing"}) as $words
| ($word | meaning($words; "statusExtended")) as $status
| ([.inputs? // {} | .[]? | objects | .value | select(. != null)] | if length == 1 then .[0] | number else null end) as $value
| {
    kind: "alert", signal: "metric", source_id: (.incidentId | text),
    status: (if $status == "firing" and .triggeredWhileMuted == true then "suppressed" else $status end),
    severity: .severity,
    name: first_of(.rule, .detector), title: .messageTitle, description: first_of(.description, .messageBody),
    timestamp: (.timestamp | if type == "string" and test("[-T:]") then . else epoch_ms end),
    value: $value,
    labels: ((.dimensions | strings) + ({detector: .detector, rule: .rule, metric: .originatingMetric} | strings)),
    annotations: ({message: .messageBody} | strings),
    links: ({detector: .detectorUrl, runbook: .runbookUrl, image: .imageUrl} | strings)
  }
