-- The limit of the benchmark `ledger`: the same intervals and statistics, written by hand for this one ledger.
--
-- Straight DuckDB, with what a hand may know and a general programme may not: seven stages, 24 segments, 12 providers by 20
-- interventions, 48 months (exactly 1,461 days), equal shares, and that nobody here has a second spell, an idle entry or
-- one after arrival (checked below, since the counts would be wrong otherwise). A person, a point in time and a state are
-- packed into one number wherever rows are sorted, and neighbours are read off the sorted rows in one pass.
--
-- {ledger}, {potential} and {out} are folders and a file; {snapshot} is in days since 1970.
-- States: 0-6 stages, 7 left, 8 ended, 9 cut at the horizon, 10 open at the snapshot.

CREATE MACRO months(days) AS (16 * (days)) // 487;
CREATE MACRO rest(days) AS (16 * (days)) % 487;

CREATE TEMP TABLE persons AS
SELECT person, row_number() OVER ()::INT AS p, (('0x' || substr(md5(person), 1, 15))::BIGINT % 50)::TINYINT AS k,
    ((substr(age, 2)::INT * 3 + substr(claim, 2)::INT) * 2 + substr(out_of_work, 2)::INT)::TINYINT AS g
FROM read_parquet('{ledger}/people.parquet');

-- One number an entry, e = person, point, state, whether it is a referral: 64 * day + order in the day, as elsewhere.
CREATE TEMP TABLE entered AS
SELECT (p::BIGINT << 32) + ((("on" - DATE '1970-01-01') * 64 + 1 + least(seq, 61)) << 8)
    + CASE stage_to WHEN 'left' THEN 14 WHEN 'ended' THEN 16 ELSE 2 * ascii(substr(stage_to, 2)) - 96 END
    + (stage_from IS NULL)::INT AS e
FROM read_parquet('{ledger}/entries.parquet') JOIN persons USING (person)
WHERE "on" <= DATE '1970-01-01' + {snapshot}::INT;

CREATE TEMP TABLE spells AS
SELECT (e >> 32)::INT AS p, (min(e) >> 8 & 16777215)::INT AS pt0, (min(e) >> 14 & 262143)::INT AS day0, count(*) AS referrals
FROM entered WHERE e & 1 = 1 GROUP BY e >> 32;

CREATE TEMP TABLE walk AS
SELECT p, day0, (e >> 8 & 16777215)::INT AS pt, (e >> 1 & 127)::TINYINT AS st,
    CASE WHEN e1 >> 32 = p THEN (e1 >> 8 & 16777215)::INT END AS next_pt,
    CASE WHEN e1 >> 32 = p THEN (e1 >> 1 & 127)::TINYINT END AS next_st,
    CASE WHEN e0 >> 32 = p THEN (e0 >> 8 & 16777215)::INT END AS prev_pt,
    CASE WHEN e0 >> 32 = p THEN (e0 >> 1 & 127)::TINYINT END AS prev,
    CASE WHEN e00 >> 32 = p THEN (e00 >> 1 & 127)::TINYINT END AS prev_stage
FROM (
    SELECT p, day0, e, lead(e) OVER () AS e1, lag(e) OVER () AS e0, lag(e, 2) OVER () AS e00
    FROM (
        SELECT p, day0, e FROM entered JOIN spells ON p = e >> 32
        WHERE e >> 8 & 16777215 >= pt0 AND e >> 14 & 262143 <= day0 + 1461 ORDER BY e
    )
);

SELECT CASE WHEN (SELECT max(referrals) FROM spells) > 1 OR (
    SELECT count(*) FROM walk WHERE st IN (6, 8) AND next_pt IS NOT NULL OR st = 7 AND prev = 7
) > 0 THEN error('this ledger needs the general text') END;

CREATE TEMP TABLE steps AS
SELECT p, k, g, day0, st AS s0, pt AS pa, (pt >> 6) - day0 AS d0,
    coalesce(next_pt, CASE WHEN beyond THEN (day0 + 1462) * 64 ELSE {snapshot} * 64 + 63 END)::INT AS pb,
    coalesce(next_st, CASE WHEN beyond THEN 9 ELSE 10 END)::TINYINT AS s1,
    (16 * ({snapshot} - day0) >= 487 * 48)::TINYINT AS closed
FROM (SELECT *, {snapshot} - day0 > 1461 AS beyond FROM walk WHERE st < 6) JOIN persons USING (p);

CREATE TEMP TABLE helped AS
SELECT p, (substr(provider, 10)::INT * 20 + substr(intervention, 6)::INT)::INT AS owner,
    ((from_on - DATE '1970-01-01') * 64 + 63)::INT AS fa, coalesce((to_on - DATE '1970-01-01') * 64, 2147483647)::INT AS fb
FROM read_parquet('{ledger}/support.parquet') JOIN persons USING (person)
WHERE from_on <= DATE '1970-01-01' + {snapshot}::INT AND (to_on IS NULL OR to_on > from_on);

-- Support that overlaps somewhere overlaps its neighbour in order of start.
CREATE TEMP TABLE clash AS
SELECT DISTINCT p FROM (
    SELECT p, fa, lag(p) OVER () AS p0, lag(fb) OVER () AS fb0 FROM (SELECT p, fa, fb FROM helped ORDER BY p, fa, fb)
) WHERE p0 = p AND fb0 > fa;

CREATE TEMP TABLE pieces AS
WITH points AS (
    SELECT unnest([(p::BIGINT << 32) + fa, (p::BIGINT << 32) + fb]) AS x FROM helped SEMI JOIN clash USING (p)
), cuts AS (
    SELECT (x >> 32)::INT AS p, (x & 4294967295) AS x, (y & 4294967295) AS y
    FROM (SELECT x, lead(x) OVER () AS y FROM (SELECT x FROM points ORDER BY x)) WHERE y > x AND y >> 32 = x >> 32
)
SELECT DISTINCT c.p, x::INT AS x, y::INT AS y, owner FROM cuts c JOIN helped s ON c.p = s.p AND s.fa <= c.x AND s.fb >= c.y;

CREATE TEMP TABLE care AS
SELECT p, fa, fb, owner, 60::TINYINT AS share FROM helped ANTI JOIN clash USING (p)
UNION ALL
SELECT p, x, y, owner, (60 * i // n - 60 * (i - 1) // n)::TINYINT FROM (
    SELECT p, x, y, owner, row_number() OVER (PARTITION BY p, x ORDER BY owner) AS i, count(*) OVER (PARTITION BY p, x) AS n
    FROM pieces
);

CREATE TEMP TABLE intervals AS
SELECT s.p, owner, share, k, g, s0, CASE WHEN fb >= pb THEN s1 ELSE s0 END AS s1,
    ((greatest(pa, fa) >> 6) - day0)::SMALLINT AS d0, ((least(pb, fb) >> 6) - day0)::SMALLINT AS d1
FROM steps s JOIN care c ON s.p = c.p AND c.fa < s.pb AND c.fb > s.pa;

-- The tables of counts.
COPY (SELECT g, k, count(*) AS n FROM spells JOIN persons USING (p) GROUP BY g, k) TO '{out}/spells.parquet';
COPY (SELECT g, count(*) AS n FROM spells JOIN persons USING (p) GROUP BY g) TO '{out}/people.parquet';
COPY (
    SELECT g, count(*) AS n FROM spells JOIN persons USING (p) WHERE 16 * ({snapshot} - day0) >= 487 * 48 GROUP BY g
) TO '{out}/closed_spells.parquet';
COPY (
    SELECT k, far, count(*) AS n FROM (SELECT p, max(CASE WHEN st <= 6 THEN st ELSE 0 END) AS far FROM walk GROUP BY p)
    JOIN persons USING (p) GROUP BY k, far
) TO '{out}/reached.parquet';
COPY (SELECT g, st, count(*) AS n FROM walk JOIN persons USING (p) WHERE next_pt IS NULL GROUP BY g, st) TO '{out}/now.parquet';
COPY (
    SELECT g, count(*) AS n FROM (
        SELECT p FROM entered JOIN spells ON p = e >> 32 WHERE e >> 1 & 127 = 6 AND e >> 8 & 16777215 >= pt0
        GROUP BY p, day0 HAVING min(e) >> 14 & 262143 > day0 + 1461
    ) JOIN persons USING (p) GROUP BY g
) TO '{out}/late.parquet';
COPY (
    SELECT closed, g, s0, months(d0) AS m, 487 * count(*) - sum(rest(d0))::BIGINT AS a, sum(rest(d0))::BIGINT AS b
    FROM steps GROUP BY ALL
) TO '{out}/begin.parquet';
COPY (
    SELECT k, s0, months(d0) AS m, 487 * count(*) - sum(rest(d0))::BIGINT AS a, sum(rest(d0))::BIGINT AS b
    FROM steps GROUP BY ALL
) TO '{out}/begin_k.parquet';
COPY (
    SELECT closed, g, s0, s1, m, 487 * count(*) - sum(r)::BIGINT AS a, sum(r)::BIGINT AS b FROM (
        SELECT closed, g, s0, s1, CASE WHEN s1 = 9 THEN 48 ELSE months((pb >> 6) - day0) END AS m,
            CASE WHEN s1 = 9 THEN 0 ELSE rest((pb >> 6) - day0) END AS r
        FROM steps
    ) GROUP BY ALL
) TO '{out}/finish.parquet';
COPY (
    SELECT k, s0, s1, m, 487 * count(*) - sum(r)::BIGINT AS a, sum(r)::BIGINT AS b FROM (
        SELECT k, s0, s1, CASE WHEN s1 = 9 THEN 48 ELSE months((pb >> 6) - day0) END AS m,
            CASE WHEN s1 = 9 THEN 0 ELSE rest((pb >> 6) - day0) END AS r
        FROM steps
    ) GROUP BY ALL
) TO '{out}/finish_k.parquet';
CREATE TEMP TABLE returned AS
SELECT k, g, st, prev_stage, (pt >> 6) - day0 AS back, (prev_pt >> 6) - day0 AS gone, 16 * ({snapshot} - day0) >= 487 * 48 AS closed
FROM walk JOIN persons USING (p) WHERE prev = 7 AND st <= 6;
COPY (
    SELECT k, g, st, months(back) AS m, 487 * count(*) - sum(rest(back))::BIGINT AS a, sum(rest(back))::BIGINT AS b
    FROM returned GROUP BY ALL
) TO '{out}/returns.parquet';
COPY (
    SELECT k, g, st, months(back) AS m, 487 * count(*) - sum(rest(back))::BIGINT AS a, sum(rest(back))::BIGINT AS b
    FROM returned WHERE closed GROUP BY ALL
) TO '{out}/closed_returns.parquet';
COPY (
    SELECT k, g, prev_stage, months(gone) AS m, 487 * count(*) - sum(rest(gone))::BIGINT AS a, sum(rest(gone))::BIGINT AS b
    FROM returned GROUP BY ALL
) TO '{out}/gaps.parquet';
COPY (
    SELECT owner, g, s0, sum(share::INT * (least(d1, 1461) - d0))::BIGINT AS n FROM intervals GROUP BY ALL
) TO '{out}/own_days.parquet';
COPY (
    SELECT owner, sum(b - a)::BIGINT AS days, sum(greatest(b - greatest(a, day0 + 1462), 0))::BIGINT AS late FROM (
        SELECT owner, greatest(fa >> 6, day0) AS a, least(fb >> 6, {snapshot} + 1) AS b, day0 FROM helped JOIN spells USING (p)
    ) WHERE b > a GROUP BY owner
) TO '{out}/days_after.parquet';
CREATE TEMP TABLE met AS SELECT DISTINCT p, owner FROM intervals;
COPY (SELECT owner AS j, count(*) AS n FROM met GROUP BY j) TO '{out}/own_people.parquet';
COPY (
    SELECT j, count(*) AS n FROM (SELECT DISTINCT p, owner // 20 AS j FROM met) GROUP BY j
) TO '{out}/provider_people.parquet';
COPY (
    SELECT j, count(*) AS n FROM (SELECT DISTINCT p, owner % 20 AS j FROM met) GROUP BY j
) TO '{out}/intervention_people.parquet';

-- The owners' signed counts N.
COPY (
    SELECT owner, g, s0 AS e, m, 487 * sum(share)::BIGINT - sum(share * r)::BIGINT AS a, sum(share * r)::BIGINT AS b
    FROM (SELECT owner, share, g, s0, months(d0::INT) AS m, rest(d0::INT) AS r FROM intervals) GROUP BY ALL
) TO '{out}/own_begin.parquet';
COPY (
    SELECT owner, g, e, m, 487 * sum(share)::BIGINT - sum(share * r)::BIGINT AS a, sum(share * r)::BIGINT AS b FROM (
        SELECT owner, share, g, CASE WHEN s1 <= 6 THEN s1 WHEN s1 = 7 THEN 7 + s0 ELSE s0 END AS e,
            CASE WHEN s1 = 9 THEN 48 ELSE months(d1::INT) END AS m, CASE WHEN s1 = 9 THEN 0 ELSE rest(d1::INT) END AS r
        FROM intervals WHERE s1 <> 8
    ) GROUP BY ALL
) TO '{out}/own_finish.parquet';

-- The credit of fifty groups of people at given potentials: i = (segment * 8 + state) * 49 + month, state 7 worth nothing.
CREATE TEMP TABLE potential AS SELECT * REPLACE (i::INT AS i) FROM read_parquet('{potential}');
COPY (
    SELECT k, owner, sum(share::BIGINT * ((487 - r1) * e.here_0 + r1 * e.next_0 - (487 - r0) * f.here_0 - r0 * f.next_0))::BIGINT AS c0,
        sum(share::BIGINT * ((487 - r1) * e.here_4 + r1 * e.next_4 - (487 - r0) * f.here_4 - r0 * f.next_4))::BIGINT AS c4
    FROM (
        SELECT k, owner, share, rest(d0::INT) AS r0, (g::INT * 8 + s0) * 49 + months(d0::INT) AS i0,
            CASE WHEN s1 = 9 THEN 0 ELSE rest(d1::INT) END AS r1,
            (g::INT * 8 + CASE WHEN s1 <= 6 THEN s1 WHEN s1 = 8 THEN 7 ELSE s0 END) * 49
                + CASE WHEN s1 = 9 THEN 48 ELSE months(d1::INT) END AS i1
        FROM intervals
    ) JOIN potential f ON f.i = i0 JOIN potential e ON e.i = i1 GROUP BY k, owner
) TO '{out}/credit_by_owner.parquet';
COPY (
    SELECT k, closed, g, s0,
        sum((487 - r1) * e.here_0 + r1 * e.next_0 - (487 - r0) * f.here_0 - r0 * f.next_0)::BIGINT AS c0,
        sum((487 - r1) * z.here_1 + r1 * z.next_1 - (487 - r0) * f.here_1 - r0 * f.next_1)::BIGINT AS c1,
        sum((487 - r1) * z.here_2 + r1 * z.next_2 - (487 - r0) * f.here_2 - r0 * f.next_2)::BIGINT AS c2,
        sum((487 - r1) * z.here_3 + r1 * z.next_3 - (487 - r0) * f.here_3 - r0 * f.next_3)::BIGINT AS c3,
        sum((487 - r1) * e.here_4 + r1 * e.next_4 - (487 - r0) * f.here_4 - r0 * f.next_4)::BIGINT AS c4
    FROM (
        SELECT k, closed, g, s0, rest(d0::INT) AS r0, r AS r1, (g::INT * 8 + s0) * 49 + months(d0::INT) AS i0,
            (g::INT * 8 + CASE WHEN s1 <= 6 THEN s1 WHEN s1 = 8 THEN 7 ELSE s0 END) * 49 + m AS i1,
            (g::INT * 8 + CASE WHEN s1 <= 6 THEN s1 WHEN s1 IN (7, 8) THEN 7 ELSE s0 END) * 49 + m AS i2
        FROM (
            SELECT k, closed, g, s0, s1, d0, CASE WHEN s1 = 9 THEN 48 ELSE months((pb >> 6) - day0) END AS m,
                CASE WHEN s1 = 9 THEN 0 ELSE rest((pb >> 6) - day0) END AS r
            FROM steps
        )
    ) JOIN potential f ON f.i = i0 JOIN potential e ON e.i = i1 JOIN potential z ON z.i = i2 GROUP BY k, closed, g, s0
) TO '{out}/credit_by_stretch.parquet';

-- Distance travelled: first and latest level by area, one row a person.
CREATE TEMP TABLE travelled AS
SELECT k, r.* FROM (
    SELECT person,
        min(CASE WHEN area = 'area_0' THEN v END) AS a0, max(CASE WHEN area = 'area_0' THEN v END) AS b0,
        min(CASE WHEN area = 'area_1' THEN v END) AS a1, max(CASE WHEN area = 'area_1' THEN v END) AS b1,
        min(CASE WHEN area = 'area_2' THEN v END) AS a2, max(CASE WHEN area = 'area_2' THEN v END) AS b2,
        min(CASE WHEN area = 'area_3' THEN v END) AS a3, max(CASE WHEN area = 'area_3' THEN v END) AS b3,
        min(CASE WHEN area = 'area_4' THEN v END) AS a4, max(CASE WHEN area = 'area_4' THEN v END) AS b4,
        min(CASE WHEN area = 'area_5' THEN v END) AS a5, max(CASE WHEN area = 'area_5' THEN v END) AS b5
    FROM (
        SELECT person, area, (("on" - DATE '1970-01-01') * 128 + level)::INT AS v
        FROM read_parquet('{ledger}/readings.parquet') WHERE "on" <= DATE '1970-01-01' + {snapshot}::INT
    ) GROUP BY person
) r JOIN persons USING (person);
COPY (
    SELECT 0 AS a, k, a0 & 127 AS first, b0 & 127 AS latest, a0 >> 7 = b0 >> 7 AS alone, count(*) AS n FROM travelled
    WHERE a0 IS NOT NULL GROUP BY ALL
    UNION ALL SELECT 1, k, a1 & 127, b1 & 127, a1 >> 7 = b1 >> 7, count(*) FROM travelled WHERE a1 IS NOT NULL GROUP BY ALL
    UNION ALL SELECT 2, k, a2 & 127, b2 & 127, a2 >> 7 = b2 >> 7, count(*) FROM travelled WHERE a2 IS NOT NULL GROUP BY ALL
    UNION ALL SELECT 3, k, a3 & 127, b3 & 127, a3 >> 7 = b3 >> 7, count(*) FROM travelled WHERE a3 IS NOT NULL GROUP BY ALL
    UNION ALL SELECT 4, k, a4 & 127, b4 & 127, a4 >> 7 = b4 >> 7, count(*) FROM travelled WHERE a4 IS NOT NULL GROUP BY ALL
    UNION ALL SELECT 5, k, a5 & 127, b5 & 127, a5 >> 7 = b5 >> 7, count(*) FROM travelled WHERE a5 IS NOT NULL GROUP BY ALL
) TO '{out}/distance.parquet';
