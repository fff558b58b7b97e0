"""What a candidate types is answered on the embedded sandbox as it is on kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.bare import Bare
from tests.e2e.product import GEOLOCATION_SEED, CommandLine, Product

pytestmark = pytest.mark.engine

_SPACE = "-n pivori-production"

# What is another in every cluster, and what stands for it.
_OWN = (
    (r"grader-\w{6}-control-plane|studio-node", "NODE"),
    (r"grader-\w{6}", "CLUSTER"),
    (r"https://[\d.]+:\d+", "SERVER"),
    (r"\b\d+\.\d+\.\d+\.\d+\b", "ADDRESS"),
    (r"-[a-z0-9]{8,10}-[a-z0-9]{5}\b", "-POD"),
    (r"[0-9a-f]{8}-[0-9a-f-]{27}", "UID"),
    (r"\b\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\b", "MOMENT"),
    (r"\b(\d+[dhms])+\b", "AGE"),
    (r"[ \t]+", " "),
)

_CLAIM = """kubectl apply -f - << 'END'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: unused, namespace: pivori-production}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
END
kubectl wait pvc/unused -n pivori-production --for=jsonpath={.status.phase}=Bound --timeout=20s
kubectl delete pvc unused -n pivori-production"""

_STUB = "registry.pivori.internal/studio/payment:5.0.2"

_UNSTARTABLE = f"""kubectl run odd --image={_STUB} --restart=Never {_SPACE} --command -- no-such
kubectl wait pod/odd --for=jsonpath={{.status.phase}}=Failed --timeout=60s {_SPACE}
kubectl logs odd {_SPACE}; kubectl get pod odd {_SPACE}
kubectl get pod odd {_SPACE} -o jsonpath='{{.status.containerStatuses[0].state.terminated.message}}'
kubectl delete pod odd --now {_SPACE}"""

_JOB = f"""kubectl create job sum --image={_STUB} {_SPACE} -- python3.11 -c 'print("made", 42)'
kubectl wait job/sum --for=condition=complete --timeout=60s {_SPACE}
kubectl logs job/sum {_SPACE}; kubectl get job sum {_SPACE}; kubectl delete job sum {_SPACE}"""

# A service without a volume has its image's own folder, in which it may not write.
_NO_VOLUME = f"""kubectl create deploy bare --image={_STUB} {_SPACE} --replicas=0
kubectl set env deploy/bare --from=configmap/payment-config {_SPACE}
kubectl set env deploy/bare --from=secret/payment-secret {_SPACE}
kubectl scale deploy/bare --replicas=1 {_SPACE}; kubectl rollout status deploy/bare --timeout=60s {_SPACE} | tail -1
until kubectl logs deploy/bare {_SPACE} | grep -q listens; do sleep 0.1; done
kubectl port-forward deploy/bare 9998:8022 {_SPACE} > /tmp/said 2>&1 &
until grep -q Forwarding /tmp/said; do sleep 0.1; done
curl -s localhost:9998/ready; curl -s localhost:9998/data; kill %1; kubectl delete deploy bare {_SPACE}"""

# In this order: a few leave something behind that the next one looks at.
TYPED = [
    # Where one is, and who.
    "pwd; id; hostname; echo $HOSTNAME $HOME $KUBECONFIG $LANG $PAGER [$STUDIO_HOME$BACKUP_DIR]; umask",
    "kubectl config get-contexts; kubectl config view --minify -o jsonpath='{..namespace}'",
    "kubectl auth whoami -o jsonpath='{.status.userInfo.username} {.status.userInfo.groups}'",
    "kubectl auth can-i --list; kubectl auth can-i --list -n pivori-production",
    "kubectl cluster-info | head -1; kubectl version; helm version --short",
    "kubectl api-resources; kubectl api-versions",
    # What there is, and where it is looked for.
    "kubectl get pods; helm list",
    f"kubectl get all {_SPACE}; kubectl get cm,secret,netpol,pdb,ingress {_SPACE}",
    "kubectl get nodes; kubectl get ns; kubectl get storageclass -o jsonpath='{..volumeBindingMode} {..reclaimPolicy}'",
    f"kubectl top pods {_SPACE}; kubectl top nodes",
    f"kubectl explain pvc.spec.storageClassName; kubectl get pods {_SPACE} --field-selector=spec.nodeName=nowhere",
    f"helm list {_SPACE} --short; helm list -A; helm get values payment {_SPACE}; helm get notes payment {_SPACE}",
    f"kubectl logs deploy/payment {_SPACE} --previous; kubectl logs deploy/nope {_SPACE}",
    f"kubectl logs deploy/payment {_SPACE} -c nope; kubectl logs deploy/payment {_SPACE} --tail=-1 | wc -l",
    (
        "cd /tmp; p=$(kubectl get pod -l app.kubernetes.io/name=audio -o name -n pivori-production | cut -d/ -f2); "
        "at=/api/v1/namespaces/pivori-production; kubectl get --raw $at/pods/$p/proxy/ready; "
        "kubectl get --raw $at/pods/$p:9/proxy/ready; kubectl get --raw $at/services/audio:http/proxy/nope"
    ),
    # What a candidate may not do.
    "touch /etc/x /usr/x /x 2> /dev/null; echo $?; ls -d /etc/x /usr/x /x; touch /tmp/x /backups/x ~/x && rm -v /backups/x",
    "kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=candidate",
    "kubectl create ns team; kubectl cordon $(kubectl get nodes -o name); kubectl taint nodes --all k=v:NoSchedule",
    f"kubectl create quota q --hard=pods=1 {_SPACE}; kubectl get secrets -A; kubectl get --raw /metrics",
    f"kubectl run tool --image=busybox --privileged {_SPACE}; kubectl debug deploy/payment --image=busybox {_SPACE}",
    f"kubectl exec deploy/payment {_SPACE} -- no-such > /tmp/said 2>&1; grep -o 'executable file not found' /tmp/said",
    # Work, and its undoing.
    f"kubectl scale deploy/payment {_SPACE} --replicas=2; kubectl rollout status deploy/payment {_SPACE} | tail -1",
    (
        f"kubectl set env deploy/payment A=b {_SPACE}; kubectl rollout status deploy/payment {_SPACE} | tail -1; "
        f"kubectl rollout history deploy/payment {_SPACE}; kubectl rollout undo deploy/payment {_SPACE}"
    ),
    f"EDITOR=\"sed -i 's/replicas: 2/replicas: 1/'\" kubectl edit deploy payment {_SPACE}",
    (
        f"kubectl rollout pause deploy/payment {_SPACE}; kubectl rollout status deploy/payment --timeout=1s {_SPACE}; "
        f"kubectl rollout resume deploy/payment {_SPACE}"
    ),
    f"kubectl autoscale deploy/payment --min=1 --max=3 --cpu=50% {_SPACE}; kubectl delete hpa payment {_SPACE}",
    f"kubectl create ingress i --rule=a.example/=payment:8022 {_SPACE}; kubectl get ingress {_SPACE}",
    f"kubectl create cronjob c --image=busybox --schedule='0 3 * * *' {_SPACE} -- true; kubectl get cronjob {_SPACE}",
    f"kubectl expose deploy/payment --name=second --port=80 {_SPACE}; kubectl delete svc second {_SPACE}",
    _CLAIM,
    _UNSTARTABLE,
    _JOB,
    _NO_VOLUME,
    f"helm upgrade payment ./helm/payment --reuse-values --set replicaCount=2 {_SPACE} 2>&1 | grep -v WARN",
    f"helm rollback payment 1 {_SPACE}; helm history payment {_SPACE} -o json | jq -c '.[] | [.revision, .status]'",
    "helm install geolocation ./helm/geolocation | head -6; kubectl get deploy geolocation -o name; helm list -q",
    "helm uninstall geolocation; helm lint helm/payment; helm repo list",
    "kubectl apply -f /nowhere.yaml; kubectl get nothing; kubectl get pod nope; helm status nope; helm install x",
]


class _Both:
    """One attempt at the same task on each provider, with an empty home."""

    def __init__(self, lines: dict[str, CommandLine], attempts: dict[str, str]) -> None:
        self.lines, self.attempts = lines, attempts

    def typed(self, provider: str, text: str) -> str:
        """What is printed where this is piped into the candidate's shell, and its exit code."""
        done = self.lines[provider].piped(self.attempts[provider], f"{{ {text}\n}} 2>&1\n")
        said = f"{done.stdout}exit code {done.returncode}"
        for own, instead in _OWN:
            said = re.sub(own, instead, said)
        return said


@pytest.fixture(scope="module")
def both(podman: Product, bare: Bare) -> Iterator[_Both]:
    """An attempt on kind and an embedded one."""
    lines: dict[str, CommandLine] = {"kind": podman, "embedded": bare}
    words = ("start", "deploy-service", "--seed", GEOLOCATION_SEED, "--provider")
    attempts: dict[str, str] = {}
    try:
        for provider, line in lines.items():
            attempts[provider] = line.json(*words, provider)["attempt"]["id"]
        yield _Both(lines, attempts)
    finally:
        for provider, attempt in attempts.items():
            lines[provider].run("stop", attempt)


@pytest.mark.parametrize("text", TYPED)
def test_both_answer_the_same(text: str, both: _Both) -> None:
    """What is typed prints the same on both, but for names, addresses and times."""
    with ThreadPoolExecutor(2) as pool:
        kind, embedded = pool.map(lambda provider: both.typed(provider, text), ("kind", "embedded"))
    assert embedded == kind
