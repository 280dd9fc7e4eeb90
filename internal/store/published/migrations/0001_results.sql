-- Finished comparisons. A figure that does not exist is null.

CREATE TABLE comparison (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	seal text NOT NULL UNIQUE,              -- SHA-256 of the manifest of the comparison
	study text NOT NULL,
	title text NOT NULL,
	reference_time text NOT NULL,
	summary jsonb NOT NULL,                 -- what was compared, how, and from which inputs
	exported timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE comparison IS 'Finished comparisons; of a study the one with the highest id is in force.';
CREATE INDEX comparison_study ON comparison (study, id DESC);

CREATE TABLE area (
	comparison bigint NOT NULL REFERENCES comparison ON DELETE CASCADE,
	row integer NOT NULL,
	area text NOT NULL,
	name text,
	level text,
	parent text,
	type text,
	drawn bigint,                           -- areas of the lowest level it is compared over,
	"of" bigint,                            -- of so many; 0 at the lowest level
	PRIMARY KEY (comparison, row)
);

CREATE TABLE discrepancy (
	comparison bigint NOT NULL REFERENCES comparison ON DELETE CASCADE,
	row integer NOT NULL,
	area text NOT NULL,
	area_name text,
	definition text NOT NULL,
	dimension text NOT NULL,
	cell text NOT NULL,
	register float8,
	register_se float8,
	census float8,
	census_se float8,
	difference float8,
	difference_pct float8,
	ci_lower float8,
	ci_upper float8,
	p_value float8,
	q_value float8,
	margin_pct float8,
	verdict text,
	notes text,
	ratio float8,
	ratio_lower float8,
	ratio_upper float8,
	log_ratio_se float8,
	std_difference float8,
	std_difference_se float8,
	equivalence_p float8,
	noise_sd float8,
	family text,
	register_lower float8,
	register_upper float8,
	census_lower float8,
	census_upper float8,
	PRIMARY KEY (comparison, row)
);
CREATE INDEX discrepancy_area ON discrepancy (comparison, area);

-- The further tables: what their columns are, and their rows as objects.
CREATE TABLE further (
	comparison bigint NOT NULL REFERENCES comparison ON DELETE CASCADE,
	name text NOT NULL,
	columns text[] NOT NULL,
	kinds text[] NOT NULL,                  -- of each column: text, int or float
	PRIMARY KEY (comparison, name)
);

CREATE TABLE further_row (
	comparison bigint NOT NULL,
	name text NOT NULL,
	row integer NOT NULL,
	data jsonb NOT NULL,
	PRIMARY KEY (comparison, name, row),
	FOREIGN KEY (comparison, name) REFERENCES further ON DELETE CASCADE
);
