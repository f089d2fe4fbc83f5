{{- define "flowmesh.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "flowmesh.peers" -}}
{{ include "flowmesh.fullname" . }}-peers
{{- end }}

{{- define "flowmesh.domain" -}}
{{ include "flowmesh.peers" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end }}

{{- define "flowmesh.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "flowmesh.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "flowmesh.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}

{{- define "flowmesh.selector" -}}
app.kubernetes.io/name: flowmesh
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "flowmesh.labels" -}}
{{ include "flowmesh.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What a pod may do: the same for the nodes and for the test. */}}
{{- define "flowmesh.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "flowmesh.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Of one listener for clients: where it listens, with TLS where there is a Secret for it. */}}
{{- define "flowmesh.listener" -}}
{{- $listener := dict "host" "0.0.0.0" "port" .port }}
{{- $tls := .values.security.tls }}
{{- if $tls.existingSecret }}
{{- $own := dict "cert" "/etc/flowmesh-tls/tls.crt" "key" "/etc/flowmesh-tls/tls.key" }}
{{- $shown := get $tls.clientCertificate .name }}
{{- if ne $shown "none" }}
{{- $own = merge $own (dict "ca" "/etc/flowmesh-tls/ca.crt" "clientCertificate" $shown) }}
{{- end }}
{{- $listener = merge $listener (dict "tls" $own) }}
{{- end }}
{{- toYaml $listener }}
{{- end }}

{{/* node.yaml: what this chart knows, with .Values.config over it. */}}
{{- define "flowmesh.config" -}}
{{- $cluster := dict
  "id" (default (printf "%s-%s" .Release.Namespace (include "flowmesh.fullname" .)) .Values.cluster.id | replace "." "-" | trunc 64)
  "bootstrapExpect" (int .Values.cluster.bootstrapExpect)
  "discovery" (dict "dns" (dict "name" (include "flowmesh.domain" .) "port" 50052)) }}
{{- $own := dict
  "node" (dict "dataDir" "/var/lib/flowmesh" "advertiseCheck" "warn")
  "cluster" $cluster
  "listeners" (dict
    "grpc" (include "flowmesh.listener" (dict "name" "grpc" "port" 50051 "values" .Values) | fromYaml)
    "peer" (dict "host" "0.0.0.0" "port" 50052)
    "http" (dict "host" "0.0.0.0" "port" 8080)
    "kafka" (include "flowmesh.listener" (dict "name" "kafka" "port" 9092 "values" .Values) | fromYaml))
  "insecure" .Values.insecure }}
{{- if eq .Values.security.authentication "required" }}
{{- $security := dict "authentication" "required" }}
{{- with .Values.security.sessionLifetimeMs }}
{{- $security = merge $security (dict "sessionLifetimeMs" (int .)) }}
{{- end }}
{{- $own = merge $own (dict "security" $security) }}
{{- end }}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.config)) }}
{{- end }}
