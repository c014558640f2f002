# Name: uptime-kuma
# Summary: Uptime Kuma's webhook
# Source: Uptime Kuma's source, the webhook notification and the statuses of its heartbeat
# Sniff: heartbeat.status:number monitor.name:string msg:string
# Fields:
#   status          heartbeat.status: 0 down = firing, 1 up = resolved, 2 pending, 3 maintenance = suppressed
#   severity        none: unknown
#   timestamp       heartbeat.time (UTC)
#   source_id       monitor.id
#   value           heartbeat.ping, milliseconds
#   labels          monitor's name, type, hostname, port; tags
# Example:
#   {"heartbeat":{"monitorID":29,"status":0,"time":"2026-11-21 09:09:19.527","msg":"getaddrinfo ENOTFOUND","ping":null,
#    "important":true,"duration":61},"monitor":{"id":29,"name":"cart","url":"https://cart.example.org/","type":"http",
#    "hostname":null,"port":null,"tags":[{"name":"env","value":"prod"}]},"msg":"[cart] [DOWN] getaddrinfo ENOTFOUND"}

(.heartbeat.status | text | meaning({"0": "firing", "1": "resolved", "2": "pending", "3": "suppressed"}; "heartbeat.status")) as $status
| {
    kind: "alert",
    source_id: (first_of(.monitor.id, .heartbeat.monitorID) | text),
    status: $status,
    name: .monitor.name, title: .msg, description: .heartbeat.msg,
    timestamp: (.heartbeat.time | text | if . == null then null else sub(" "; "T") + "Z" | sub("ZZ$"; "Z") end),
    value: (.heartbeat.ping | number), unit: (if (.heartbeat.ping | number) then "ms" else null end),
    labels: ((if (.monitor.tags | type) == "array" and ((.monitor.tags[0] | type) == "object") then .monitor.tags | pairs else {} end)
      + ({monitor: .monitor.name, monitor_type: .monitor.type, host: .monitor.hostname, port: .monitor.port} | strings)),
    links: ({monitored: .monitor.url} | strings)
  }
