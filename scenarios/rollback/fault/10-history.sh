#!/usr/bin/env bash
# The release's history: production, failed upgrades, the last good one, one more that failed, and the bad one, live.
set -euo pipefail

{% set facts = services[service] %}
upgrade() { # upgrade VERSION LOG_LEVEL WORDS...: one revision, with the production values
  local version=$1 level=$2
  shift 2
  # The API server refuses what is wrong; to look its schemas up first takes longer than the upgrade.
  helm upgrade {{ service }} {{ studio }}/helm/{{ service }} -n {{ namespace }} --disable-openapi-validation \
    -f {{ studio }}/helm/{{ service }}/values-production.yaml \
    --set-string image.tag="$version" --set-string config.LOG_LEVEL="$level" "$@" >/dev/null
}

must_fail() { # must_fail COMMAND...: the revision has to be a failed one
  if "$@" 2>/dev/null; then
    echo "this upgrade had to fail: $*" >&2
    exit 1
  fi
}

upgrade {{ facts.stable }} INFO
{% for number in range(failures) %}
# A unit that Kubernetes does not know.
must_fail upgrade {{ facts.good[-1] }} INFO --set-string resources.limits.memory={{ 64 + 16 * number }}Mo
{% endfor %}
upgrade {{ facts.good[-1] }} WARNING
# Never gets ready, and Helm waited for it.
must_fail upgrade {{ facts.bad["wrong-port" if fault == "crash-at-start" else "crash-at-start"] }} WARNING \
  --wait --timeout 2s
upgrade {{ facts.bad[fault] }} DEBUG

selector=app.kubernetes.io/name={{ service }}
bad={{ facts.image_of(facts.bad[fault]) }}
deadline=$((SECONDS + 120))
{% if fault in ["errors-on-one-route", "memory-growth"] %}
kubectl rollout status deployment/{{ service }} -n {{ namespace }} --timeout=90s >/dev/null
{% else %}
# It never gets ready, so the pods of before would go on serving.
while [ "$SECONDS" -lt "$deadline" ]; do
  old=$(kubectl get replicasets -n {{ namespace }} -l $selector -o json | jq -r --arg bad "$bad" \
    '.items[] | select(.spec.replicas > 0 and .spec.template.spec.containers[0].image != $bad) | "replicaset/" + .metadata.name')
  if [ -n "$old" ]; then
    # shellcheck disable=SC2086 # several names
    kubectl scale -n {{ namespace }} --replicas=0 $old >/dev/null
  fi
  others=$(kubectl get pods -n {{ namespace }} -l $selector -o json | jq --arg bad "$bad" \
    '[.items[] | select(.spec.containers[0].image != $bad or any(.status.conditions[]?; .type == "Ready" and .status == "True"))] | length')
  started=$(kubectl get pods -n {{ namespace }} -l $selector -o json | jq \
    '[.items[].status.containerStatuses[]? | select(.state.running or .lastState.terminated or .state.terminated)] | length')
  if [ "$others" = 0 ] && [ "$started" -gt 0 ]; then exit 0; fi
  sleep 0.2
done
echo "the bad release does not show" >&2
exit 1
{% endif %}
{% if fault == "memory-growth" %}
until kubectl get pods -n {{ namespace }} -l $selector -o json |
  jq -e 'any(.items[].status.containerStatuses[]?; .restartCount > 0)' >/dev/null; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "nothing was killed for its memory" >&2
    exit 1
  fi
  sleep 0.5
done
{% endif %}
