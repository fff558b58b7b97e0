#!/usr/bin/env bash
# A cheat: a pod of its own, with the right labels and image, beside the broken one.
# expects: failed=pods-back,endpoint,team-told points=0
set -euo pipefail

kubectl get pods -n pivori-production -l app.kubernetes.io/name={{ service }} -o json |
  jq '.items[0] | .spec.containers[0].image = "{{ services[service].image }}"
    | {apiVersion, kind, metadata: {name: "{{ service }}-new", labels: (.metadata.labels | del(.["pod-template-hash"]))},
       spec: (.spec | del(.nodeName))}' |
  kubectl create -n pivori-production -f -
kubectl wait pod/{{ service }}-new -n pivori-production --for=condition=Ready --timeout=60s
