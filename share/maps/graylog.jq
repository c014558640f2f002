# Name: graylog
# Summary: Graylog's HTTP notification
# Source: Graylog's documentation, "Alerts: notifications" (HTTP notification body) and event priorities
# Sniff: event_definition_id:string event.id:string event.priority
# Scale: priority 0=info 1=low 2=medium 3=high 4=critical
# Fields:
#   status          firing: Graylog says nothing when it is over
#   severity        event.priority: 1 low, 2 normal = medium, 3 high, 4 critical; 0 informational
#   timestamp       event.timestamp
#   source_id       event.id
#   labels          event.fields, group_by_fields, event.source as host, the definition's title
# Example:
#   {"event_definition_id":"671a","event_definition_type":"aggregation-v1","event_definition_title":"errors",
#    "event_definition_description":"","event":{"id":"01JAZZ","timestamp":"2026-11-21T09:09:19.556Z","message":"errors",
#    "source":"server","key":"","priority":3,"alert":true,"fields":{"service":"cart"},"group_by_fields":{}},"backlog":[]}

.event as $e
| {
    kind: "alert", signal: "log", status: "firing",
    source_id: ($e.id | need("event.id")),
    severity: ($e.priority | text),
    severity_text: ({"0": "informational", "1": "low", "2": "normal", "3": "high", "4": "critical"}[$e.priority | text // ""]
                    // ($e.priority | text)),
    name: first_of(.event_definition_title, $e.message), title: $e.message, description: .event_definition_description,
    timestamp: $e.timestamp,
    labels: (($e.fields | strings) + ($e.group_by_fields | strings)
      + ({graylog: $e.source, definition: .event_definition_title, key: $e.key} | strings))
  }
