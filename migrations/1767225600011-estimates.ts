import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Estimates: values that nobody read, each with its method, what it was made of, its band, and who made it and why.
 *
 * They are kept apart from readings, because they are none: an estimate counts only where nothing was read, and gives way to a
 * reading the moment it comes, without anything being changed or deleted. An estimate that is made anew is a later version; the
 * last one counts. The policy `estimation` says what may be estimated; communities that are there already get what new ones
 * begin with.
 *
 * Lock risk: none for the table, it is new; row-level security of two small tables is not forced on their owner for the moment of the
 * insert, under a brief exclusive lock. Way back: `down` drops the table and the policy rows; estimates are lost.
 */
export class Estimates1767225600011 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE reading_estimate (
        community_id uuid NOT NULL,
        register_id uuid NOT NULL,
        at timestamptz NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        until timestamptz CHECK (until > at),
        value energy_amount NOT NULL CHECK (value >= 0),
        low energy_amount NOT NULL CHECK (low >= 0),
        high energy_amount NOT NULL,
        method text NOT NULL
          CHECK (method IN ('check-meter', 'node-balance', 'linear', 'like-day', 'last-year', 'average-day', 'comparable')),
        inputs jsonb NOT NULL CHECK (jsonb_typeof(inputs) = 'array'),
        reason short_text NOT NULL,
        made_by uuid NOT NULL,
        made_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, register_id, at, version),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id),
        FOREIGN KEY (community_id, made_by) REFERENCES person (community_id, id),
        CONSTRAINT reading_estimate_band CHECK (low <= value AND value <= high)
      );
      COMMENT ON TABLE reading_estimate IS 'values that were not read; the last version counts, and only where there is no reading';
      COMMENT ON COLUMN reading_estimate.until IS 'the end of an interval; empty for a register reading at an instant';
      COMMENT ON COLUMN reading_estimate.inputs IS 'what it was made of: name, from, to, value';
      CREATE INDEX reading_estimate_made_by ON reading_estimate (community_id, made_by);
      CALL protect('reading_estimate');
      CALL make_append_only('reading_estimate');

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'estimation', '[2000-01-01,)', '${firstTerms}', 'when estimation came'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'estimation');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE reading_estimate;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'estimation';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}

/** As a community began with them when this was written; what it begins with later is not this migration's business. */
const firstTerms = JSON.stringify({
  methods: {
    'check-meter': { allowed: true, maxGapHours: 8784 },
    'node-balance': { allowed: true, maxGapHours: 8784 },
    linear: { allowed: true, maxGapHours: 3 },
    'like-day': { allowed: true, maxGapHours: 744 },
    'last-year': { allowed: true, maxGapHours: 2208 },
    'average-day': { allowed: true, maxGapHours: 2208 },
    comparable: { allowed: true, maxGapHours: 8784 },
  },
  maxSharePercent: '25',
  maxMonths: 12,
});
