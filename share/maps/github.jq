# Name: github
# Summary: GitHub's webhooks: deployment, deployment_status, release
# Source: GitHub's documentation, "Webhook events and payloads"
# Sniff: deployment_status.state:string deployment:object repository:object
# Sniff: deployment.id deployment.sha:string repository:object
# Sniff: release.tag_name:string action:string repository:object
# Fields:
#   kind            change
#   change          type deploy or release; to: the deployed ref (else sha), or the tag; by: creator or author; url
#   timestamp       created_at of the deployment or its status; published_at, else created_at, of a release
#   source_id       repository and deployment's id (with the status' id), or release's id and action
#   service         the repository's name
#   labels          repository, environment, state, sha, action
# Example:
#   {"action":"created","deployment":{"id":1,"sha":"f95f852","ref":"v1.4.2","task":"deploy","environment":"production",
#    "creator":{"login":"maria"},"created_at":"2026-11-21T09:05:00Z"},"deployment_status":{"id":7,"state":"success",
#    "environment":"production","target_url":"","created_at":"2026-11-21T09:06:30Z","creator":{"login":"ci"}},
#    "repository":{"name":"orders","full_name":"acme/orders"},"sender":{"login":"ci"}}

.repository as $r
| ($r.full_name | need("repository.full_name")) as $name
| if (.release | type) == "object" then .release as $x | {
    kind: "change", source_id: "\($name) release \($x.id | text) \(.action)",
    name: "release \(.action)", title: "release \($x.tag_name) \(.action)",
    timestamp: first_of($x.published_at, $x.created_at), service: $r.name,
    change: {type: "release", to: $x.tag_name, by: $x.author.login?, url: $x.html_url},
    labels: ({repository: $name, action: .action, prerelease: (if $x.prerelease == true then "true" else null end)} | strings)
  } else (.deployment | need("deployment")) as $d | .deployment_status as $s | {
    kind: "change",
    source_id: ([$name, "deployment", ($d.id | text), ($s.id? | text)] | map(select(. != null)) | join(" ")),
    name: (if $s then "deployment \($s.state)" else "deployment \(.action // "created")" end),
    title: "\($d.task // "deploy") of \(first_of($d.ref, $d.sha)) to \(first_of($s.environment?, $d.environment) // "?")\(if $s then ": \($s.state)" else "" end)",
    description: first_of($s.description?, $d.description),
    timestamp: first_of($s.created_at?, $d.created_at), service: $r.name,
    change: {type: "deploy", to: first_of($d.ref, $d.sha), by: first_of($d.creator.login?, .sender.login?),
             url: first_of($s.log_url?, $s.target_url?, $s.environment_url?)},
    labels: ({repository: $name, environment: first_of($s.environment?, $d.environment), state: $s.state?,
              sha: $d.sha} | strings)
  } end
