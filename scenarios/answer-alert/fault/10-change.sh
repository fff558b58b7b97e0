#!/usr/bin/env bash
# Production as it was, then a change through Helm that breaks it; restarting can't cure what is in the templates.
set -euo pipefail

{% include "until-shown.sh" %}

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

{% if cause == "dependency" %}
kubectl rollout status deployment/{{ service }} -n {{ namespace }} --timeout=80s >/dev/null
{% else %}
until_shown '(length == {{ facts.replicas }}) and all(.[];
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
  ))'
{% endif %}
