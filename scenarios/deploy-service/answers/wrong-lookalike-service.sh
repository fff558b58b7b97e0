#!/usr/bin/env bash
# A Service of the right name that leads to another service's pods: /health answers, but not its own.
# expects: failed=pods-ready,version,production-values,logs-clean,health,release-in-history points=0
set -euo pipefail

kubectl apply -n pivori-production -f - <<'YAML'
apiVersion: v1
kind: Service
metadata:
  name: geolocation
  labels:
    app.kubernetes.io/name: geolocation
spec:
  selector:
    app.kubernetes.io/name: routing
  ports:
    - name: http
      port: 8010
      targetPort: http
YAML
