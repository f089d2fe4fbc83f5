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
    "grpc" (dict "host" "0.0.0.0" "port" 50051)
    "peer" (dict "host" "0.0.0.0" "port" 50052)
    "http" (dict "host" "0.0.0.0" "port" 8080)
    "kafka" (dict "host" "0.0.0.0" "port" 9092))
  "insecure" .Values.insecure }}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.config)) }}
{{- end }}
