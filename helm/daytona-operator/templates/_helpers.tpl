{{- define "daytona-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "daytona-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "daytona-operator.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Cluster-wide names carry the namespace, so that releases of one name do not share them. */}}
{{- define "daytona-operator.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "daytona-operator.fullname" .) -}}
{{- end }}

{{- define "daytona-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "daytona-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "daytona-operator.labels" -}}
{{ include "daytona-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The chart's labels and further ones, which never replace them. */}}
{{- define "daytona-operator.labelsWith" -}}
{{- merge (include "daytona-operator.labels" .root | fromYaml) .labels | toYaml -}}
{{- end }}

{{- define "daytona-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "daytona-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name must be set when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "daytona-operator.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{/* Rules of a file in rbac/, without its comments. */}}
{{- define "daytona-operator.rules" -}}
{{- .root.Files.Get (printf "rbac/%s.yaml" .file) | fromYamlArray | toYaml -}}
{{- end }}

{{/* The namespaces with a Role, as JSON; none with scope Cluster. */}}
{{- define "daytona-operator.namespaces" -}}
{{- if eq .Values.scope "Cluster" -}}
{{- list | toJson -}}
{{- else -}}
{{- .Values.watchNamespaces | default (list .Release.Namespace) | toJson -}}
{{- end -}}
{{- end }}

{{/* Value of DAYTONA_OPERATOR_WATCH_NAMESPACES. */}}
{{- define "daytona-operator.watchNamespaces" -}}
{{- include "daytona-operator.namespaces" . | fromJsonArray | join "," | default "*" -}}
{{- end }}

{{- define "daytona-operator.electsLeader" -}}
{{- if gt (int .Values.replicas) 1 }}true{{ end -}}
{{- end }}
