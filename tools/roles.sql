-- The two database roles, once in a server, by its superuser. Nothing else is ever done as the superuser.
-- Run by tools/servers.py for the private server and by docker/init-db.sh for the composed one; may be run again.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN
    CREATE ROLE portal_owner;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
    CREATE ROLE portal_app;
  END IF;
END
$$;

-- Owns the database and runs migrations. CREATEDB lets it make the tests' databases from a template.
ALTER ROLE portal_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- What the portal works as: owns nothing, so row-level security and the grants hold for it.
ALTER ROLE portal_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- The planner's own figure is for spinning disks, and makes it read whole tables where an index would do.
ALTER ROLE portal_app SET random_page_cost = 1.1;

-- The owner may end the portal's connections: a database in use cannot be dropped (tests) or restored.
GRANT portal_app TO portal_owner;
