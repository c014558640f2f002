# Name: checkmk
# Summary: Checkmk's notifications, posted as JSON by a script with its documented variables
# Source: Checkmk's user guide, "Notifications: writing your own scripts"
# Sniff: what=HOST|SERVICE notification_type:string host:string
# Sniff: NOTIFY_WHAT=HOST|SERVICE NOTIFY_NOTIFICATIONTYPE:string NOTIFY_HOSTNAME:string
# Scale: state OK=info UP=info WARN=medium WARNING=medium CRIT=critical CRITICAL=critical DOWN=critical UNREACH=unknown UNREACHABLE=unknown UNKNOWN=unknown
# Fields:
#   status          notification_type: PROBLEM, FLAPPINGSTART = firing, RECOVERY, FLAPPINGSTOP = resolved,
#                   ACKNOWLEDGEMENT = acknowledged, DOWNTIMESTART = suppressed; others are logs
#   severity        the state: OK, UP = info, WARN = medium, CRIT, DOWN = critical, UNKNOWN, UNREACH = unknown
#   timestamp       long_date_time when it is in UTC, else short_date_time in the server's zone (--zone)
#   source_id       host, or host!service
#   labels          host, address, site, check
# Example:
#   {"id":"18","host":"db-1","address":"10.10.0.185","event":"OK -> CRIT","output":"99 of 100 connections","status":"CRIT",
#    "severity":"CRIT","service":"Connections","url":"/check_mk/index.py","site":"main","what":"SERVICE",
#    "notification_type":"PROBLEM","long_date_time":"Sat Nov 21 09:09:19 UTC 2026","short_date_time":"2026-11-21 09:09:19"}

def moment:
  ({Jan: "01", Feb: "02", Mar: "03", Apr: "04", May: "05", Jun: "06", Jul: "07", Aug: "08", Sep: "09", Oct: "10",
    Nov: "11", Dec: "12"}) as $months
  | (.long // "" | (capture("^[A-Z][a-z]{2} (?<m>[A-Z][a-z]{2}) +(?<d>[0-9]{1,2}) (?<t>[0-9:]{8}) UTC (?<y>[0-9]{4})$") // null)) as $l
  | if $l then "\($l.y)-\($months[$l.m])-\("0\($l.d)"[-2:])T\($l.t)Z" else .short end;
(if has("NOTIFY_WHAT") then
  {what: .NOTIFY_WHAT, type: .NOTIFY_NOTIFICATIONTYPE, host: .NOTIFY_HOSTNAME, service: .NOTIFY_SERVICEDESC,
   address: .NOTIFY_HOSTADDRESS, site: .OMD_SITE, url: first_of(.NOTIFY_SERVICEURL, .NOTIFY_HOSTURL),
   state: (if .NOTIFY_WHAT == "SERVICE" then .NOTIFY_SERVICESTATE else .NOTIFY_HOSTSTATE end),
   output: (if .NOTIFY_WHAT == "SERVICE" then .NOTIFY_SERVICEOUTPUT else .NOTIFY_HOSTOUTPUT end),
   long: .NOTIFY_LONGDATETIME, short: .NOTIFY_SHORTDATETIME, title: null, id: null}
 else
  {what: .what, type: .notification_type, host: .host, service: .service, address: .address, site: .site, url: .url,
   state: first_of(.severity, .status), output: .output, long: .long_date_time, short: .short_date_time,
   title: .summary, id: .id}
 end) as $n
| ($n.type | text | sub(" .*$"; "")) as $type
| ({PROBLEM: "firing", FLAPPINGSTART: "firing", RECOVERY: "resolved", FLAPPINGSTOP: "resolved",
    ACKNOWLEDGEMENT: "acknowledged", DOWNTIMESTART: "suppressed"}[$type]) as $status
| ([$n.host, $n.service] | map(filled | select(. != null)) | join("!")) as $what
| ({host: $n.host, address: $n.address, site: $n.site, check: $n.service} | strings) as $labels
| if $status then {
    kind: "alert", source_id: $what, status: $status, severity: $n.state,
    name: first_of($n.service, "host"), title: first_of($n.title, $n.output), description: $n.output,
    timestamp: ($n | moment), labels: $labels, links: ({checkmk: $n.url} | strings)
  } else {
    kind: "log", source_id: "\($what) \($type) \($n | moment)", name: $type, body: first_of($n.output, $type),
    timestamp: ($n | moment), labels: $labels
  } end
