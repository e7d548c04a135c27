#!/usr/bin/env bash
# Restores what backup.sh backed up: each part where it is asked for, into an empty place, after the checksums were found right.
# See docs/operations/backup.md.
set -euo pipefail
umask 077

usage() {
  cat <<'TEXT'
Usage: restore.sh BACKUP [--database NAME=URI]… [--prometheus-data DIR] [--grafana-db FILE] [--files-into DIR] [--force]

BACKUP is a folder that backup.sh made. Its checksums are verified first; without any further option that is all that is done.
  --database NAME=URI     restores that database into this one, in one transaction: whole or not at all
  --prometheus-data DIR   puts Prometheus' data there; Prometheus must not run
  --grafana-db FILE       puts Grafana's database there; Grafana must not run
  --files-into DIR        unpacks configuration and artifacts below it (/ for where they were)
  --force                 also where something is: a database's schemas are dropped first (in that transaction), Prometheus' data
                          are deleted, and files are written over
A database's password: the file NAME-database-password in $CREDENTIALS_DIRECTORY, or as for any program of PostgreSQL's.

Exit status: 0 done; 1 failed; 2 wrong usage; 4 the backup is damaged or incomplete; 5 something is there already, or in use.
TEXT
}
say() { printf 'restore: %s\n' "$*"; }
fail() { local status=$1; shift; printf 'restore: %s\n' "$*" >&2; exit "$status"; }

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

backup='' databases=() prometheus='' grafana='' files='' force=no
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --force) force=yes; shift; continue ;;
    --database | --prometheus-data | --grafana-db | --files-into)
      [ -n "${2:-}" ] || fail 2 "$1 needs a value; see restore.sh --help" ;;
    -*) fail 2 "unknown option $1; see restore.sh --help" ;;
    *)
      [ -z "$backup" ] || fail 2 "one backup at a time; see restore.sh --help"
      backup=$1
      shift
      continue ;;
  esac
  case $1 in
    --database) databases+=("$2") ;;
    --prometheus-data) prometheus=$2 ;;
    --grafana-db) grafana=$2 ;;
    --files-into) files=$2 ;;
  esac
  shift 2
done
[ -n "$backup" ] || fail 2 "which backup? see restore.sh --help"
[ -d "$backup" ] || fail 4 "$backup is not a folder"
backup=$(cd "$backup" && pwd)

part() { # what must be there for an option
  [ -f "$backup/$1" ] || fail 2 "$backup has no $1; it has: $(cd "$backup" && echo *)${lacks:+; when it was made, this was missing: $lacks}"
}

# ---- all questions before the first change ------------------------------------------------------------------------------

[ -f "$backup/SHA256SUMS" ] || fail 4 "$backup has no SHA256SUMS: it is no complete backup"
(cd "$backup" && sha256sum --check --strict --quiet SHA256SUMS) || fail 4 "$backup is damaged; nothing was restored"
unlisted=$(cd "$backup" && comm -13 <(sed 's/^[0-9a-f]* [ *]//' SHA256SUMS | sort) <(find . -type f ! -name SHA256SUMS -printf '%P\n' | sort))
[ -z "$unlisted" ] || fail 4 "$backup has files without a checksum: $unlisted"
say "the checksums of $backup are right"
lacks=$(sed -n 's/^missing: //p' "$backup/CONTENT" 2>/dev/null | paste -sd ';' | sed 's/;/; /g')
[ -z "$lacks" ] || say "this backup is incomplete; it lacks $lacks"

with_password() { # name command...
  local password=${CREDENTIALS_DIRECTORY:-/nonexistent}/$1-database-password
  shift
  if [ -r "$password" ]; then
    PGPASSWORD=$(cat "$password") "$@"
  else
    "$@"
  fi
}
ask() { with_password "$1" psql -X -At -v ON_ERROR_STOP=1 -d "$2" -c "$3"; }

for entry in "${databases[@]}"; do
  [[ $entry =~ ^[a-z][a-z0-9-]*=postgres(ql)?:// ]] || fail 2 "--database must be NAME=postgresql://…, was '${entry%%://*}'"
  name=${entry%%=*} uri=${entry#*=}
  part "$name.dump"
  part "$name.roles.sql"
  others=$(ask "$name" "$uri" "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'") \
    || fail 1 "the database for $name does not let us in"
  [ "$others" = 0 ] || fail 5 "$others other sessions use the database for $name: stop the services first"
  tables=$(ask "$name" "$uri" "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')")
  if [ "$tables" != 0 ] && [ "$force" = no ]; then
    fail 5 "the database for $name is not empty ($tables tables, views and sequences); name an empty one, or say --force to replace what is there"
  fi
done

vacant() { # folder
  [ ! -e "$1" ] || { [ -d "$1" ] && [ -z "$(ls -A "$1")" ]; } || [ "$force" = yes ] \
    || fail 5 "$1 is not empty; name an empty folder, or say --force to replace what is there"
}
if [ -n "$prometheus" ]; then
  part prometheus.tar.gz
  vacant "$prometheus"
  if prometheus_runs_on "$prometheus"; then
    fail 5 "Prometheus runs on $prometheus: stop it first"
  fi
fi
if [ -n "$grafana" ]; then
  part grafana.db
  [ ! -e "$grafana" ] || [ "$force" = yes ] || fail 5 "$grafana is there already; say --force to replace it"
fi
if [ -n "$files" ]; then
  part files.tar.gz
  vacant "$files"
fi

# ---- changes ------------------------------------------------------------------------------------------------------------

readonly EMPTY="
DO \$do\$
DECLARE found name;
BEGIN
    FOR found IN SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', found);
    END LOOP;
    CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
END
\$do\$;"

database() { # name uri
  # Roles belong to the whole server and are made first; whoever may not make one is told which is missing.
  with_password "$1" psql -X -q -v ON_ERROR_STOP=1 -d "$2" -f "$backup/$1.roles.sql" \
    || fail 1 "a role of $1 is missing and may not be made by this user: let an administrator run $backup/$1.roles.sql"
  # It is committed only once the dump was read to its end: half of a dump is never taken for the whole.
  {
    echo 'BEGIN;'
    [ "$force" = no ] || printf '%s\n' "$EMPTY"
    pg_restore --no-tablespaces --file=- "$backup/$1.dump" && echo "COMMIT; SELECT 'restored whole';"
  } | with_password "$1" psql -X -At -v ON_ERROR_STOP=1 -d "$2" >"$log" 2>&1 || true
  if ! grep -qx 'restored whole' "$log"; then
    grep -v '^$' "$log" | tail -n 5 >&2
    fail 1 "the database of $1 could not be restored, and is as it was"
  fi
  with_password "$1" psql -X -q -d "$2" -c ANALYZE >/dev/null 2>&1 || true
  say "$1 is restored"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for entry in "${databases[@]}"; do
  database "${entry%%=*}" "${entry#*=}"
done

if [ -n "$prometheus" ]; then
  mkdir -p "$prometheus"
  prometheus=$(cd "$prometheus" && pwd -P)
  find "$prometheus" -mindepth 1 -delete
  tar -C "$prometheus" -xzf "$backup/prometheus.tar.gz"
  if [ "$(id -u)" = 0 ]; then
    # Its files belong to whom its folder belongs to.
    chown -R --reference="$prometheus" "$prometheus"
  fi
  say "Prometheus' data are in $prometheus"
fi
if [ -n "$grafana" ]; then
  mkdir -p "$(dirname "$grafana")"
  rm -f "$grafana" "$grafana-journal" "$grafana-wal" "$grafana-shm"
  cp "$backup/grafana.db" "$grafana"
  if [ "$(id -u)" = 0 ]; then
    chown --reference="$(dirname "$grafana")" "$grafana"
  fi
  say "Grafana's database is $grafana"
fi
if [ -n "$files" ]; then
  mkdir -p "$files"
  tar -C "$files" --numeric-owner -xzpf "$backup/files.tar.gz"
  say "files are below $files"
fi
