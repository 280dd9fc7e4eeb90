-- A shard: one part of the register, and a role that can read it and nothing else.
-- psql, as a superuser, in the database of the register. SHARD_PASSWORD_FILE names the file with the role's password.
\set ON_ERROR_STOP on
\set password `cat "$SHARD_PASSWORD_FILE"`

-- What a tally needs, and no name, number or address. Where the register lies in a table of its own, make this a view of it.
CREATE TABLE IF NOT EXISTS persons (
	household text,
	province text COLLATE "C" NOT NULL,
	permanent text,
	temporary text,
	sex text,
	birth_date date,
	death_date date,
	ethnicity text,
	marital_status text
);

CREATE ROLE concord_shard LOGIN PASSWORD :'password' CONNECTION LIMIT 16
	NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE concord_shard SET default_transaction_read_only = on;
ALTER ROLE concord_shard SET statement_timeout = '2h';
-- A tally's groups are hashed here: 100 MB hold some half a million cells with five dimensions.
ALTER ROLE concord_shard SET work_mem = '128MB';

REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \gexec
GRANT USAGE ON SCHEMA public TO concord_shard;
GRANT SELECT ON persons TO concord_shard;
