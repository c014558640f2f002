# Name: dynatrace
# Summary: Dynatrace's problem notifications, with the documented placeholders as keys
# Source: Dynatrace's documentation, "Webhook integration" (problem notifications) and "Problem detection: severity levels"
# Sniff: ProblemID State:string ProblemTitle:string
# Sniff: PID State:string ProblemTitle:string
# Scale: level AVAILABILITY=critical MONITORING_UNAVAILABLE=unknown ERROR=high PERFORMANCE=medium SLOWDOWN=medium RESOURCE_CONTENTION=low CUSTOM_ALERT=unknown
# Fields:
#   status          State: OPEN = firing, RESOLVED = resolved, MERGED = suppressed
#   severity        ProblemSeverity, by the order of its levels: AVAILABILITY = critical, ERROR = high, PERFORMANCE and
#                   SLOWDOWN = medium, RESOURCE_CONTENTION = low; CUSTOM_ALERT is not on it: unknown
#   starts_at       ProblemStartTime, else ProblemDetailsJSON.startTime (milliseconds); ends_at likewise
#   source_id       PID, else ProblemID
#   labels          Tags, ImpactedEntityNames, the impacted entity's name as host or service when there is one only
# Example:
#   {"PID":"8766_V2","ProblemID":"P-123","State":"OPEN","ProblemTitle":"Failure rate increase","ProblemSeverity":"ERROR",
#    "ProblemImpact":"SERVICES","ProblemURL":"https://dt.example.org/p","Tags":"env:prod, team:shop","ImpactedEntities":
#    [{"type":"SERVICE","name":"cart","entity":"SERVICE-1"}],"ProblemDetailsJSON":{"startTime":1795252159095,"endTime":-1}}

# A placeholder that Dynatrace did not fill, an open end (-1).
def given: text | if . == null or . == "" or . == "-1" or test("^[{][A-Za-z]+[}]$") then null else . end;
(if (.ProblemDetailsJSON | type) == "object" then .ProblemDetailsJSON else {} end) as $d
| ({OPEN: "firing", RESOLVED: "resolved", MERGED: "suppressed"}) as $states
| (.State | text | ascii_upcase | meaning($states; "State")) as $status
| (if (.ImpactedEntities | type) == "array" then .ImpactedEntities else [] end) as $entities
| first_of((.ProblemEndTime | given), ($d.endTime | given)) as $ended
| {
    kind: "alert",
    source_id: (first_of((.PID | given), (.ProblemID | given)) | need("PID")),
    status: $status,
    severity: first_of((.ProblemSeverity | given), ($d.severityLevel | given)),
    name: .ProblemTitle, title: .ProblemTitle,
    description: first_of((.ProblemDetailsText | given), (.ImpactedEntity | given)),
    starts_at: (first_of((.ProblemStartTime | given), ($d.startTime | given)) | epoch_ms),
    ends_at: (if $status == "resolved" then $ended | epoch_ms else null end),
    service: (if ($entities | length) == 1 and $entities[0].type == "SERVICE" then $entities[0].name else null end),
    host: (if ($entities | length) == 1 and $entities[0].type == "HOST" then $entities[0].name else null end),
    labels: ((.Tags | given | tags)
      + ({problem: (.ProblemID | given), impact: (.ProblemImpact | given),
          entities: ([$entities[]? | .name? // empty] | join(","))} | strings)),
    links: ({problem: first_of((.ProblemURL | given), (."Problem URL" | given))} | strings)
  }
