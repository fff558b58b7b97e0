"""The API server's OpenAPI documents, which it makes when somebody asks: whole, and with what was defined since."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from grader.sandbox.api import KubeApi
from tests.e2e.bare import Bare
from tests.e2e.product import wait_for

pytestmark = pytest.mark.engine

_DEPLOYMENT = "io.k8s.api.apps.v1.Deployment"
_GROUP = "example.test"
_MAPS = "/api/v1/namespaces/default/configmaps"


def test_the_first_policy_that_changes_objects_knows_their_types(api: KubeApi) -> None:
    """Nobody asked for a document before: what the policy looks its types up in is fetched for it."""
    api.apply(_POLICY)
    named = {"metadata": {"generateName": "any-"}}

    def labelled() -> bool:
        made = api.request("POST", _MAPS, body=named, query={"dryRun": "All"})
        assert made.status == HTTPStatus.CREATED, made.body
        return bool(made.json()["metadata"].get("labels") == {"seen": "yes"})

    wait_for(labelled, "the policy labels what is made")


def test_what_is_built_in_is_in_them(bare: Bare, attempt: str, api: KubeApi) -> None:
    """Both versions describe a Deployment, and a candidate's kubectl explains it."""
    paths = api.get("/openapi/v3")["paths"]
    assert {"api/v1", "apis/apps/v1", "apis/batch/v1", "apis/apiregistration.k8s.io/v1"} <= set(
        paths
    )
    apps = api.get(paths["apis/apps/v1"]["serverRelativeURL"])
    assert "replicas" in _fields(apps["components"]["schemas"]["io.k8s.api.apps.v1.DeploymentSpec"])
    assert _DEPLOYMENT in api.get("/openapi/v2")["definitions"]
    told = bare.at_workstation(attempt, "kubectl explain deployment.spec.replicas")
    assert "Number of desired pods" in told


def test_what_is_defined_later_comes_into_them(api: KubeApi) -> None:
    """A custom resource definition shows in both versions, beside what is built in."""
    api.apply(_DEFINITION)
    group = f"apis/{_GROUP}/v1"
    wait_for(lambda: group in api.get("/openapi/v3")["paths"], "the group is in version 3")
    schemas = api.get(f"/openapi/v3/{group}")["components"]["schemas"]
    assert "colour" in _fields(schemas["test.example.v1.Car"])
    wait_for(
        lambda: "test.example.v1.Car" in api.get("/openapi/v2")["definitions"],
        "the definition is in version 2",
    )
    assert _DEPLOYMENT in api.get("/openapi/v2")["definitions"]


def _fields(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["properties"]
    return found


_DEFINITION = f"""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: cars.{_GROUP}}}
spec:
  group: {_GROUP}
  scope: Namespaced
  names: {{kind: Car, plural: cars, singular: car}}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {{colour: {{type: string}}}}
"""

_POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: seen}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules:
      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
  matchConditions:
    - {name: in-default, expression: 'request.namespace == "default"'}
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration:
        expression: 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}'
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: seen}
spec: {policyName: seen}
"""
