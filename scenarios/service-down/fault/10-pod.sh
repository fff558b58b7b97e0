#!/usr/bin/env bash
# Somebody edits the pod itself: another image runs in it, and the Deployment knows nothing of it.
set -euo pipefail

{% set facts = services[service] %}
image={{ facts.image_of(facts.bad[inside] if inside in facts.bad else facts.stable ~ "-hotfix") }}
selector=app.kubernetes.io/name={{ service }}
pods=$(kubectl get pods -n {{ namespace }} -l $selector -o name)
for pod in $pods; do
  kubectl patch -n {{ namespace }} "$pod" --type strategic \
    -p '{"spec":{"containers":[{"name":"{{ service }}","image":"'"$image"'"}]}}' >/dev/null
done

# Down is: nobody ready, and the kubelet has tried the other image.
shows='all(.items[];
    any(.status.conditions[]; .type == "Ready" and .status == "False") and
    any(.status.containerStatuses[]; .image == $image or
      (.state.waiting.reason // "" | test("ImagePull|CrashLoop"))))'
deadline=$((SECONDS + 90))
until kubectl get pods -n {{ namespace }} -l $selector -o json |
  jq -e --arg image "$image" "$shows" >/dev/null; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    kubectl get pods -n {{ namespace }} -l $selector >&2
    exit 1
  fi
  sleep 0.2
done
