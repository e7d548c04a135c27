#!/usr/bin/env bash
# Whether a service was told its database. Without one it would start the PostgreSQL in its jar, if there is one, with an empty
# database of its own, and look well: an installed service must not. The units ask before each start.
#
#   external-database.sh FILE      FILE is where the setting belongs; it is only named
set -euo pipefail

url=${SPRING_DATASOURCE_URL:-}
if [ -z "$url" ] && [ -r "${CREDENTIALS_DIRECTORY:-/nonexistent}/spring.datasource.url" ]; then
  url=$(<"$CREDENTIALS_DIRECTORY/spring.datasource.url")
fi
case $url in
  jdbc:postgresql:*) ;;
  *)
    echo "SPRING_DATASOURCE_URL must be jdbc:postgresql://HOST:PORT/DATABASE; set it in ${1:-the environment}" >&2
    exit 78 ;;
esac
