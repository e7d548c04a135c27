#!/usr/bin/env bash
# Makes what compose.yml mounts, below DIR (default: generated beside this file): keys, drawn once, and the configuration of infra/
# with the names of the containers in the place of localhost. Run it again when infra/ has changed.
set -euo pipefail

CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")"
readonly INFRA=$PWD/../../infra
generated=${1:-generated}
mkdir -p "$generated/prometheus" "$generated/grafana"

# The folder is the owner's; the files are read by each container's own user, who does not come through the folder.
(umask 077 && mkdir -p "$generated/secrets")
while read -r name; do
  if [ ! -e "$generated/secrets/$name" ]; then
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n' >"$generated/secrets/$name.tmp"
    chmod 0644 "$generated/secrets/$name.tmp"
    mv "$generated/secrets/$name.tmp" "$generated/secrets/$name"
    echo "prepare: drew $name"
  fi
done < <(sed -n 's|^  [A-Za-z_-]*: {file: generated/secrets/\(.*\)}$|\1|p' compose.yml)

# One name for each port. Other people's services are looked for on the machine itself.
in_containers() {
  sed -E \
    -e 's/localhost:8210/pool-hub:8210/g' \
    -e 's/localhost:8011/coordinator-api:8011/g' \
    -e 's/localhost:8002/monitoring:8002/g' \
    -e 's/localhost:9090/prometheus:9090/g' \
    -e 's/localhost:9093/alertmanager:9093/g' \
    -e 's/localhost:9100/node-exporter:9100/g' \
    -e 's/localhost:9115/blackbox-exporter:9115/g' \
    -e '/^ *#/!s/localhost:([0-9]+)/host.docker.internal:\1/g'
}
while IFS= read -r file; do
  mkdir -p "$generated/$(dirname "$file")"
  in_containers <"$INFRA/$file" >"$generated/$file"
done < <(cd "$INFRA" && find prometheus/prometheus.yml prometheus/alertmanager.yml grafana/provisioning -name '*.yml')
echo "prepare: $generated is ready"
