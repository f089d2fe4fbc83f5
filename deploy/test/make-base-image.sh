#!/bin/sh
# Makes a stand-in for the base image of deploy/Dockerfile where no image registry can be reached: Debian bookworm (mmdebstrap, from
# the machine's own package mirror) with Node 24 from the npm package `node` and this machine's npm, at the places where the
# official image has them. Only for proofs: what is released is built on the official image.
#
#   make-base-image.sh ROOT TAG      ROOT: the repository with node_modules; TAG: for instance docker.io/library/node:24-bookworm-slim
#   FLOWMESH_BASE_CACHE              a folder that keeps the Debian tree for the next time
#   BUILDAH                          the buildah command with its global options
set -eu
root=$1
tag=$2
cache=${FLOWMESH_BASE_CACHE:-${TMPDIR:-/tmp}}
buildah=${BUILDAH:-buildah}
tree=$cache/debian-bookworm-minbase.tar
mirror=${FLOWMESH_DEBIAN_MIRROR:-$(sed -n 's/^\(deb\|URIs:\) *\(\[[^]]*\] *\)\{0,1\}\(http[^ ]*\).*/\3/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)}

if [ ! -s "$tree" ]; then
  mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    bookworm "$tree.part" "$mirror"
  mv "$tree.part" "$tree"
fi

node=$root/node_modules/node/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
container=$($buildah from scratch)
trap '$buildah rm "$container" >/dev/null' EXIT
$buildah add --quiet "$container" "$tree" /
$buildah copy --quiet "$container" "$node" /usr/local/bin/node
$buildah copy --quiet "$container" "$npm" /usr/local/lib/node_modules/npm
$buildah run --isolation chroot "$container" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
$buildah run --isolation chroot "$container" -- chmod 0755 /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js
$buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd node "$container"
$buildah commit --quiet "$container" "$tag" >/dev/null
