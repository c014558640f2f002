# Name: change
# Summary: a change in plain words: {"service","from","to","by"}
# Source: this toolkit, aiops-maps(5)
# Sniff: service:string from:string to:string !kind !event_action
# Sniff: service:string to:string by:string !kind !event_action
# Maybe: service:string to:string !kind
# Fields:
#   kind            change
#   change          type (deploy, when none is given), from, to, by, url
#   timestamp       timestamp or time, RFC 3339; missing: the time of reading
#   source_id       id, else from the document
#   env, host, labels, title   as they are
# Example:
#   {"service":"orders","from":"1.4.1","to":"1.4.2","by":"maria","timestamp":"2026-11-21T09:05:00Z"}

{
  kind: "change", source_id: (.id | text),
  name: (.type // "deploy"),
  title: first_of(.title, .description, "\(.service): \(.from // "?" | text) to \(.to | text)"),
  timestamp: first_of(.timestamp, .time),
  service: (.service | need("service")), env: .env, host: .host,
  change: {type: (.type // "deploy"), from: (.from | text), to: (.to | text | need("to")), by: .by, url: .url},
  labels: ((.labels | strings) + ({service: .service} | strings))
}
