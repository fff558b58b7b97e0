#!/usr/bin/env bash
# The alert as Alertmanager posts it to a webhook (version 4), and the message that people read.
set -euo pipefail

{% set facts = services[service] %}
{% set name = "PivoriDependencyErrors" if cause == "dependency" else "PivoriServiceDown" %}
declare -A labels=(
  [alertname]={{ name }}
  [cluster]=pivori
  [job]={{ service }}
  [namespace]={{ namespace }}
  [service]={{ service }}
  [severity]=critical
)

fingerprint() { # Alertmanager's own: FNV-1a of names and values in order, a byte 255 after each
  local LC_ALL=C hash=-3750763034362895579 name text place number
  for name in $(printf '%s\n' "${!labels[@]}" | sort); do
    for text in "$name" "${labels[$name]}"; do
      for ((place = 0; place < ${#text}; place++)); do
        printf -v number '%d' "'${text:place:1}"
        hash=$(((hash ^ number) * 1099511628211))
      done
      hash=$(((hash ^ 255) * 1099511628211))
    done
  done
  printf '%016x' "$hash"
}

mkdir -p {{ studio }}/alerts
starts=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
all=$(for name in "${!labels[@]}"; do printf '%s\n%s\n' "$name" "${labels[$name]}"; done |
  jq -Rn '[inputs] | [_nwise(2) | {key: .[0], value: .[1]}] | from_entries')
jq -n --argjson labels "$all" --arg starts "$starts" --arg fingerprint "$(fingerprint)" \
{% if cause == "dependency" %}
  --arg summary "{{ service }} : les appels à ses dépendances échouent" \
  --arg description "/trace de {{ service }} répond 502 depuis plus de 1 minute. / {{ service }}: /trace has been answering 502 for more than 1 minute." \
  --arg expr 'sum(rate(pivori_http_requests_total{service="{{ service }}",route="/trace",status="502"}[1m])) > 0' \
{% else %}
  --arg summary "{{ service }} : aucun pod prêt" \
  --arg description "Aucun pod de {{ service }} n'est prêt depuis plus de 1 minute. / {{ service }}: no pod has been ready for more than 1 minute." \
  --arg expr 'sum(kube_deployment_status_replicas_ready{deployment="{{ service }}"}) == 0' \
{% endif %}
  '{
    receiver: "slack-production",
    status: "firing",
    alerts: [{
      status: "firing",
      labels: $labels,
      annotations: {summary: $summary, description: $description, runbook_url: "https://wiki.pivori.app/runbooks/4"},
      startsAt: $starts,
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: ("http://prometheus.pivori.internal:9090/graph?g0.expr=" + ($expr | @uri) + "&g0.tab=1"),
      fingerprint: $fingerprint
    }],
    groupLabels: {alertname: $labels.alertname, service: $labels.service},
    commonLabels: $labels,
    commonAnnotations: {summary: $summary, description: $description, runbook_url: "https://wiki.pivori.app/runbooks/4"},
    externalURL: "http://alertmanager.pivori.internal:9093",
    version: "4",
    groupKey: ("{}/{severity=\"critical\"}:{alertname=\"" + $labels.alertname + "\", service=\"" + $labels.service + "\"}"),
    truncatedAlerts: 0
  }' > {{ studio }}/alerts/alert.json

jq -r '"[FIRING:1] \(.commonLabels.alertname) (\(.commonLabels.severity))
#production · \(.alerts[0].startsAt)

\(.commonAnnotations.summary)
\(.commonAnnotations.description)

service:   \(.commonLabels.service)
namespace: \(.commonLabels.namespace)
runbook:   \(.commonAnnotations.runbook_url)
source:    \(.alerts[0].generatorURL)"' {{ studio }}/alerts/alert.json > {{ studio }}/alerts/slack.txt
