# Name: icinga
# Summary: Icinga 2's event stream: StateChange, Notification, CheckResult
# Source: Icinga 2's documentation, "REST API: Event Streams", and its object attributes
# Sniff: type=StateChange|Notification|CheckResult host:string check_result:object
# Sniff: type=Acknowledgement*|Comment*|Downtime*|Flapping* timestamp host
# Sniff: type=AcknowledgementSet|AcknowledgementCleared|DowntimeTriggered|DowntimeRemoved comment
# Scale: service 0=info 1=medium 2=critical 3=unknown
# Scale: host 0=info 1=critical
# Fields:
#   status          state 0 = resolved, else firing; soft states (state_type 0) = pending; acknowledged;
#                   downtime_depth above 0 = suppressed
#   severity        service: 0 info, 1 medium, 2 critical, 3 unknown; host: 0 info, 1 critical
#   timestamp       timestamp, seconds, digits kept
#   source_id       host!service, or host
#   kind            what is not a state (acknowledgements, comments, downtimes, flapping) is a log
#   host, service   host; label check for the service's name
# Example:
#   {"type":"StateChange","timestamp":1795252159.123456,"host":"db-1","service":"connections","state":2,"state_type":1,
#    "check_result":{"output":"CRITICAL - 99 of 100","exit_status":2},"acknowledgement":false,"downtime_depth":0}

def code: if type == "number" then floor | tostring else text | if . then sub("[.]0+$"; "") else . end end;
([.host, .service] | map(filled | select(. != null)) | join("!")) as $what
| if (.type | IN("StateChange", "Notification", "CheckResult")) then
    first_of(.state, .check_result.state, .check_result.exit_status) as $state
    | first_of(.state_type, .check_result.vars_after.state_type?) as $type
    | ($state | code | need("state")) as $code
    | (if (.service | filled) != null then "service" else "host" end) as $scale
    | {
        kind: "alert", source_id: $what,
        status: (if ((.downtime_depth // 0) | quantity) > 0 and $code != "0" then "suppressed"
                 elif $code == "0" then "resolved"
                 elif $type != null and ($type | code) == "0" then "pending"
                 elif .acknowledgement == true then "acknowledged" else "firing" end),
        scale: $scale, severity: $code,
        severity_text: (if $scale == "service" then {"0": "OK", "1": "WARNING", "2": "CRITICAL", "3": "UNKNOWN"}[$code]
                        else {"0": "UP", "1": "DOWN"}[$code] end),
        name: first_of(.service, "host"), title: .check_result.output,
        timestamp: (.timestamp | epoch_s),
        labels: ({host: .host, check: .service} | strings)
      }
  else {
    kind: "log", source_id: "\(.type) \(if $what != "" then $what else [.comment.host_name?, .downtime.host_name?] | map(select(. != null)) | join("") end) \(.timestamp | text)",
    name: (.type | need("type")), timestamp: (.timestamp | epoch_s),
    body: (first_of(.comment.text?, (.comment | select(type == "string")), .downtime.comment?, .text) // .type),
    labels: ({host: first_of(.host, .comment.host_name?, .downtime.host_name?), check: .service} | strings)
  } end
