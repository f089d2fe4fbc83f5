#!/bin/sh
# Prints deploy/kubernetes/flowmesh.yaml: the chart with its default values, without what only concerns Helm.
#   deploy/test/render-manifests.sh > deploy/kubernetes/flowmesh.yaml
set -eu
cd "$(dirname "$0")/../.."
echo '# Made from deploy/helm/flowmesh by deploy/test/render-manifests.sh: change the chart, not this file.'
"${HELM:-helm}" template flowmesh deploy/helm/flowmesh --namespace flowmesh --kube-version 1.36.0 --skip-tests --set cluster.id=flowmesh "$@" |
  sed -e '/^# Source: /d' -e '/helm\.sh\/chart: /d' -e '/managed-by: Helm$/d'
