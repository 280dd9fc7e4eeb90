-- The coordinator: no person lies here, only where they lie.
-- psql, as a superuser, in the database of the register. The environment gives
--   SHARD_1_HOST, SHARD_1_PORT, SHARD_2_HOST, SHARD_2_PORT, SHARD_DATABASE
--   SHARD_AUTHORITY         the certificate that those of the shards are signed by
--   SHARD_PASSWORD_FILE     the password of concord_shard on the shards
--   CONCORD_PASSWORD_FILE   the password of concord_reader here
\set ON_ERROR_STOP on
\set shard_1_host `echo "$SHARD_1_HOST"`
\set shard_1_port `echo "$SHARD_1_PORT"`
\set shard_2_host `echo "$SHARD_2_HOST"`
\set shard_2_port `echo "$SHARD_2_PORT"`
\set shard_database `echo "$SHARD_DATABASE"`
\set authority `echo "$SHARD_AUTHORITY"`
\set shard_password `cat "$SHARD_PASSWORD_FILE"`
\set password `cat "$CONCORD_PASSWORD_FILE"`

CREATE EXTENSION IF NOT EXISTS postgres_fdw;

-- async_capable: the shards work at the same time. fetch_size: cells a round trip; the default of 100 is slow.
CREATE SERVER shard_1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
	host :'shard_1_host', port :'shard_1_port', dbname :'shard_database', sslmode 'verify-full', sslrootcert :'authority',
	async_capable 'true', fetch_size '10000', connect_timeout '10', keepalives_idle '60');
CREATE SERVER shard_2 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
	host :'shard_2_host', port :'shard_2_port', dbname :'shard_database', sslmode 'verify-full', sslrootcert :'authority',
	async_capable 'true', fetch_size '10000', connect_timeout '10', keepalives_idle '60');

-- The key is a column of built-in type: the tally groups by it, which is what lets the shards do all the counting.
CREATE TABLE persons (
	household text,
	province text COLLATE "C" NOT NULL,
	permanent text,
	temporary text,
	sex text,
	birth_date date,
	death_date date,
	ethnicity text,
	marital_status text
) PARTITION BY RANGE (province);
CREATE FOREIGN TABLE persons_1 PARTITION OF persons FOR VALUES FROM (MINVALUE) TO ('38')
	SERVER shard_1 OPTIONS (table_name 'persons');
CREATE FOREIGN TABLE persons_2 PARTITION OF persons FOR VALUES FROM ('38') TO (MAXVALUE)
	SERVER shard_2 OPTIONS (table_name 'persons');

CREATE ROLE concord_reader LOGIN PASSWORD :'password' CONNECTION LIMIT 8
	NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE concord_reader SET default_transaction_read_only = on;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \gexec
GRANT USAGE ON SCHEMA public TO concord_reader;
GRANT SELECT ON persons TO concord_reader;
CREATE USER MAPPING FOR concord_reader SERVER shard_1 OPTIONS (user 'concord_shard', password :'shard_password');
CREATE USER MAPPING FOR concord_reader SERVER shard_2 OPTIONS (user 'concord_shard', password :'shard_password');
