# Name: gitlab
# Summary: GitLab's webhooks: deployment and pipeline events
# Source: GitLab's documentation, "Webhook events"
# Sniff: object_kind=deployment status:string project:object
# Sniff: object_kind=pipeline object_attributes:object project:object
# Fields:
#   kind            change
#   change          type deploy or pipeline; from: before_sha; to: the ref (else the sha); by: user; url
#   timestamp       deployment: status_changed_at; pipeline: finished_at, else created_at
#   source_id       project, deployment or pipeline id, status
#   service         the project's name
#   labels          repository, environment, state, sha, ref
# Example:
#   {"object_kind":"deployment","status":"success","status_changed_at":"2026-11-21 10:06:30 +0100","deployment_id":15,
#    "deployable_url":"https://gitlab.example.org/acme/orders/-/jobs/796","environment":"production","project":{"id":30,
#    "name":"orders","path_with_namespace":"acme/orders"},"short_sha":"279484c0","ref":"v1.4.2","user":{"username":"maria"}}

# 2026-11-21 10:06:30 +0100, 2026-11-21 09:06:30 UTC
def moment: text | if . == null then null else sub(" UTC$"; "Z") | sub(" (?<z>[-+][0-9]{4})$"; "\(.z)") end;
.project as $p
| if .object_kind == "deployment" then {
    kind: "change",
    source_id: "\($p.path_with_namespace) deployment \(.deployment_id | text) \(.status)",
    name: "deployment \(.status)", title: "deploy of \(first_of(.ref, .short_sha)) to \(.environment // "?"): \(.status)",
    description: .commit_title, timestamp: (.status_changed_at | moment), service: $p.name,
    change: {type: "deploy", to: first_of(.ref, .short_sha), by: first_of(.user.username?, .user.name?),
             url: first_of(.deployable_url, .commit_url)},
    labels: ({repository: $p.path_with_namespace, environment: .environment, state: .status, sha: .short_sha, ref: .ref} | strings)
  } elif .object_kind != "pipeline" then error("object_kind: neither deployment nor pipeline")
  else (.object_attributes | need("object_attributes")) as $o | {
    kind: "change",
    source_id: "\($p.path_with_namespace) pipeline \($o.id | text) \($o.status)",
    name: "pipeline \($o.status)", title: "pipeline of \($o.ref): \($o.status)",
    description: .commit.title?, timestamp: (first_of($o.finished_at, $o.created_at) | moment), service: $p.name,
    change: {type: "pipeline", from: ($o.before_sha | if . == null or test("^0+$") then null else . end),
             to: first_of($o.ref, $o.sha), by: first_of(.user.username?, .user.name?), url: $o.url},
    labels: ({repository: $p.path_with_namespace, state: $o.status, sha: $o.sha, ref: $o.ref, trigger: $o.source} | strings)
  } end
