# Name: honeycomb
# Summary: Honeycomb's triggers
# Source: Honeycomb's documentation, "Webhooks", and its example of a webhook listener
# Sniff: trigger_url status=TRIGGERED|OK result_groups
# Sniff: status=TRIGGERED|OK operator threshold result_url name:string
# Fields:
#   one record      for each of result_groups_triggered; without groups one for the trigger
#   status          status: TRIGGERED = firing, OK = resolved
#   severity        none: unknown
#   timestamp       none: the time of reading
#   source_id       id, and the group
#   value           Result, with threshold and operator (greater than = above, less than = below)
#   labels          the group's columns, trigger
# Example:
#   {"version":"v0.1.0","id":"abdcefg","name":"errors","trigger_url":"https://ui.honeycomb.io/t/abdcefg","status":"TRIGGERED",
#    "summary":"Triggered: errors","description":"Currently greater than threshold value (2)","operator":"greater than",
#    "threshold":2,"result_url":"","result_groups":[{"Group":{"service":"cart"},"Result":5}],
#    "result_groups_triggered":[{"Group":{"service":"cart"},"Result":5}]}

. as $t
| (.operator | text // "" | if startswith("greater") then "above" elif startswith("less") then "below"
   elif startswith("equal") then "equals" else null end) as $condition
| (if (.result_groups_triggered | type) == "array" and (.result_groups_triggered | length) > 0 then .result_groups_triggered[]
   else {Group: {}, Result: null} end) as $g
| {
    kind: "alert",
    source_id: ([($t.id | text), ($g.Group | strings | to_entries[] | "\(.key)=\(.value)")] | join(" ")),
    status: ($t.status | meaning({TRIGGERED: "firing", OK: "resolved"}; "status")),
    name: $t.name, title: $t.summary, description: $t.description,
    value: ($g.Result | number), threshold: ($t.threshold | number),
    condition: (if ($t.threshold | number) then $condition else null end),
    labels: (($g.Group | strings) + ({trigger: $t.name} | strings)),
    links: ({trigger: $t.trigger_url, result: $t.result_url} | strings)
  }
