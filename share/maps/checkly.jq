# Name: checkly
# Summary: Checkly's webhook, with the template of its documentation
# Source: Checkly's documentation, "Alerting with webhooks" (variables)
# Sniff: alert_type=ALERT_* check_id:string check_name:string
# Fields:
#   status          alert_type: ..._RECOVERY = resolved, else firing
#   severity        none: unknown
#   timestamp       started_at
#   source_id       check_id (ALERT_SSL: and "ssl")
#   value           response_time in milliseconds; ALERT_SSL: ssl_days_remaining
#   labels          check, group, check_type, region, tags
# Example:
#   {"event":"cart has failed","alert_type":"ALERT_FAILURE","check_name":"cart","group_name":"shop","check_id":"927a2982",
#    "check_type":"API","check_result_id":"a348","check_error_message":"","response_time":"258","run_location":"Frankfurt",
#    "ssl_days_remaining":"","started_at":"2026-11-21T09:09:19.544Z","tags":"env:prod","link":"https://app.checklyhq.com/c"}

(.alert_type == "ALERT_SSL") as $ssl
| (if $ssl then .ssl_days_remaining else .response_time end | number) as $value
| {
    kind: "alert",
    source_id: (.check_id + (if $ssl then " ssl" else "" end)),
    status: (if .alert_type | endswith("_RECOVERY") then "resolved"
             elif .alert_type | IN("ALERT_FAILURE", "ALERT_DEGRADED", "ALERT_SSL") then "firing"
             else error("alert_type: \(.alert_type) is not known") end),
    name: .check_name, title: .event, description: .check_error_message,
    timestamp: .started_at,
    value: $value, unit: (if $value == null then null elif $ssl then "days" else "ms" end),
    labels: ((.tags | tags)
      + ({check: .check_name, group: .group_name, check_type: .check_type, run_location: .run_location,
          region: .region} | strings)),
    links: ({check: .link} | strings)
  }
