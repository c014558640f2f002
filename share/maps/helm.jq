# Name: helm
# Summary: Helm: helm history RELEASE -o json, helm list -o json
# Source: Helm's documentation, "helm history" and "helm list"; its output's keys
# Sniff: revision:number chart:string status:string updated:string
# Sniff: revision:string chart:string status:string updated:string namespace
# Fields:
#   kind            change, one for each revision
#   change          type deploy; from: chart and app_version of the revision before in the list; to: this one's
#   timestamp       updated
#   source_id       release (helm list), chart and revision
#   service         helm list: name. helm history does not say whose it is: use --label service=...
#   labels          release, namespace, state, revision
# Example:
#   [{"revision":1,"updated":"2026-11-20T09:05:00.123456789+01:00","status":"superseded","chart":"orders-1.4.1",
#     "app_version":"1.4.1","description":"Install complete"},
#    {"revision":2,"updated":"2026-11-21T09:05:00.123456789+01:00","status":"deployed","chart":"orders-1.4.2",
#     "app_version":"1.4.2","description":"Upgrade complete"}]

# 2026-11-21 09:05:00.123456789 +0100 CET
def moment: sub("^(?<d>[-0-9]+) (?<t>[:.0-9]+) (?<z>[-+][0-9]{4}).*$"; "\(.d)T\(.t)\(.z)");
def version: [.chart, (.app_version | if filled then "(\(.))" else null end)] | map(filled | select(. != null)) | join(" ");
(if $previous != null and (has("name") | not) then $previous | version else null end) as $from
| {
    kind: "change",
    source_id: ([.namespace, .name, .chart, "revision \(.revision | text)"] | map(filled | select(. != null)) | join(" ")),
    name: "helm \(.status)",
    title: "revision \(.revision | text) of \(first_of(.name, .chart)): \(first_of(.description, .status))",
    timestamp: (.updated | moment),
    service: .name,
    change: {type: (if (.description // "" | ascii_downcase | startswith("rollback")) then "rollback" else "deploy" end),
             from: $from, to: version},
    labels: ({release: .name, namespace: .namespace, state: .status, revision: .revision} | strings)
  }
