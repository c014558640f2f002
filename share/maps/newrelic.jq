# Name: newrelic
# Summary: New Relic's webhooks: workflows, and the classic notification channel
# Source: New Relic's documentation, "Workflows: notification message templates" and "Customize your webhook payload"
# Sniff: issueUrl:string priority:string state:string
# Sniff: current_state:string condition_name:string incident_id
# Scale: priority critical=critical high=high medium=medium low=low
# Fields:
#   status          state CREATED, ACTIVATED = firing, ACKNOWLEDGED, CLOSED = resolved; classic: current_state open,
#                   acknowledged, closed
#   severity        priority; classic: severity by the word table
#   timestamp       updatedAt, milliseconds; starts_at: createdAt; classic: timestamp
#   source_id       id; classic: incident_id
#   labels          impactedEntities, alertPolicyNames, alertConditionNames, workflowName; classic: targets[0].labels
# Example:
#   {"id":"8a4b","issueUrl":"https://one.newrelic.com/issues/8a4b","title":"orders-db: connections","priority":"CRITICAL",
#    "impactedEntities":["orders-db"],"totalIncidents":1,"state":"ACTIVATED","trigger":"STATE_CHANGE","isCorrelated":false,
#    "createdAt":1795252159095,"updatedAt":1795252160000,"sources":["newrelic"],"alertPolicyNames":["databases"],
#    "alertConditionNames":["connections"],"workflowName":"aiops"}

def workflow:
  ({CREATED: "firing", ACTIVATED: "firing", ACKNOWLEDGED: "acknowledged", CLOSED: "resolved"}) as $states
  | (.state | ascii_upcase | meaning($states; "state")) as $status
  | {
      kind: "alert", source_id: (.id | text), status: $status, severity: .priority,
      name: (first_of(.alertConditionNames[0]?, .title)), title: .title,
      timestamp: (.updatedAt | epoch_ms), starts_at: (.createdAt | epoch_ms),
      ends_at: (if $status == "resolved" then .updatedAt | epoch_ms else null end),
      labels: ({entities: .impactedEntities, policy: .alertPolicyNames, condition: .alertConditionNames,
                workflow: .workflowName} | strings
        | if ((.entities // ",") | contains(",") | not) then .service = .entities else . end),
      links: ({issue: .issueUrl} | strings)
    };
def classic:
  ({open: "firing", acknowledged: "acknowledged", closed: "resolved"}) as $states
  | (.current_state | ascii_downcase | meaning($states; "current_state")) as $status
  | {
      kind: "alert", source_id: (.incident_id | text), status: $status, severity: .severity,
      name: .condition_name, title: .condition_name, description: .details,
      timestamp: (.timestamp | epoch_ms),
      labels: ((.targets[0]?.labels? | strings)
        + ({policy: .policy_name, condition: .condition_name, target: .targets[0]?.name} | strings)),
      links: ({incident: .incident_url, runbook: .runbook_url} | strings)
    };
if has("issueUrl") then workflow else classic end
