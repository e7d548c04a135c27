-- Version 4 asks whether the role may act as another, which servers before PostgreSQL 16 cannot answer for a plain role.
DO $$
DECLARE
    applied boolean := false;
BEGIN
    IF current_setting('server_version_num')::integer < 160000
            AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        IF to_regclass('flyway_schema_history') IS NOT NULL THEN
            EXECUTE 'SELECT EXISTS (SELECT FROM flyway_schema_history WHERE version = ''4'' AND success)' INTO applied;
        END IF;
        IF NOT applied THEN
            RAISE EXCEPTION 'The coordinator needs PostgreSQL 16 or newer; this server has %. Nothing was changed.',
                current_setting('server_version');
        END IF;
    END IF;
END
$$;
