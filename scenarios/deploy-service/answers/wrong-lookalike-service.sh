#!/usr/bin/env bash
# A Service of the right name that leads to another service's pods: /health answers, but not its own.
# expects: failed=pods-ready,version,production-values,logs-clean,health,release-in-history points=0
set -euo pipefail

kubectl apply -n pivori-production -f - <<'YAML'
apiVersion: v1
kind: Service
metadata:
  name: {{ service }}
  labels:
    app.kubernetes.io/name: {{ service }}
spec:
  selector:
    app.kubernetes.io/name: {{ "audio" if service == "routing" else "routing" }}
  ports:
    - name: http
      port: {{ services[service].port }}
      targetPort: http
YAML
