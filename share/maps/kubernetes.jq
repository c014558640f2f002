# Name: kubernetes
# Summary: Kubernetes events: kubectl get events -o json, watch lines, single events
# Source: Kubernetes' API reference, Event v1 core and events.k8s.io/v1, and "Watch" of the API concepts
# Cut: items[]
# Sniff: involvedObject:object reason type=Normal|Warning
# Sniff: regarding:object reason type=Normal|Warning
# Sniff: involvedObject:object reason:string message
# Sniff: type=ADDED|MODIFIED|DELETED object.involvedObject:object
# Sniff: type=ADDED|MODIFIED|DELETED object.regarding:object
# Sniff: type=BOOKMARK|ERROR object.kind:string
# Sniff: kind=EventList items:array
# Scale: type Normal=info Warning=medium
# Fields:
#   kind            alert for type Warning, log for Normal
#   status          firing; the end of an event's record (DELETED) says nothing and is left out
#   severity        type: Warning = medium, Normal = info
#   timestamp       series.lastObservedTime, lastTimestamp, eventTime, firstTimestamp, metadata.creationTimestamp
#   starts_at       firstTimestamp, eventTime
#   source_id       metadata.uid and resourceVersion
#   name            reason
#   labels          reason, namespace, pod or node or the kind and name of what it is about, count
# Example:
#   {"kind":"Event","apiVersion":"v1","metadata":{"uid":"9f1c","name":"cart-1.17a","namespace":"shop","resourceVersion":
#    "4711"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"cart-1"},"reason":"BackOff","message":
#    "Back-off restarting failed container","type":"Warning","count":3,"firstTimestamp":"2026-11-21T09:00:00Z",
#    "lastTimestamp":"2026-11-21T09:09:19Z","eventTime":null,"source":{"component":"kubelet","host":"node-3"}}

def about: if (.involvedObject | type) == "object" then .involvedObject else .regarding end;
def event:
  about as $o
  | first_of(.message, .note) as $text
  | first_of(.source.host?, .deprecatedSource.host?) as $host
  | {
      kind: (if .type == "Warning" then "alert" else "log" end),
      source_id: ([.metadata.uid, .metadata.resourceVersion] | map(filled | select(. != null) | text) | join("/")),
      status: (if .type == "Warning" then "firing" else null end),
      severity: .type,
      signal: "event",
      name: .reason,
      title: $text,
      body: (if .type == "Warning" then null else $text end),
      timestamp: first_of(.series.lastObservedTime?, .lastTimestamp, .deprecatedLastTimestamp, .eventTime, .firstTimestamp,
                          .metadata.creationTimestamp),
      starts_at: (if .type == "Warning" then first_of(.firstTimestamp, .deprecatedFirstTimestamp, .eventTime) else null end),
      host: (if $o.kind == "Node" then $o.name else $host end),
      labels: (({reason: .reason, namespace: first_of($o.namespace, .metadata.namespace),
                 container: ($o.fieldPath | if type == "string" then (capture("ontainers[{](?<c>[^}]+)") // null) | .c? else null end),
                 reporter: first_of(.source.component?, .reportingComponent, .reportingController)} | strings)
        + (if $o.kind == "Pod" then {pod: $o.name} elif $o.kind == "Node" then {node: $o.name}
           else {object_kind: $o.kind, object_name: $o.name} end | strings)),
      annotations: ({count: first_of(.series.count?, .count, .deprecatedCount)} | strings)
    };
if has("object") and (.type | IN("ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR")) then
  if .type == "ERROR" then error("watch: \(first_of(.object.message, .object.reason) // "error")")
  elif .type == "DELETED" or .type == "BOOKMARK" then null
  elif (.object | about | type) == "object" then .object | event
  else error("object: not an event") end
elif (about | type) == "object" then event
elif has("items") then error("items: not an array")
else error("not an event") end
