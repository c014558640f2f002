# Name: short
# Summary: an event in three words: {"type","severity","pod"}
# Source: this toolkit, aiops-maps(5)
# Sniff: type:string severity:string pod:string !kind !object
# Maybe: type:string severity:string !kind !object !event !data !alert
# Fields:
#   kind            alert
#   name            type
#   status          status, else firing
#   severity        severity by the word table
#   timestamp       timestamp or time; missing: the time of reading
#   title           message, else description
#   labels          pod, and namespace, service, node, host, env, container, cluster where they are
# Example:
#   {"type":"OOMKilled","severity":"critical","pod":"cart-5d9c7b-x2x4k","namespace":"shop"}

{
  kind: "alert", source_id: (.id | text),
  status: first_of(.status, "firing"),
  severity: .severity,
  name: (.type | need("type")),
  title: first_of(.message, .title, .description),
  timestamp: first_of(.timestamp, .time),
  value: (.value | number),
  labels: ((.labels | strings)
    + ({alertname: .type, pod, namespace, service, node, host, env, container, cluster} | strings))
}
