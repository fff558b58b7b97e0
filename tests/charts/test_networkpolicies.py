"""Who may reach whom, by the charts' NetworkPolicies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivori_stub.identity import Catalogue

    from tests.charts.rendering import Rendering

Labels = dict[str, str]


def _policies(rendering: Rendering, catalogue: Catalogue, values: str) -> dict[str, dict[str, Any]]:
    rendered = {name: rendering.objects(name, values) for name in catalogue.services}
    return {
        name: objects["NetworkPolicy"]["spec"]
        for name, objects in rendered.items()
        if "NetworkPolicy" in objects
    }


def _labels(rendering: Rendering, name: str, values: str) -> Labels:
    template = rendering.objects(name, values)["Deployment"]["spec"]["template"]
    labels: Labels = template["metadata"]["labels"]
    return labels


def _open(rules: list[dict[str, Any]], side: str, peer: Labels, port: int) -> bool:
    """Tell whether one of the rules lets a pod of this namespace through, to that port."""
    return any(
        any(
            "namespaceSelector" not in other
            and other["podSelector"]["matchLabels"].items() <= peer.items()
            for other in rule[side]
        )
        and any(
            allowed["port"] == port and allowed["protocol"] == "TCP" for allowed in rule["ports"]
        )
        for rule in rules
    )


def test_exactly_the_declared_callers_come_in(
    rendering: Rendering, catalogue: Catalogue, values: str
) -> None:
    """A guarded service lets in those that depend on it, and none of the others."""
    for name, spec in _policies(rendering, catalogue, values).items():
        assert "Ingress" in spec["policyTypes"]
        for caller in catalogue.services.values():
            labels = _labels(rendering, caller.id, values)
            let_in = _open(spec["ingress"], "from", labels, catalogue.services[name].port)
            assert let_in == (name in caller.depends_on), f"{caller.id} -> {name}"


def test_exactly_the_dependencies_are_reached(
    rendering: Rendering, catalogue: Catalogue, values: str
) -> None:
    """A guarded service reaches those that it depends on, and none of the others."""
    for name, spec in _policies(rendering, catalogue, values).items():
        assert "Egress" in spec["policyTypes"]
        for other in catalogue.services.values():
            labels = _labels(rendering, other.id, values)
            let_out = _open(spec["egress"], "to", labels, other.port)
            assert let_out == (other.id in catalogue.services[name].depends_on)


def test_names_can_be_resolved(rendering: Rendering, catalogue: Catalogue, values: str) -> None:
    """A guarded service may ask the cluster's name server, over UDP and TCP."""
    for spec in _policies(rendering, catalogue, values).values():
        (rule,) = [rule for rule in spec["egress"] if "namespaceSelector" in rule["to"][0]]
        assert rule["to"][0]["podSelector"]["matchLabels"] == {"k8s-app": "kube-dns"}
        assert [(port["protocol"], port["port"]) for port in rule["ports"]] == [
            ("UDP", 53),
            ("TCP", 53),
        ]


def test_the_policy_can_be_switched_off(rendering: Rendering) -> None:
    """Whoever sets networkPolicy.enabled=false gets none."""
    options = ("--set", "networkPolicy.enabled=false")
    assert "NetworkPolicy" not in rendering.objects("payment", "default", *options)
