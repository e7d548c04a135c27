#!/usr/bin/env bash
# Makes a database with its owner for each service, and the role that the coordinator reads as for tenants. On the server's machine
# root runs it, and it becomes PostgreSQL's administrator; with PGHOST and its like set it asks that server. Running it again
# changes nothing but the passwords. PostgreSQL's image runs it when its data are new.
#
#   create-databases.sh FOLDER
#
# FOLDER has the passwords: pool-hub-database-password, coordinator-api-database-password, monitoring-database-password.
set -euo pipefail

folder=${1:-${PASSWORDS:-}}
[ -d "$folder" ] || { echo "create-databases: which folder has the passwords? usage: create-databases.sh FOLDER" >&2; exit 2; }

sql() {
  if [ "$(id -u)" = 0 ] && [ -z "${PGHOST:-}" ]; then
    (cd / && runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -d postgres "$@")
  else
    psql -X -q -v ON_ERROR_STOP=1 -d postgres "$@"
  fi
}

# The coordinator's tables need 16. ANY_POSTGRESQL=yes is for trying out these scripts.
version=$(sql -At -c 'SHOW server_version_num')
if [ "$version" -lt 160000 ] && [ "${ANY_POSTGRESQL:-no}" != yes ]; then
  echo "create-databases: this server is PostgreSQL $((version / 10000)); 16 or newer is needed (docs/operations/install.md)" >&2
  exit 4
fi

owner() { # name of the service, of the role and of the database
  local password
  password=$(<"$folder/$1-database-password")
  # Through the environment, which no list of processes shows.
  NEW_PASSWORD=$password sql -v role="$2" -v database="$2" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
\getenv password NEW_PASSWORD
ALTER ROLE :"role" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
SQL
  echo "create-databases: $2 is there"
}

owner pool-hub poolhub
owner coordinator-api coordinator
owner monitoring monitoring
sql <<'SQL'
SELECT 'CREATE ROLE coordinator_tenant NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'coordinator_tenant') \gexec
GRANT coordinator_tenant TO coordinator;
SQL
