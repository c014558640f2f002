# Name: zabbix
# Summary: Zabbix' webhook media type, with macros as keys ("EVENT.ID", "HOST.NAME", ...)
# Source: Zabbix' manual, "Webhook" media type and "Supported macros"
# Sniff: EVENT\.ID EVENT\.VALUE
# Scale: nseverity 0=unknown 1=info 2=low 3=medium 4=high 5=critical
# Fields:
#   status          EVENT.VALUE 1 = firing, 0 = resolved; EVENT.ACK.STATUS Yes = acknowledged
#   severity        EVENT.NSEVERITY: 0 unknown, 1 info, 2 low, 3 medium, 4 high, 5 critical (names are localised)
#   severity_text   EVENT.SEVERITY
#   starts_at       EVENT.DATE and EVENT.TIME, in the server's own zone: give it with --zone
#   ends_at         EVENT.RECOVERY.DATE and EVENT.RECOVERY.TIME
#   source_id       EVENT.ID
#   labels          EVENT.TAGSJSON, HOST.NAME, TRIGGER.ID
# Example:
#   {"EVENT.ID":"4711","EVENT.NAME":"Too many connections on db-1","EVENT.SEVERITY":"High","EVENT.NSEVERITY":"4",
#    "EVENT.VALUE":"1","EVENT.DATE":"2026.11.21","EVENT.TIME":"09:09:19","HOST.NAME":"db-1","TRIGGER.ID":"18",
#    "EVENT.TAGSJSON":"[{\"tag\":\"service\",\"value\":\"orders-db\"}]"}

# A macro that Zabbix could not resolve stands there as {NAME} or *UNKNOWN*.
def macro: text | if . == null or . == "" or startswith("*UNKNOWN*") or test("^[{][A-Z0-9._]+[}]$") then null else . end;
def moment($date; $time): ($date | macro) as $d | ($time | macro) as $t
  | if $d and $t then "\($d | gsub("[.]"; "-")) \($t)" else null end;
(."EVENT.VALUE" | text | meaning({"1": "firing", "0": "resolved"}; "EVENT.VALUE")) as $state
| {
    kind: "alert",
    source_id: (."EVENT.ID" | text | need("EVENT.ID")),
    status: (if $state == "firing" and ."EVENT.ACK.STATUS" == "Yes" then "acknowledged" else $state end),
    severity: (."EVENT.NSEVERITY" | macro),
    severity_text: (first_of((."EVENT.SEVERITY" | macro), (."EVENT.NSEVERITY" | macro))),
    name: (first_of((."EVENT.NAME" | macro), (."TRIGGER.NAME" | macro))),
    title: (."EVENT.NAME" | macro),
    description: (first_of((."EVENT.OPDATA" | macro), (."TRIGGER.DESCRIPTION" | macro))),
    starts_at: moment(."EVENT.DATE"; ."EVENT.TIME"),
    ends_at: moment(."EVENT.RECOVERY.DATE"; ."EVENT.RECOVERY.TIME"),
    labels: ((."EVENT.TAGSJSON" | macro | if . then fromjson | pairs else {} end)
             + ({host: (."HOST.NAME" | macro), trigger_id: (."TRIGGER.ID" | macro)} | strings)),
    links: ({runbook: (."TRIGGER.URL" | macro)} | strings)
  }
