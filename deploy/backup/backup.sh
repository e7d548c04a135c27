#!/usr/bin/env bash
# Backs up what cannot be made again: the services' databases, Prometheus' and Grafana's data, configuration and artifacts.
# One folder a run, with checksums; see docs/operations/backup.md.
set -euo pipefail
umask 077

usage() {
  cat <<'TEXT'
Usage: backup.sh [--to DIR] [--name NAME] [--keep N]

Settings, from the environment (the unit reads them from /etc/gpu-pool/backup.env); what is empty is left out:
  BACKUP_DIR               where backups go; --to says otherwise                  /var/backups/gpu-pool
  BACKUP_KEEP              how many are kept, 0 for all; --keep says otherwise    14
  BACKUP_DATABASES         NAME=URI with spaces between, as in
                           "pool-hub=postgresql://poolhub@127.0.0.1/poolhub"; in this order: a hub before its coordinator
  BACKUP_PROMETHEUS_URL    a Prometheus with --web.enable-admin-api: a snapshot is taken while it runs
  BACKUP_PROMETHEUS_DATA   its data folder; without a URL it is copied, and Prometheus must not run
  BACKUP_GRAFANA_DB        Grafana's grafana.db; copied with sqlite3, also while it runs
  BACKUP_FILES             files and folders with spaces between; those that are missing are left out
  BACKUP_METRICS_DIR       if it is there: a folder where node exporter reads gpu-pool-backup.prom, which says when a backup was
                           last complete; the unit has /var/lib/gpu-pool/metrics
A database's password: the file NAME-database-password in $CREDENTIALS_DIRECTORY, or as for any program of PostgreSQL's.

Exit status: 0 done; 1 failed, and nothing is left behind; 2 wrong usage; 3 another backup is running;
4 incomplete: what could be backed up is kept, and what is missing is named, here and in the backup's CONTENT.
TEXT
}
say() { printf 'backup: %s\n' "$*"; }
fail() { local status=$1; shift; printf 'backup: %s\n' "$*" >&2; exit "$status"; }

# A running one holds a lock, if it was not told otherwise (Debian's is), and has files of its folder mapped.
prometheus_runs_on() { # its data folder
  local folder
  folder=$(cd "$1" 2>/dev/null && pwd -P) || return 1
  if [ -e "$folder/lock" ] && ! flock -n "$folder/lock" true; then
    return 0
  fi
  local process
  for process in $(grep -lsx prometheus /proc/[0-9]*/comm || true); do
    # Another user's, which we may not look into, may well be the one.
    [ ! -e "${process%comm}maps" ] || head -c 1 "${process%comm}maps" >/dev/null 2>&1 || return 0
  done
  [ -n "$(grep -lsF " $folder/" /proc/[0-9]*/maps || true)" ]
}

to=${BACKUP_DIR:-/var/backups/gpu-pool} keep=${BACKUP_KEEP:-14} name=$(date -u +%Y%m%dT%H%M%SZ)
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --to | --name | --keep) [ -n "${2:-}" ] || fail 2 "$1 needs a value; see backup.sh --help" ;;
    *) fail 2 "unknown option $1; see backup.sh --help" ;;
  esac
  case $1 in
    --to) to=$2 ;;
    --name) name=$2 ;;
    --keep) keep=$2 ;;
  esac
  shift 2
done
[[ $keep =~ ^[0-9]{1,5}$ ]] || fail 2 "--keep must be a whole number, was '$keep'"
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$ ]] || fail 2 "--name must be letters, digits, dots, dashes and underscores, was '$name'"
[ -n "${BACKUP_DATABASES:-}${BACKUP_PROMETHEUS_URL:-}${BACKUP_PROMETHEUS_DATA:-}${BACKUP_GRAFANA_DB:-}${BACKUP_FILES:-}" ] \
  || fail 2 "nothing to back up: no BACKUP_… setting says what; see backup.sh --help"

# Before anything is begun: what can only be meant otherwise.
for entry in ${BACKUP_DATABASES:-}; do
  [[ $entry =~ ^[a-z][a-z0-9-]*=postgres(ql)?:// ]] || fail 2 "BACKUP_DATABASES must be NAME=postgresql://…, was '${entry%%://*}'"
done
[ -z "${BACKUP_PROMETHEUS_URL:-}" ] || [ -n "${BACKUP_PROMETHEUS_DATA:-}" ] \
  || fail 2 "BACKUP_PROMETHEUS_DATA is needed with BACKUP_PROMETHEUS_URL: snapshots are made below it"

mkdir -p "$to" || fail 1 "the folder $to cannot be made"
to=$(cd "$to" && pwd)
exec 8>"$to/.lock" || fail 1 "the folder $to cannot be written to"
flock -n 8 || fail 3 "another backup into $to is running"

# Under its final name there is only ever a finished backup: it grows under another, and what a killed run left goes first.
final=$to/$name half=$to/.half-$name snapshot=''
[ ! -e "$final" ] || fail 1 "$final is there already; a backup is never overwritten"
rm -rf "$to"/.half-*
finished=no
clean_up() {
  [ -z "$snapshot" ] || rm -rf "$snapshot" || true
  if [ "$finished" = no ]; then
    rm -rf "$half"
    say "nothing was kept of this backup" >&2
  fi
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
mkdir "$half"

major() { # of a version such as "pg_dump (PostgreSQL) 15.4 (Debian …)"
  printf '%s' "$1" | sed -n 's/^[^0-9]*\([0-9]*\).*/\1/p'
}

# The roles that the database's objects belong to or name in grants and policies, and who is a member of whom. Without passwords.
readonly ROLES="
WITH named AS (
    SELECT DISTINCT r.oid, r.rolname, r.rolcanlogin
    FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
    WHERE d.refclassid = 'pg_authid'::regclass
      AND (d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
           OR d.classid = 'pg_database'::regclass
              AND d.objid = (SELECT oid FROM pg_database WHERE datname = current_database())))
SELECT statement FROM (
SELECT 1 AS step, format('DO \$do\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %L) THEN CREATE ROLE %I %s; END IF; END \$do\$;',
              rolname, rolname, CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END) AS statement
FROM named
UNION ALL
SELECT 2, format('DO \$do\$ BEGIN IF NOT pg_has_role(%L, %L, ''MEMBER'') THEN GRANT %I TO %I; END IF; END \$do\$;',
              member.rolname, granted.rolname, granted.rolname, member.rolname)
FROM pg_auth_members m
JOIN named granted ON granted.oid = m.roleid
JOIN named member ON member.oid = m.member
) AS statements ORDER BY step, statement"

# Parts that are done are kept when another fails.
finished_parts=0 missing=()
got() { # part file
  finished_parts=$((finished_parts + 1))
  say "$1: $(du -h "$half/$2" | cut -f1)"
}
lose() { # part file...; what is half done goes
  local part=$1 file
  shift
  for file in "$@"; do
    rm -f "${half:?}/$file"
  done
  missing+=("$part: $why")
  printf 'backup: %s: %s\n' "$part" "$why" >&2
}
archive() { # file folder what…; files may change while they are read, of which tar says 1
  local file=$1 folder=$2 status=0
  shift 2
  tar -C "$folder" -czf "$half/$file" "$@" || status=$?
  [ "$status" -le 1 ]
}

# Each of these says in $why what is wrong, if it fails.
why=''
dump() { # name uri
  local password=${CREDENTIALS_DIRECTORY:-/nonexistent}/$1-database-password
  if [ -r "$password" ]; then
    local -x PGPASSWORD
    PGPASSWORD=$(cat "$password")
  fi
  if dump_into "$1" "$2"; then
    got "$1" "$1.dump"
  else
    lose "$1" "$1.dump" "$1.roles.sql"
  fi
}
dump_into() { # name uri
  local server client
  why="the database of $1 does not let us in"
  server=$(psql -X -At -v ON_ERROR_STOP=1 -d "$2" -c 'SHOW server_version') || return 1
  client=$(pg_dump --version)
  why="the server of $1 is PostgreSQL $server, which $client cannot read; install its own pg_dump"
  [ "$(major "$client")" -ge "$(major "$server")" ] || return 1
  why="the roles of $1 cannot be read"
  psql -X -At -v ON_ERROR_STOP=1 -d "$2" -c "$ROLES" >"$half/$1.roles.sql" || return 1
  why="the database of $1 could not be dumped"
  pg_dump --format=custom --lock-wait-timeout=60s --file="$half/$1.dump" --dbname="$2" || return 1
  printf '%s\n' "$1: PostgreSQL $server, $client" >>"$half/CONTENT"
}
prometheus() {
  local answer made
  if [ -n "${BACKUP_PROMETHEUS_URL:-}" ]; then
    why="Prometheus does not answer at $BACKUP_PROMETHEUS_URL"
    answer=$(curl -sS --noproxy '*' --max-time 600 -X POST "${BACKUP_PROMETHEUS_URL%/}/api/v1/admin/tsdb/snapshot") || return 1
    made=$(printf '%s' "$answer" | sed -n 's/.*"name":"\([A-Za-z0-9-]*\)".*/\1/p')
    why="Prometheus took no snapshot: ${answer//$'\n'/ }"
    [ -n "$made" ] || return 1
    why="$BACKUP_PROMETHEUS_DATA/snapshots/$made is not there: BACKUP_PROMETHEUS_DATA is not the data folder of that Prometheus"
    [ -d "$BACKUP_PROMETHEUS_DATA/snapshots/$made" ] || return 1
    snapshot=$BACKUP_PROMETHEUS_DATA/snapshots/$made
    why="the snapshot of Prometheus could not be written"
    archive prometheus.tar.gz "$snapshot" .
  else
    why="Prometheus runs on $BACKUP_PROMETHEUS_DATA, or may: set BACKUP_PROMETHEUS_URL, or stop it first"
    ! prometheus_runs_on "$BACKUP_PROMETHEUS_DATA" || return 1
    why="the data of Prometheus could not be written"
    archive prometheus.tar.gz "$BACKUP_PROMETHEUS_DATA" --exclude=./lock --exclude=./snapshots --exclude=./queries.active .
  fi
}
grafana() {
  why="Grafana's database may be in use; install sqlite3, which copies it all the same"
  command -v sqlite3 >/dev/null || return 1
  why="Grafana's database could not be copied"
  sqlite3 -readonly "$BACKUP_GRAFANA_DB" ".timeout 60000" ".backup '$half/grafana.db'"
}

{
  printf 'name: %s\n' "$name"
  printf 'begun: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  printf 'host: %s\n' "$(uname -n)"
} >"$half/CONTENT"

# A hub before its coordinator: usage that is in both is recognised and counted once, but usage that the restored hub took for
# delivered and the coordinator had not yet would be lost.
for entry in ${BACKUP_DATABASES:-}; do
  dump "${entry%%=*}" "${entry#*=}"
done

if [ -n "${BACKUP_PROMETHEUS_DATA:-}" ]; then
  if prometheus; then
    got prometheus prometheus.tar.gz
  else
    lose prometheus prometheus.tar.gz
  fi
  # Left there, one a night, they fill Prometheus' disk: that must not go unseen, but costs no other part.
  if [ -n "$snapshot" ] && ! rm -rf "$snapshot"; then
    why="the snapshot $snapshot could not be removed"
    lose "tidying up"
  fi
  snapshot=''
fi

if [ -n "${BACKUP_GRAFANA_DB:-}" ] && [ -e "$BACKUP_GRAFANA_DB" ]; then
  if grafana; then
    got grafana grafana.db
  else
    lose grafana grafana.db
  fi
fi

if [ -n "${BACKUP_FILES:-}" ]; then
  present=()
  for file in $BACKUP_FILES; do
    if [ -e "$file" ]; then
      file=$(realpath -s "$file")
      present+=("${file#/}")
    else
      say "left out, since it is not there: $file"
    fi
  done
  if [ ${#present[@]} -gt 0 ]; then
    if archive files.tar.gz / --numeric-owner -- "${present[@]}"; then
      got files files.tar.gz
    else
      why="the files could not be written"
      lose files files.tar.gz
    fi
  fi
fi

[ "$finished_parts" -gt 0 ] || fail 1 "no part could be backed up"
for part in "${missing[@]}"; do
  printf 'missing: %s\n' "$part" >>"$half/CONTENT"
done
printf 'finished: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$half/CONTENT"
(cd "$half" && sha256sum -- * >.sums && mv .sums SHA256SUMS) || fail 1 "the checksums could not be written"
sync -f "$half"
mv "$half" "$final"
finished=yes
sync -f "$to"

if [ ${#missing[@]} -eq 0 ]; then
  say "$final is complete: $(du -sh "$final" | cut -f1)"
  metrics=${BACKUP_METRICS_DIR:-}
  if [ -n "$metrics" ] && [ -d "$metrics" ]; then
    # Whole or not at all, for node exporter may be reading it, which is another user.
    if ! cat >"$metrics/.gpu-pool-backup.tmp" <<TEXT || ! chmod 0644 "$metrics/.gpu-pool-backup.tmp" \
      || ! mv "$metrics/.gpu-pool-backup.tmp" "$metrics/gpu-pool-backup.prom"; then
# HELP gpu_pool_backup_last_success_timestamp_seconds When a backup of this host was last complete.
# TYPE gpu_pool_backup_last_success_timestamp_seconds gauge
gpu_pool_backup_last_success_timestamp_seconds $(date +%s)
TEXT
      say "when it was complete could not be written into $metrics" >&2
    fi
  fi
fi

if [ "$keep" -gt 0 ]; then
  # By name, which for our own is by time; what has another name is somebody's own and stays. One that is incomplete never
  # costs a whole one its place, and goes when it is older than all whole ones that are kept.
  whole=0 parts=0
  while read -r old; do
    if grep -q '^missing: ' "$to/$old/CONTENT" 2>/dev/null; then
      parts=$((parts + 1))
      [ "$parts" -gt "$keep" ] || [ "$whole" -ge "$keep" ] || continue
    else
      whole=$((whole + 1))
      [ "$whole" -gt "$keep" ] || continue
    fi
    rm -rf "${to:?}/$old"
    say "removed $old; $keep are kept"
  done < <(find "$to" -mindepth 1 -maxdepth 1 -type d -name '????????T??????Z' -printf '%f\n' | sort -r)
fi

if [ ${#missing[@]} -gt 0 ]; then
  printf 'backup: %s\n' "$final is incomplete; it lacks" >&2
  printf 'backup:   %s\n' "${missing[@]}" >&2
  exit 4
fi
