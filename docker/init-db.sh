#!/bin/bash
# Run by the postgres image when its data folder is empty: the two roles, their passwords, the database.
set -euo pipefail
as() { psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"; }

as --dbname postgres --file /roles.sql
as --dbname postgres -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" <<'SQL'
ALTER ROLE portal_owner PASSWORD :'owner';
ALTER ROLE portal_app PASSWORD :'app';
CREATE DATABASE portal OWNER portal_owner TEMPLATE template0 ENCODING UTF8
  LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
SQL
as --dbname portal --command "SET ROLE portal_owner" --file /grants.sql
