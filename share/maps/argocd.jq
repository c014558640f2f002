# Name: argocd
# Summary: Argo CD applications: notifications with the application as body, kubectl get applications -o json
# Source: Argo CD's documentation, "Notifications: webhook", and the Application custom resource
# Cut: items[]
# Sniff: kind=Application apiVersion=argoproj.io/* metadata:object
# Sniff: app.kind=Application app.metadata:object
# Fields:
#   kind            change
#   change          type deploy; from: the revision before in status.history; to: the synced revision; by: initiatedBy;
#                   url: spec.source.repoURL
#   timestamp       status.operationState.finishedAt, else startedAt, else status.reconciledAt
#   source_id       namespace, name, revision and phase
#   service         metadata.name
#   labels          namespace, project, phase, sync, health
# Example:
#   {"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"orders","namespace":"argocd"},"spec":
#    {"project":"shop","destination":{"namespace":"shop"},"source":{"repoURL":"https://git.example.org/orders"}},"status":
#    {"sync":{"status":"Synced","revision":"b2"},"health":{"status":"Healthy"},"history":[{"id":0,"revision":"a1"},
#    {"id":1,"revision":"b2"}],"operationState":{"phase":"Succeeded","startedAt":"2026-11-21T09:05:00Z",
#    "finishedAt":"2026-11-21T09:05:40Z","operation":{"initiatedBy":{"username":"maria"}}}}}

(if (.app | type) == "object" then .app else . end)
| if .kind != "Application" then error("kind: not an Application") else . end
| .status as $s
| first_of($s.operationState.syncResult.revision?, $s.sync.revision?) as $to
| ([$s.history[]? | .revision? // empty]) as $history
| (if ($history | length) > 0 and $history[-1] == $to then $history[-2] else $history[-1] end) as $from
| first_of($s.operationState.phase?) as $phase
| {
    kind: "change",
    source_id: ([.metadata.namespace, .metadata.name, $to, $phase] | map(filled | select(. != null)) | join(" ")),
    name: "sync \($phase // "unknown")",
    title: "sync of \(.metadata.name) to \($to // "?"): \($phase // "unknown")",
    description: $s.operationState.message?,
    timestamp: first_of($s.operationState.finishedAt?, $s.operationState.startedAt?, $s.reconciledAt?),
    service: (.metadata.name | need("metadata.name")),
    change: {type: "deploy", from: $from, to: $to,
             by: (first_of($s.operationState.operation.initiatedBy.username?)
                  // (if $s.operationState.operation.initiatedBy.automated? == true then "argocd" else null end)),
             url: .spec.source.repoURL?},
    labels: ({namespace: .spec.destination.namespace?, project: .spec.project?, phase: $phase, sync: $s.sync.status?,
              health: $s.health.status?} | strings)
  }
