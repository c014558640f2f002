# Name: netbox
# Summary: NetBox' webhooks: changes of the inventory
# Source: NetBox' documentation, "Webhooks" (default request body)
# Sniff: event=created|updated|deleted model:string request_id snapshots
# Sniff: event=created|updated|deleted model:string username data:object
# Fields:
#   kind            change
#   change          type configuration; to: what it is now (display); by: username; url: data.display_url, else url
#   timestamp       timestamp
#   source_id       request_id, model and id
#   labels          model, event, site, the object's name
# Example:
#   {"event":"updated","timestamp":"2026-11-21T09:05:24.231786+00:00","model":"device","username":"maria","request_id":"7886",
#    "data":{"id":4,"url":"/api/dcim/devices/4/","display":"db-1","name":"db-1","site":{"name":"FRA"}},
#    "snapshots":{"prechange":{"name":"db-01"},"postchange":{"name":"db-1"}}}

.data as $d
| {
    kind: "change",
    source_id: ([.request_id, .model, $d.id] | map(filled | select(. != null) | text) | join(" ")),
    name: "\(.model | need("model")) \(.event | need("event"))",
    title: "\(.model) \(first_of($d.display, $d.name) // ($d.id | text)) \(.event)",
    timestamp: .timestamp,
    host: (if .model | IN("device", "virtualmachine") then $d.name else null end),
    change: {type: "configuration", from: .snapshots.prechange.name?,
             to: (if .event == "deleted" then null else first_of($d.display, $d.name) end),
             by: .username, url: first_of($d.display_url, $d.url)},
    labels: ({model: .model, event: .event, object: first_of($d.display, $d.name), site: $d.site.name?} | strings)
  }
