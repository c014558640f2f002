# Name: librenms
# Summary: LibreNMS' API transport, with its template variables as keys
# Source: LibreNMS' documentation, "Alerting: templates" (variables) and "Transports: API"
# Sniff: hostname:string rule_id state severity timestamp:string
# Sniff: hostname:string alert_id state severity sysName
# Scale: severity critical=critical warning=medium ok=info
# Fields:
#   status          state: 0 = resolved, 1, 3 (worse), 4 (better), 5 (changed) = firing, 2 = acknowledged
#   severity        critical, warning = medium, ok = info
#   timestamp       timestamp, in the server's own zone (--zone)
#   source_id       device_id and rule_id, else alert_id
#   labels          hostname, sysName, os, location, type, rule
# Example:
#   {"title":"Device db-1 down","hostname":"10.10.1.147","device_id":"2","sysName":"db-1","os":"linux","type":"server",
#    "alert_id":"26","rule_id":"13","uid":"41","severity":"critical","name":"Devices up/down","state":"1","timestamp":
#    "2026-11-21 09:09:19","location":"rack 7","msg":"Device db-1 is down"}

(.state | text | meaning({"0": "resolved", "1": "firing", "2": "acknowledged", "3": "firing", "4": "firing", "5": "firing"}; "state")) as $status
| {
    kind: "alert",
    source_id: (if first_of(.rule_id) and first_of(.device_id) then "\(.device_id | text)/\(.rule_id | text)" else .alert_id | text end),
    status: $status, severity: .severity,
    name: first_of(.name, .title), title: .title, description: .msg,
    timestamp: .timestamp,
    labels: ({host: first_of(.sysName, .hostname), address: first_of(.ip, .hostname), os: .os, device_type: .type,
              location: .location, rule: .name} | strings),
    annotations: ({elapsed: .elapsed, notes: .notes} | strings)
  }
