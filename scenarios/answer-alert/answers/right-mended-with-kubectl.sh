#!/usr/bin/env bash
# Mends the very thing that is wrong, with kubectl.
set -euo pipefail
{% set name = (services[service].urls | list)[-1] %}

{% if cause == "configuration" %}
kubectl patch configmap {{ service }}-config -n pivori-production --type merge \
  -p '{"data":{"LOG_LEVEL":"{{ services[service].config.LOG_LEVEL }}"}}'
kubectl rollout restart deployment/{{ service }} -n pivori-production
{% elif cause == "image" %}
kubectl set image deployment/{{ service }} -n pivori-production {{ service }}={{ services[service].image }}
{% elif cause == "memory" %}
kubectl set resources deployment/{{ service }} -n pivori-production -c {{ service }} \
  --limits=memory=64Mi --requests=memory=24Mi
{% elif cause == "probe" %}
kubectl patch deployment {{ service }} -n pivori-production -p '{"spec":{"template":{"spec":{"containers":[
  {"name":"{{ service }}","readinessProbe":{"httpGet":{"path":"/ready"}}}]}}}}'
{% else %}
kubectl patch configmap {{ service }}-config -n pivori-production --type merge \
  -p '{"data":{"PIVORI_URL_{{ name | upper | replace("-", "_") }}":"{{ services[service].urls[name] }}"}}'
if kubectl get networkpolicy {{ service }} -n pivori-production >/dev/null 2>&1; then
  kubectl get networkpolicy {{ service }} -n pivori-production -o json |
    sed 's/"port": {{ services[name].port + 1000 }}/"port": {{ services[name].port }}/' | kubectl replace -f -
fi
kubectl rollout restart deployment/{{ service }} -n pivori-production
{% endif %}
kubectl rollout status deployment/{{ service }} -n pivori-production --timeout=60s

cat > {{ studio }}/incident.md <<'TEXT'
service: {{ service }}
cause: {{ cause }}
remedy: kubectl
TEXT
