#!/usr/bin/env bash
# Installs the services, Prometheus' and Grafana's configuration and the nightly backup as systemd units on this machine. Running it
# again brings what has changed; see docs/operations/install.md.
set -euo pipefail
umask 022

CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")"
readonly HERE=$PWD PROJECT=$PWD/../..
readonly KNOWN="pool-hub coordinator-api monitoring miner-agent prometheus alertmanager blackbox-exporter node-exporter grafana backup"

usage() {
  cat <<'TEXT'
Usage: install.sh [--dry-run] [--root DIR] [--only PART,…] [--jars DIR]
       install.sh --uninstall [--dry-run] [--root DIR]

  --dry-run      says what would be done and does nothing
  --root DIR     installs below DIR instead of /, as for an image; nothing of the running system is touched
  --only PART,…  of pool-hub, coordinator-api, monitoring, miner-agent, prometheus, alertmanager, blackbox-exporter, node-exporter,
                 grafana, backup. Without it: all but miner-agent, which belongs beside the GPUs
  --jars DIR     where the services' jars are, instead of each module's target folder
  --uninstall    removes all that was installed; data, keys, backups and configuration that was changed stay

A configuration file that was changed here is not written over: the new one lies beside it as NAME.new. One that another package
put there is kept as NAME.saved (then NAME.saved.1, …), and put back by --uninstall. Keys are made once. Services are neither started nor restarted: the last lines say how to.

Exit status: 0 done; 1 failed; 2 wrong usage; 4 something it needs is missing.
TEXT
}
say() { printf '%s\n' "$*"; }
fail() { local status=$1; shift; printf 'install: %s\n' "$*" >&2; exit "$status"; }

dry=no root='' parts='' jars='' uninstall=no
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry=yes; shift; continue ;;
    --uninstall) uninstall=yes; shift; continue ;;
    --root | --only | --jars) [ -n "${2:-}" ] || fail 2 "$1 needs a value; see install.sh --help" ;;
    *) fail 2 "unknown option $1; see install.sh --help" ;;
  esac
  case $1 in
    --root) root=${2%/} ;;
    --only) parts=${2//,/ } ;;
    --jars) jars=$2 ;;
  esac
  shift 2
done
if [ "$uninstall" = yes ] && [ -n "$parts" ]; then
  fail 2 "--uninstall removes all parts; it cannot be limited by --only"
fi
for part in $parts; do
  case " $KNOWN " in
    *" $part "*) ;;
    *) fail 2 "there is no part $part; the parts are: $KNOWN" ;;
  esac
done
[ -n "$parts" ] || parts=${KNOWN/ miner-agent/}
case $root in
  '' | /*) ;;
  *) fail 2 "--root must be an absolute path, was $root" ;;
esac
[ -n "$root" ] || [ "$dry" = yes ] || [ "$(id -u)" = 0 ] || fail 4 "only root may install into /; use sudo, --root DIR or --dry-run"

live() { [ -z "$root" ] && [ "$dry" = no ]; }
# Each line: the checksum that a file of ours had when we put it there, and its path.
readonly RECORD=$root/var/lib/gpu-pool/installed
# Each line: where a file lies now that was there before ours, a tab, and its path.
readonly SAVED=$root/var/lib/gpu-pool/saved
# What node exporter reads besides: a backup says there when it succeeded.
readonly METRICS=$root/var/lib/gpu-pool/metrics

recorded() { # path; the checksum that we left it with
  [ ! -f "$RECORD" ] || sed -n "s|^\([0-9a-f]*\)  $1\$|\1|p" "$RECORD" | tail -n 1
}
checksum() { sha256sum "$1" | cut -d' ' -f1; }
record() { # path
  mkdir -p "$(dirname "$RECORD")"
  touch "$RECORD"
  local others
  others=$(grep -v "^[0-9a-f]*  $1\$" "$RECORD" || true)
  printf '%s\n' "${others:+$others
}$(checksum "$root$1")  $1" >"$RECORD.new"
  mv "$RECORD.new" "$RECORD"
}

saved_of() { # path; where the file lies that was there before ours
  [ ! -f "$SAVED" ] || awk -F '\t' -v path="$1" '$2 == path { found = $1 } END { print found }' "$SAVED"
}
forget_saved() { # path
  local others
  others=$(awk -F '\t' -v path="$1" '$2 != path' "$SAVED")
  if [ -n "$others" ]; then
    printf '%s\n' "$others" >"$SAVED.new"
    mv "$SAVED.new" "$SAVED"
  else
    rm -f "$SAVED"
  fi
}
save() { # path; keeps what another put there, and never over what was kept before
  local saved=$1.saved number=0
  while [ -e "$root$saved" ]; do
    number=$((number + 1))
    saved=$1.saved.$number
  done
  if [ "$dry" = no ]; then
    mv "$root$1" "$root$saved"
    mkdir -p "$(dirname "$SAVED")"
    printf '%s\t%s\n' "$saved" "$1" >>"$SAVED"
  fi
  say "kept what was there as $saved"
}
put_back() { # path; what lay there before ours, if anything did
  local saved
  saved=$(saved_of "$1")
  if [ -n "$saved" ] && [ -e "$root$saved" ]; then
    mv "$root$saved" "$root$1"
    say "put back what was there before: $1"
  fi
  [ -z "$saved" ] || forget_saved "$1"
}

# ---- uninstall ----------------------------------------------------------------------------------------------------------

if [ "$uninstall" = yes ]; then
  [ -f "$RECORD" ] || fail 1 "nothing is installed below ${root:-/}: $RECORD is missing"
  if live; then
    while read -r _ path; do
      case $path in
        /etc/systemd/system/*.service | /etc/systemd/system/*.timer) systemctl disable --now "${path##*/}" || true ;;
      esac
    done <"$RECORD"
  fi
  kept=''
  while read -r sum path; do
    if [ ! -e "$root$path" ]; then
      [ "$dry" = yes ] || put_back "$path"
    elif [ "$(checksum "$root$path")" != "$sum" ]; then
      # Its line stays: an installation to come knows then that this file is the administrator's.
      kept+="$sum  $path"$'\n'
      say "kept, since it was changed: $path"
    elif [ "$dry" = yes ]; then
      say "would remove $path"
      saved=$(saved_of "$path")
      [ -z "$saved" ] || say "would put $saved back as $path"
    else
      rm -f "$root$path"
      say "removed $path"
      put_back "$path"
      [ -e "$root$path" ] || rmdir --ignore-fail-on-non-empty "$(dirname "$root$path")"
    fi
  done <"$RECORD"
  if [ "$dry" = no ]; then
    rm -f "$METRICS/gpu-pool-backup.prom"
    [ ! -d "$METRICS" ] || rmdir --ignore-fail-on-non-empty "$METRICS"
    if [ -n "$kept" ]; then
      printf '%s' "$kept" >"$RECORD.new"
      mv "$RECORD.new" "$RECORD"
    else
      rm -f "$RECORD"
      rmdir --ignore-fail-on-non-empty "$(dirname "$RECORD")"
    fi
  fi
  if live; then
    systemctl daemon-reload
  fi
  say "data, keys and backups stay: /etc/gpu-pool/credentials, /var/lib, /var/backups/gpu-pool, and the databases"
  exit 0
fi

# ---- what we need -------------------------------------------------------------------------------------------------------

jar_of() { # the newest of a module's jars
  local newest='' jar
  for jar in "${jars:-$PROJECT/$1/target}/$1"-[0-9]*.jar "${jars:+$jars/$1.jar}"; do
    case $jar in
      *-sources.jar | *-javadoc.jar | *-tests.jar) continue ;;
    esac
    if [ -f "$jar" ] && { [ -z "$newest" ] || [ "$jar" -nt "$newest" ]; }; then
      newest=$jar
    fi
  done
  printf '%s' "$newest"
}
for part in $parts; do
  case $part in
    pool-hub | coordinator-api | monitoring | miner-agent)
      [ -n "$(jar_of "$part")" ] || fail 4 "$part has no jar in ${jars:-$part/target}: run mvn -Pno-embedded package first, or name a folder with --jars" ;;
  esac
done
if live; then
  version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 250 ] || fail 4 "systemd is ${version:-missing}; 250 or newer is needed for credentials"
  [ -x /usr/bin/java ] || say "note: there is no /usr/bin/java yet; the services need a JRE, 17 or newer"
fi

# ---- how a file is put somewhere ----------------------------------------------------------------------------------------

own() { # file mode [group]; root's alone unless a group is named
  local owner=0:0
  if [ -n "${3:-}" ] && getent group "$3" >/dev/null; then
    owner=0:$3
  fi
  [ "$(id -u)" != 0 ] || chown "$owner" "$1"
  chmod "$2" "$1"
}
write() { # source path mode [group]; whole or not at all, for a running service may be reading it
  if [ "$dry" = yes ]; then
    return 0
  fi
  mkdir -p "$(dirname "$root$2")"
  install -m "$3" "$1" "$root$2.tmp"
  own "$root$2.tmp" "$3" "${4:-}"
  mv -f "$root$2.tmp" "$root$2"
}
put() { # source path mode [group]: ours, always brought up to date
  if [ -f "$root$2" ] && cmp -s "$1" "$root$2"; then
    if [ "$dry" = no ]; then
      own "$root$2" "$3" "${4:-}"
      record "$2"
    fi
    return 0
  fi
  write "$@"
  if [ "$dry" = yes ]; then
    say "would write $2"
  else
    record "$2"
    say "wrote $2"
  fi
}
configure() { # source path mode [group]: the administrator's, once it was changed
  if [ ! -f "$root$2" ] || cmp -s "$1" "$root$2"; then
    put "$@"
    return
  fi
  local ours
  ours=$(recorded "$2")
  if [ -z "$ours" ]; then
    save "$2"
    put "$@"
  elif [ "$ours" = "$(checksum "$root$2")" ]; then
    put "$@"
  else
    put "$1" "$2.new" "$3" "${4:-}"
    say "left as it is, since it was changed: $2 (the new one is $2.new)"
  fi
}
tree() { # folder path mode [group]; the suffixes that are meant follow from what lies there
  local file
  while IFS= read -r file; do
    configure "$1/$file" "$2/$file" "$3" "${4:-}"
  done < <(cd "$1" && find . -type f \( -name '*.yml' -o -name '*.json' \) ! -path './tests/*' -printf '%P\n' | LC_ALL=C sort)
}
told=' '
key() { # name; drawn once, 256 bits. An empty file is what a full disk left of one
  local file=/etc/gpu-pool/credentials/$1
  if [ -s "$root$file" ]; then
    [ "$dry" = yes ] || own "$root$file" 0600
    return 0
  elif [[ $told == *" $1 "* ]]; then
    return 0
  fi
  told+="$1 "
  if [ "$dry" = yes ]; then
    say "would make a key: $file"
  else
    (umask 077 && head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n' >"$root$file.tmp" && mv "$root$file.tmp" "$root$file")
    say "made a key: $file"
  fi
}
scrape_key() { # file below /etc/prometheus/keys, and which key it is
  if [ "$dry" = yes ]; then
    say "would write /etc/prometheus/keys/$1"
  else
    # While a key is being replaced there are two, with a comma between; the new one comes first.
    cut -d, -f1 "$root/etc/gpu-pool/credentials/$2" | tr -d '\n' >"$scratch"
    put "$scratch" "/etc/prometheus/keys/$1" 0640 prometheus
  fi
}
unit() { put "$HERE/units/$1" "/etc/systemd/system/$1" 0644; }

# ---- parts --------------------------------------------------------------------------------------------------------------

scratch=$(umask 077 && mktemp)
trap 'rm -f "$scratch"' EXIT
if [ "$dry" = no ]; then
  mkdir -p "$root/usr/lib/gpu-pool" "$root/etc/systemd/system"
  (umask 077 && mkdir -p "$root/etc/gpu-pool/credentials")
  own "$root/etc/gpu-pool" 0755
  own "$root/etc/gpu-pool/credentials" 0700
  mkdir -p "$METRICS"
fi
put "$HERE/sysusers.conf" /usr/lib/sysusers.d/gpu-pool.conf 0644
if live; then
  systemd-sysusers /usr/lib/sysusers.d/gpu-pool.conf
fi
put "$HERE/external-database.sh" /usr/lib/gpu-pool/external-database.sh 0755
put "$HERE/../healthy" /usr/lib/gpu-pool/healthy 0755
put "$HERE/../postgresql/create-databases.sh" /usr/lib/gpu-pool/create-databases.sh 0755
for page in "$PROJECT"/docs/operations/*.md; do
  [ ! -f "$page" ] || put "$page" "/usr/share/doc/gpu-pool/operations/${page##*/}" 0644
done

service() { # name key...
  local name=$1 each jar
  shift
  jar=$(jar_of "$name")
  if grep -aq 'embedded-postgres-binaries' "$jar"; then
    say "note: $name.jar has PostgreSQL in it, which its unit does not use; mvn -Pno-embedded package makes a smaller one"
  fi
  put "$jar" "/usr/lib/gpu-pool/$name.jar" 0644
  configure "$HERE/environment/$name.env" "/etc/gpu-pool/$name.env" 0644
  for each in "$@"; do
    key "$each"
  done
  unit "$name.service"
}

unit_is_there() { # a unit of another package
  local folder
  for folder in etc/systemd/system usr/lib/systemd/system lib/systemd/system; do
    [ ! -e "$root/$folder/$1" ] || return 0
  done
  return 1
}

starts=() later=''
for part in $parts; do
  case $part in
    pool-hub)
      service pool-hub pool-hub-database-password \
        POOLHUB_OPERATOR_KEY POOLHUB_VIEWER_KEY POOLHUB_ENROLLMENT_TOKEN POOLHUB_SERVICE_KEY COORDINATOR_API_KEY ;;
    coordinator-api)
      service coordinator-api coordinator-api-database-password \
        COORDINATOR_OPERATOR_KEY COORDINATOR_VIEWER_KEY COORDINATOR_API_KEY POOLHUB_SERVICE_KEY ;;
    monitoring) service monitoring monitoring-database-password MONITORING_OPERATOR_KEY MONITORING_VIEWER_KEY ;;
    miner-agent)
      service miner-agent
      if [ ! -s "$root/etc/gpu-pool/credentials/POOLHUB_ENROLLMENT_TOKEN" ]; then
        say "bring the hub's /etc/gpu-pool/credentials/POOLHUB_ENROLLMENT_TOKEN to the same place here before the agent is started"
      fi ;;
    prometheus)
      key POOLHUB_VIEWER_KEY
      key COORDINATOR_VIEWER_KEY
      key MONITORING_VIEWER_KEY
      scrape_key pool-hub POOLHUB_VIEWER_KEY
      scrape_key coordinator-api COORDINATOR_VIEWER_KEY
      scrape_key monitoring MONITORING_VIEWER_KEY
      configure "$PROJECT/infra/prometheus/prometheus.yml" /etc/prometheus/prometheus.yml 0644
      tree "$PROJECT/infra/prometheus/rules" /etc/prometheus/rules 0644
      unit prometheus.service ;;
    alertmanager)
      key COORDINATOR_API_KEY
      scrape_key coordinator-service COORDINATOR_API_KEY
      configure "$PROJECT/infra/prometheus/alertmanager.yml" /etc/prometheus/alertmanager.yml 0644
      unit alertmanager.service ;;
    blackbox-exporter)
      configure "$PROJECT/infra/prometheus/blackbox.yml" /etc/prometheus/blackbox.yml 0644
      unit blackbox-exporter.service ;;
    node-exporter) unit node-exporter.service ;;
    grafana)
      key grafana-admin-password
      tree "$PROJECT/infra/grafana/provisioning" /etc/grafana/provisioning 0644
      tree "$PROJECT/infra/grafana/dashboards" /etc/grafana/dashboards 0644
      put "$HERE/units/grafana-server.service.d/gpu-pool.conf" /etc/systemd/system/grafana-server.service.d/gpu-pool.conf 0644 ;;
    backup)
      key pool-hub-database-password
      key coordinator-api-database-password
      key monitoring-database-password
      put "$HERE/../backup/backup.sh" /usr/lib/gpu-pool/backup.sh 0755
      put "$HERE/../backup/restore.sh" /usr/lib/gpu-pool/restore.sh 0755
      configure "$HERE/environment/backup.env" /etc/gpu-pool/backup.env 0644
      [ "$dry" = yes ] || (umask 077 && mkdir -p "$root/var/backups/gpu-pool")
      unit gpu-pool-backup.service
      unit gpu-pool-backup.timer ;;
  esac
  case $part in
    grafana)
      # systemctl would refuse all units for one that is not there.
      if unit_is_there grafana-server.service; then
        starts+=(grafana-server.service)
      else
        later=grafana-server.service
      fi ;;
    backup) starts+=(gpu-pool-backup.timer) ;;
    *) starts+=("$part.service") ;;
  esac
done

if live; then
  # Debian's own units of the same programs want the same ports.
  for other in prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter; do
    case " $parts " in
      *" ${other#prometheus-} "*)
        if systemctl is-enabled --quiet "$other.service" 2>/dev/null; then
          systemctl disable --now "$other.service"
          say "disabled $other.service, whose place ${other#prometheus-}.service takes"
        fi ;;
    esac
  done
  systemctl daemon-reload
fi
say ""
case " $parts " in
  *" pool-hub "* | *" coordinator-api "* | *" monitoring "*)
    say "Next, where the databases are not there yet:"
    say "  /usr/lib/gpu-pool/create-databases.sh /etc/gpu-pool/credentials" ;;
esac
if [ ${#starts[@]} -gt 0 ]; then
  say "Then, and after each update:"
  say "  systemctl enable ${starts[*]}"
  say "  systemctl restart ${starts[*]}"
fi
if [ -n "$later" ]; then
  say "There is no $later yet. Once Grafana's package is installed:"
  say "  systemctl enable $later"
  say "  systemctl restart $later"
fi
