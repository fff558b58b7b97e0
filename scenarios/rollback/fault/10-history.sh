#!/usr/bin/env bash
# The release's history: production, failed upgrades, the last good one, one more that failed, and the bad one, live.
set -euo pipefail

{% include "until-shown.sh" %}

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

{% if fault in ["errors-on-one-route", "memory-growth"] %}
kubectl rollout status deployment/{{ service }} -n {{ namespace }} --timeout=90s >/dev/null
{% else %}
until_shown 'all(.[].status.conditions[]?; .type != "Ready" or .status != "True") and
  any(.[].status.containerStatuses[]?; .state.running or .lastState.terminated or .state.terminated)'
{% endif %}
{% if fault == "memory-growth" %}
# Killed for their memory, and started again. Those of before may still be there for a moment, on their way out.
pods=$(kubectl get pods -n {{ namespace }} -l app.kubernetes.io/name={{ service }} -o json |
  jq -r '.items[] | select(.metadata.deletionTimestamp == null) | "pod/" + .metadata.name')
# shellcheck disable=SC2086 # several names
kubectl wait -n {{ namespace }} $pods --timeout=120s \
  --for=jsonpath='{.status.containerStatuses[0].lastState.terminated}' >/dev/null
{% endif %}
