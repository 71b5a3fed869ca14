import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys that allot what is made on a site.
 *
 * The agreed coefficients of every hour come to exactly 1, and every hour of the day has one table of them, whoever writes the row: a
 * coefficient that is nobody's would be energy that is nobody's.
 *
 * Lock risk: a moment's exclusive lock on `key_version`, and a scan of it; a key has few versions.
 * Way back: `down` drops the check; versions of the kind stay, and are not understood by an older service.
 */
export class GenerationKeys1767225600032 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE FUNCTION generation_is_whole(terms jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE
          WHEN terms->>'kind' IS DISTINCT FROM 'generation' THEN true
          WHEN terms->'allotment'->>'kind' IN ('dynamic', 'priority') THEN true
          WHEN terms->'allotment'->>'kind' IN ('static', 'hybrid') THEN coalesce((
            SELECT bool_and(coalesce((
                SELECT sum((one->>'part')::numeric) = 1 AND min((one->>'part')::numeric) >= 0
                FROM jsonb_array_elements(t->'parts') AS one), false))
            FROM jsonb_array_elements(terms->'allotment'->'tables') AS t), false)
            AND coalesce((
              SELECT array_agg(hour::integer ORDER BY hour::integer)
              FROM jsonb_array_elements(terms->'allotment'->'tables') AS t, jsonb_array_elements_text(t->'hours') AS hour)
              = ARRAY(SELECT generate_series(0, 23)), false)
          ELSE false
        END $$;
      ALTER TABLE key_version ADD CONSTRAINT key_version_generation_whole CHECK (generation_is_whole(terms));
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE key_version DROP CONSTRAINT key_version_generation_whole;
      DROP FUNCTION generation_is_whole;
    `);
  }
}
