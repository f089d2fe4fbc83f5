#!/bin/sh
# Builds helm, etcd and kube-apiserver from Go modules into a folder, for test/deploy/prove-kubernetes.ts. About ten minutes of two
# cores and 6 GB of module and build cache the first time.
#   build-kubernetes-tools.sh FOLDER
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)
kubernetes=v1.36.3
staging=v0.36.3
etcd=v3.6.5
helm=v3.22.0

GOBIN=$out go install "helm.sh/helm/v3/cmd/helm@$helm"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GOFLAGS=-mod=mod

mkdir "$work/etcd" && cd "$work/etcd"
cat >main.go <<'GO'
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
GO
go mod init probe
go get "go.etcd.io/etcd/server/v3@$etcd"
go mod tidy
go build -o "$out/etcd" .

# Its module names its parts by folders that are not in it; they are modules of their own.
mkdir "$work/apiserver" && cd "$work/apiserver"
module=$(go mod download -json "k8s.io/kubernetes@$kubernetes" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cat >main.go <<'GO'
//go:build tools

package main

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
GO
{
  printf 'module probe\n\n'
  grep '^go ' "$module/go.mod"
  printf 'require k8s.io/kubernetes %s\nreplace (\n' "$kubernetes"
  sed -n '/^replace (/,/^)/s/^[[:space:]]*\(k8s.io[^ ]*\) =>.*/\1/p' "$module/go.mod" |
    while read -r name; do printf '\t%s => %s %s\n' "$name" "$name" "$staging"; done
  printf ')\n'
} >go.mod
go mod tidy
go build -ldflags='-s -w' -o "$out/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
