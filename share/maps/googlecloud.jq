# Name: googlecloud
# Summary: Google Cloud Monitoring's webhook (version 1.2)
# Source: Google's documentation, "Notification channels: webhook schema"
# Sniff: incident.incident_id incident.state:string incident.policy_name
# Scale: severity critical=critical error=high warning=medium no_severity=unknown
# Fields:
#   status          incident.state: open = firing, closed = resolved, in any case
#   severity        incident.severity (Critical, Error = high, Warning = medium), else policy_user_labels.severity by the
#                   word table
#   starts_at       incident.started_at, seconds; ends_at: incident.ended_at
#   source_id       incident.incident_id
#   value           incident.observed_value, with threshold_value and the condition's comparison
#   labels          resource.labels, metric.labels, metadata.user_labels, policy_user_labels, policy, condition
# Example:
#   {"version":"1.2","incident":{"incident_id":"0.abc","state":"open","started_at":1795252159,"ended_at":null,"summary":
#    "CPU above 0.9","policy_name":"databases","condition_name":"cpu","resource":{"type":"gce_instance","labels":
#    {"instance_id":"12345"}},"metric":{"type":"compute.googleapis.com/instance/cpu/utilization","labels":{}},
#    "observed_value":"0.95","threshold_value":"0.9","severity":"Critical","url":"https://console.cloud.google.com/i/0.abc"}}

.incident as $i
| ({open: "firing", closed: "resolved"}) as $states
| ($i.state | text // "" | ascii_downcase | meaning($states; "state")) as $status
| ({COMPARISON_GT: "above", COMPARISON_GE: "above", COMPARISON_LT: "below", COMPARISON_LE: "below", COMPARISON_EQ: "equals"}
   [first_of($i.condition.conditionThreshold.comparison?) // ""]) as $condition
| {
    kind: "alert", signal: "metric",
    source_id: ($i.incident_id | text), status: $status,
    severity: first_of($i.severity, $i.policy_user_labels.severity?),
    name: first_of($i.condition_name, $i.policy_name),
    title: $i.summary, description: first_of($i.documentation.content?, $i.documentation.subject?),
    starts_at: ($i.started_at | epoch_s),
    ends_at: (if $status == "resolved" then $i.ended_at | epoch_s else null end),
    value: ($i.observed_value | number), threshold: ($i.threshold_value | number),
    condition: (if ($i.threshold_value | number) then $condition else null end),
    labels: (($i.resource.labels? | strings) + ($i.metric.labels? | strings) + ($i.metadata.user_labels? | strings)
      + ($i.policy_user_labels | strings)
      + ({policy: $i.policy_name, condition: $i.condition_name, resource_type: $i.resource.type?,
          metric_type: $i.metric.type?, project: $i.scoping_project_id} | strings)),
    links: ({incident: $i.url} | strings)
  }
