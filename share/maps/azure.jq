# Name: azure
# Summary: Azure Monitor's common alert schema
# Source: Microsoft's documentation, "Common alert schema"
# Sniff: schemaId=azureMonitorCommonAlertSchema data.essentials:object
# Scale: sev Sev0=critical Sev1=critical Sev2=high Sev3=medium Sev4=info
# Fields:
#   status          essentials.monitorCondition: Fired = firing, Resolved = resolved
#   severity        essentials.severity: Sev0, Sev1 = critical, Sev2 = high, Sev3 = medium, Sev4 = info; else by the word table
#   starts_at       essentials.firedDateTime
#   ends_at         essentials.resolvedDateTime
#   source_id       essentials.originAlertId, else alertId
#   value           alertContext.condition.allOf[0].metricValue, with its threshold and operator
#   labels          alertRule, signalType, monitoringService, configurationItems, dimensions, customProperties
# Example:
#   {"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertId":"/subscriptions/s/alerts/b9569717",
#    "alertRule":"HighCPU","severity":"Sev2","signalType":"Metric","monitorCondition":"Fired","monitoringService":"Platform",
#    "alertTargetIDs":["/subscriptions/s/vm/db-1"],"configurationItems":["db-1"],"originAlertId":"3f2d4487",
#    "firedDateTime":"2026-11-21T09:09:19.0951234Z","description":"CPU is high"},"alertContext":{"condition":{"allOf":[
#    {"metricName":"Percentage CPU","operator":"GreaterThan","threshold":"80","metricValue":92.5,"dimensions":[]}]}}}}

.data.essentials as $e
| (.data.alertContext.condition.allOf[0]? // {}) as $c
| ({GreaterThan: "above", GreaterThanOrEqual: "above", LessThan: "below", LessThanOrEqual: "below", Equals: "equals"}
   [$c.operator // ""]) as $condition
| {
    kind: "alert",
    signal: ({Metric: "metric", Log: "log"}[$e.signalType // ""]),
    source_id: first_of($e.originAlertId, $e.alertId),
    status: ($e.monitorCondition | meaning({Fired: "firing", Resolved: "resolved"}; "monitorCondition")),
    severity: $e.severity,
    name: $e.alertRule,
    title: $e.alertRule,
    description: $e.description,
    starts_at: $e.firedDateTime,
    ends_at: (if $e.monitorCondition == "Resolved" then $e.resolvedDateTime else null end),
    value: ($c.metricValue | number),
    threshold: ($c.threshold | number),
    condition: (if ($c.threshold | number) then $condition else null end),
    labels: ((.data.customProperties | strings) + ($c.dimensions | pairs)
      + ({alertname: $e.alertRule, signal_type: $e.signalType, monitoring_service: $e.monitoringService,
          configuration_items: $e.configurationItems, metric: $c.metricName} | strings)
      | if ($e.configurationItems | type) == "array" and ($e.configurationItems | length) == 1
        then .host = ($e.configurationItems[0] | text) else . end),
    annotations: ({target: ($e.alertTargetIDs)} | strings)
  }
