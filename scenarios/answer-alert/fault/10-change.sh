#!/usr/bin/env bash
# Production as it was, then a change through Helm that breaks it; restarting can't cure what is in the templates.
set -euo pipefail

{% set facts = services[service] %}
chart={{ studio }}/helm/{{ service }}
upgrade() { # upgrade CHART WORDS...: a revision with the production values
  local from=$1
  shift
  # The charts are right: to look their schemas up takes longer than the upgrade.
  helm upgrade {{ service }} "$from" -n {{ namespace }} -f $chart/values-production.yaml --disable-openapi-validation \
    "$@" >/dev/null
}

upgrade $chart
{% if cause == "configuration" %}
upgrade $chart --set config.LOG_LEVEL=VERBOSE
{% elif cause == "image" %}
upgrade $chart --set-string image.tag={{ facts.stable }}-rc1
{% elif cause == "memory" %}
upgrade $chart --set-string resources.requests.memory=6Mi --set-string resources.limits.memory=6Mi
{% elif cause == "dependency" %}
# The last one, so that a service with two of them still reaches the other.
upgrade $chart --set dependencies.{{ (facts.urls | list)[-1] }}={{ services[(facts.urls | list)[-1]].port + 1000 }}
{% else %}
changed=$(mktemp -d)
cp -r $chart "$changed/{{ service }}"
sed -i 's#path: /ready$#path: /readyz#' "$changed/{{ service }}/charts/pivori-common/templates/_deployment.tpl"
sed -i 's#^version: 1.0.0$#version: 1.0.1#' "$changed/{{ service }}/Chart.yaml"
upgrade "$changed/{{ service }}"
rm -rf "$changed"
{% endif %}

selector=app.kubernetes.io/name={{ service }}
pods() { kubectl get pods -n {{ namespace }} -l $selector -o json; }
deadline=$((SECONDS + 90))
{% if cause == "dependency" %}
kubectl rollout status deployment/{{ service }} -n {{ namespace }} --timeout=80s >/dev/null
{% else %}
# The new pods never get ready; those of before, which would go on serving, are taken away.
while true; do
  newest=$(kubectl get replicasets -n {{ namespace }} -l $selector -o json | jq -r \
    '.items | max_by(.metadata.annotations["deployment.kubernetes.io/revision"] | tonumber) | .metadata.name')
  old=$(kubectl get replicasets -n {{ namespace }} -l $selector -o json | jq -r --arg newest "$newest" \
    '.items[] | select(.spec.replicas > 0 and .metadata.name != $newest) | "replicaset/" + .metadata.name')
  if [ -n "$old" ]; then
    # shellcheck disable=SC2086 # several names
    kubectl scale -n {{ namespace }} --replicas=0 $old >/dev/null
  fi
  if pods | jq -e --arg newest "$newest" '(.items | length) == {{ facts.replicas }} and all(.items[];
      (.metadata.ownerReferences[0].name == $newest) and
      any(.status.conditions[]?; .type == "Ready" and .status == "False") and
      any(.status.containerStatuses[]?;
{% if cause == "probe" %}
        .state.running
{% elif cause == "image" %}
        .state.waiting.reason // "" | test("ImagePull")
{% else %}
        (.lastState.terminated or .state.terminated) and
        (.state.waiting.reason // "" | test("CrashLoop|RunContainer|CreateContainer"))
{% endif %}
      ))' >/dev/null; then break; fi
  if [ "$SECONDS" -ge "$deadline" ]; then
    kubectl get pods -n {{ namespace }} -l $selector >&2
    exit 1
  fi
  sleep 0.2
done
{% endif %}
