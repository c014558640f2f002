# Name: wazuh
# Summary: Wazuh's alerts (alerts.json, and what its integrations are given)
# Source: Wazuh's documentation, "Alert management" and "Rules classification" (levels)
# Sniff: rule.level:number rule.id agent:object manager:object
# Sniff: rule.level:number rule.description:string agent.id
# Scale: level 0=info 1=info 2=info 3=low 4=low 5=low 6=low 7=medium 8=medium 9=medium 10=medium 11=medium 12=high 13=high 14=high 15=critical 16=critical
# Fields:
#   status          none: such an alert does not end
#   severity        rule.level: 15 and 16 critical, 12 to 14 high, 7 to 11 medium, 3 to 6 low, 0 to 2 info
#   timestamp       timestamp
#   source_id       id
#   labels          rule id and groups, agent name as host, location, decoder
# Example:
#   {"timestamp":"2026-11-21T09:09:19.853+0000","rule":{"level":7,"description":"New dpkg package installed.","id":"2902",
#    "groups":["syslog","dpkg"]},"agent":{"id":"001","name":"db-1"},"manager":{"name":"wazuh"},"id":"1738.42",
#    "full_log":"status installed rsync","decoder":{"name":"dpkg-decoder"},"location":"/var/log/dpkg.log"}

{
  kind: "alert", signal: "log",
  source_id: (.id | text),
  severity: (.rule.level | text | need("rule.level")),
  name: first_of(.rule.description, (.rule.id | text)), title: .rule.description, description: .full_log,
  timestamp: .timestamp,
  labels: ({rule_id: .rule.id, rule_groups: .rule.groups, host: .agent.name?, agent_id: .agent.id?, agent_ip: .agent.ip?,
            location: .location, decoder: .decoder.name?, manager: .manager.name?} | strings)
}
