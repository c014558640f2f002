# Name: sentry
# Summary: Sentry's webhooks: issue alerts, metric alerts, issues, and the legacy plugin
# Source: Sentry's documentation, "Integration platform webhooks" (issue alerts, metric alerts, issues)
# Sniff: action:string data.event:object
# Sniff: action=critical|warning|resolved data.metric_alert:object
# Sniff: action:string data.issue:object
# Sniff: event.event_id:string project level culprit
# Scale: action critical=critical warning=medium resolved=unknown
# Fields:
#   status          firing; metric alert: action resolved = resolved; issue: data.issue.status unresolved = firing,
#                   resolved, ignored = suppressed
#   severity        level (fatal = critical, error = high, warning = medium, info, debug); metric alert: action
#   timestamp       event.datetime, else event.timestamp (seconds, digits kept); metric alert: date_closed, date_started;
#                   issue: lastSeen
#   source_id       the event's id; metric alert: its id; issue: its id
#   labels          event.tags (pairs), project, environment, logger, issue
# Example:
#   {"id":"4616","project":"cart","level":"error","culprit":"checkout","message":"timeout","url":
#    "https://sentry.example.org/issues/4616/","event":{"event_id":"a892bf7d","title":"TimeoutError","level":"error",
#    "timestamp":1795252159.873,"environment":"production","tags":[["server_name","cart-1"]]}}

def tag_labels: if type == "array" then pairs else strings end;
def event($e; $more):
  {
    kind: "alert", signal: "log", status: "firing",
    source_id: ($e.event_id | text | need("event_id")),
    severity: first_of($e.level, $more.level),
    name: first_of($e.title, $e.message, $more.message),
    title: first_of($e.title, $more.message),
    description: first_of($e.logentry.formatted?, $e.message, $more.message, $e.culprit, $more.culprit),
    timestamp: first_of($e.datetime, ($e.timestamp | if type == "string" then . else epoch_s end)),
    trace_id: $e.contexts.trace.trace_id?,
    labels: (($e.tags | tag_labels)
      + ({project: (first_of($more.project_slug, $more.project, $e.project) | text), environment: $e.environment,
          logger: first_of($e.logger, $more.logger), platform: $e.platform, rule: $more.rule,
          issue: (first_of($e.issue_id, $more.id) | text)} | strings)),
    annotations: ({culprit: first_of($e.culprit, $more.culprit)} | strings),
    links: ({event: $e.web_url, issue: $more.url} | strings)
  };
def metric_alert($m; $action):
  {
    kind: "alert", signal: "metric",
    source_id: (first_of($m.id, $m.identifier) | text),
    status: (if $action == "resolved" then "resolved" else "firing" end),
    scale: "action", severity: $action,
    name: first_of($m.alert_rule.name?, $m.title),
    title: .data.description_title, description: .data.description_text,
    starts_at: $m.date_started, ends_at: (if $action == "resolved" then $m.date_closed else null end),
    labels: ({alertname: first_of($m.alert_rule.name?, $m.title), projects: $m.projects,
              environment: $m.alert_rule.environment?} | strings),
    links: ({alert: .data.web_url} | strings)
  };
def issue($i):
  {
    kind: "alert", signal: "log",
    source_id: ($i.id | text),
    status: ($i.status | meaning({unresolved: "firing", resolved: "resolved", ignored: "suppressed"}; "issue.status")),
    severity: $i.level,
    name: $i.title, title: $i.title, description: $i.culprit,
    timestamp: $i.lastSeen, starts_at: $i.firstSeen,
    labels: ({project: $i.project.slug?, issue: $i.shortId, platform: $i.platform, logger: $i.logger} | strings),
    links: ({issue: first_of($i.web_url, $i.permalink)} | strings)
  };
if (.data | type) == "object" then
  if (.data.metric_alert | type) == "object" then metric_alert(.data.metric_alert; .action)
  elif (.data.event | type) == "object" then event(.data.event; {rule: .data.triggered_rule})
  elif (.data.issue | type) == "object" then issue(.data.issue)
  else error("data: neither event, metric_alert nor issue") end
else event(.event; .) end
