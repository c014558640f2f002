# Name: victorops
# Summary: Splunk On-Call (VictorOps): what is sent to its REST endpoint
# Source: Splunk's documentation, "REST endpoint integration" and "Incident fields glossary"
# Sniff: message_type=CRITICAL|WARNING|INFO|ACKNOWLEDGEMENT|RECOVERY|critical|warning|info|acknowledgement|recovery entity_id:string
# Sniff: message_type:string entity_display_name:string
# Sniff: message_type:string state_message:string monitoring_tool
# Fields:
#   status          message_type: CRITICAL, WARNING = firing, ACKNOWLEDGEMENT = acknowledged, RECOVERY = resolved;
#                   INFO is a log
#   severity        message_type by the word table; acknowledged and resolved: unknown
#   starts_at       state_start_time; timestamp: timestamp (seconds)
#   source_id       entity_id
#   labels          what else there is as scalars
# Example:
#   {"message_type":"CRITICAL","entity_id":"orders-db/connections","entity_display_name":"orders-db: connections",
#    "state_message":"99 of 100 connections","monitoring_tool":"nagios","state_start_time":1795252159,"hostname":"db-1"}

def moment: if type == "string" and test("[-:T]") then . else epoch_s end;
(.message_type | text | ascii_upcase) as $type
| ({CRITICAL: "firing", WARNING: "firing", ACKNOWLEDGEMENT: "acknowledged", RECOVERY: "resolved", INFO: "info"}) as $types
| ($type | meaning($types; "message_type")) as $status
| (with_entries(select(.key | IN("message_type", "entity_id", "entity_display_name", "state_message", "state_start_time",
                                "timestamp") | not) | select(.value | type | IN("object", "array") | not)) | strings) as $labels
| if $status == "info" then {
    kind: "log", source_id: "\(.entity_id) \(first_of(.timestamp, .state_start_time) | text)",
    severity: $type, name: first_of(.entity_display_name, .entity_id), body: first_of(.state_message, .entity_display_name, .entity_id),
    timestamp: (first_of(.timestamp, .state_start_time) | moment), labels: $labels
  } else {
    kind: "alert", source_id: .entity_id, status: $status,
    severity: (if $status == "firing" then $type else null end),
    name: first_of(.entity_display_name, .entity_id), title: first_of(.entity_display_name, .entity_id),
    description: .state_message,
    timestamp: (.timestamp | moment), starts_at: (.state_start_time | moment),
    labels: $labels
  } end
