#!/bin/sh
# What Kubernetes runs before it sends SIGTERM. Always exits 0 and always within its deadline: nothing here may keep a pod from ending.
#
# On SIGTERM the node itself hands its leaders over, drains its calls and closes. So by default this only waits until the pod has
# left the endpoints of the service, so that no new client is sent to a node that is closing. FLOWMESH_PRESTOP=drain also drains
# the node through the cluster first. A drain is remembered by the cluster: the node leads nothing after its restart until
# `flowmesh-admin nodes undrain`, so it is meant for pods that go for good.
#
#   FLOWMESH_PRESTOP             wait (default) | drain | off
#   FLOWMESH_PRESTOP_WAIT_S      seconds to wait (default 5)
#   FLOWMESH_PRESTOP_DEADLINE_S  seconds that a drain may take (default 20)
#   FLOWMESH_PRESTOP_LOG         where messages go (default: the log of the container)
set -u

mode=${FLOWMESH_PRESTOP:-wait}
wait_s=${FLOWMESH_PRESTOP_WAIT_S:-5}
deadline_s=${FLOWMESH_PRESTOP_DEADLINE_S:-20}
log=${FLOWMESH_PRESTOP_LOG:-/proc/1/fd/2}

say() {
  { printf '{"level":"%s","msg":"%s"}\n' "$1" "$2" >>"$log"; } 2>/dev/null || printf '%s\n' "$2" >&2
}

drain() {
  if ! command -v flowmesh-admin >/dev/null 2>&1; then
    say warn 'preStop: flowmesh-admin is not there; the node hands over on SIGTERM'
    return
  fi
  address=127.0.0.1:${FLOWMESH_LISTENERS__GRPC__PORT:-50051}
  if timeout -k 1 "$deadline_s" flowmesh-admin nodes drain --self --yes --wait --url "$address" >/dev/null 2>&1; then
    say info 'preStop: node drained'
  else
    say warn 'preStop: the drain failed or took too long; the node hands over on SIGTERM'
  fi
}

case "$mode" in
  off) ;;
  drain) drain ;;
  wait) sleep "$wait_s" 2>/dev/null || say warn 'preStop: FLOWMESH_PRESTOP_WAIT_S is not a number of seconds' ;;
  *) say warn 'preStop: FLOWMESH_PRESTOP is neither wait, drain nor off' ;;
esac
exit 0
