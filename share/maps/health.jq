# Name: health
# Summary: a health check: {"name","value","threshold","condition"}, as share/collectors print them
# Source: this toolkit, aiops-collectors(7)
# Sniff: name:string value threshold condition=above|below|equals !kind
# Sniff: name:string value unit:string collector:string !kind
# Fields:
#   kind            metric
#   name, value, unit, threshold, condition, title   as they are
#   healthy         healthy, else by the bound: above and below include it
#   timestamp       timestamp or time; missing: the time of reading
#   component       resource
#   labels          labels, collector, resource
# Example:
#   {"collector":"postgresql","name":"database_connection_usage","value":99.0,"unit":"percent","threshold":80,
#    "condition":"above","resource":"orders-db"}

{
  kind: "metric", name: .name, title: .title,
  value: (.value | if . == "NaN" or . == "+Inf" or . == "-Inf" then . else number end | need("value")),
  unit: .unit, threshold: .threshold, condition: (if .threshold != null then .condition else null end),
  healthy: .healthy,
  timestamp: first_of(.timestamp, .time),
  component: .resource, service: .service, host: .host,
  labels: ((.labels | strings) + ({__name__: .name, collector: .collector, resource: .resource} | strings))
}
