-- A register of $n persons in 10,598 communes of unequal size, made of the number of a person alone: k is the place in order
-- of communes, h its hash. One of 54 ethnicities holds some 85 %, the others live together; marital status and education
-- depend on age. Order by k is that of a register loaded commune by commune; $k makes of the row's number g another order.
CREATE UNLOGGED TABLE $table AS
SELECT lpad(k::text, 12, '0') AS pid, lpad((k / 4)::text, 10, '0') AS household, lpad((commune * 3)::text, 5, '0') AS permanent,
	CASE WHEN h % 100 < 5 THEN lpad((1 + h / 100 % 10598) * 3 || '', 5, '0') END AS temporary,
	lpad((CASE WHEN h % 100 < 10 THEN 1 + h / 100 % 10598 ELSE commune END) * 3 || '', 5, '0') AS "current",
	CASE WHEN h % 2 = 0 THEN '1' ELSE '2' END AS sex,
	date '2024-04-01' - days AS birth_date,
	CASE WHEN days < 5500 OR days < 9500 AND h / 11 % 3 > 0 THEN '1' WHEN days > 24000 AND h / 11 % 3 = 0 THEN '3'
		WHEN h / 11 % 20 = 0 THEN '4' WHEN h / 11 % 50 = 1 THEN '5' ELSE '2' END AS marital,
	lpad((CASE WHEN commune % 5 = 0 AND h / 13 % 100 < 70 THEN 2 + commune / 5 % 53 WHEN h / 13 % 100 = 99 THEN 2 + h / 1300 % 53
		ELSE 1 END)::text, 2, '0') AS ethnicity,
	least(days / 1100, 1 + h / 17 % 8)::text AS education,
	CASE WHEN h / 19 % 100 < 85 THEN '1' ELSE (2 + h / 1900 % 8)::text END AS religion,
	CASE WHEN days < 5500 THEN '0' ELSE (1 + h / 23 % 4)::text END AS work
FROM (SELECT k, h, 1 + floor(10598 * power(k::float8 / $n, 0.8))::int AS commune, (power(h / 7 % 1000000 / 1e6::float8, 1.3) * 34000)::int AS days
	FROM (SELECT k, abs(hashint8extended(k, 7)) AS h FROM (SELECT $k AS k FROM generate_series(0::bigint, $n - 1) AS g) AS numbered) AS hashed
) AS drawn;
ANALYZE $table;
