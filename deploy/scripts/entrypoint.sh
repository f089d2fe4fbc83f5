#!/bin/sh
# Process 1 of the image. Without arguments, with `start` or with flags only it becomes the node; any other word is run as a command
# (`flowmesh stream list`, `flowmesh-admin cluster status`, `sh`). Configuration is the node's own: file < environment < flags;
# this script only looks for what goes wrong in containers, and says so before the node has to.
#
#   FLOWMESH_CONFIG        the configuration file (the image sets /etc/flowmesh/node.yaml)
#   FLOWMESH_HOME          where the programs are (default: two folders above this script)
#
# The heap is left to Node, which sizes it by the memory limit of the container; NODE_OPTIONS=--max-old-space-size=… overrules it.
set -eu

fail() {
  printf 'error: %s\nhint:  %s\n' "$1" "$2" >&2
  exit 2
}

case "${1:-start}" in
  start) if [ $# -gt 0 ]; then shift; fi ;;
  -*) ;;
  *)
    command -v "$1" >/dev/null 2>&1 ||
      fail "there is no command $1 in this image" \
        "Use start (the default), flowmesh …, flowmesh-admin …, or only flags for the node, such as --log-level debug."
    exec "$@"
    ;;
esac

home=${FLOWMESH_HOME:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)}
config=${FLOWMESH_CONFIG:-}
data_dir=${FLOWMESH_NODE__DATA_DIR:-/var/lib/flowmesh}
memory=${FLOWMESH_NODE__MEMORY:-false}

# The flags that change what is checked below.
previous=
for argument in "$@"; do
  case "$previous" in
    --config) config=$argument ;;
    --data-dir) data_dir=$argument ;;
  esac
  case "$argument" in
    --config=*) config=${argument#--config=} ;;
    --data-dir=*) data_dir=${argument#--data-dir=} ;;
    --memory) memory=true ;;
  esac
  previous=$argument
done

if [ -n "$config" ] && [ ! -r "$config" ]; then
  fail "the configuration file $config is not there, or user $(id -u) may not read it" \
    "Mount it (-v ./node.yaml:$config:ro), or unset FLOWMESH_CONFIG to configure by environment alone."
fi
if [ "$memory" != true ] && [ -d "$data_dir" ] && [ ! -w "$data_dir" ]; then
  fail "the data directory $data_dir belongs to somebody else: user $(id -u) cannot write there" \
    "Give the volume to that user (chown -R $(id -u):$(id -g) …); in Kubernetes set securityContext.fsGroup: $(id -g)."
fi
if [ "$(id -u)" = 0 ]; then
  printf 'warning: the node runs as root; the image is made for --user 10001:10001\n' >&2
fi

exec node "$home/packages/broker/src/main.ts" "$@"
