import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The sealed sums of issued runs (ADR 0028, 0029): for each run one text with a list of envelopes for each cost and each use that was
 * shared, the same for all members, and for each member apart what opens its own envelopes.
 *
 * The record seals the hash of the lists with the run. Both tables are written once: whoever could change a list could show each member
 * another.
 *
 * Lock risk: none, new tables only. Way back: `down` drops them; the next process that takes runs into the record makes sums of its own.
 */
export class SealedSums1767225600031 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE run_sum (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        run_id uuid NOT NULL,
        members integer NOT NULL CHECK (members >= 3),
        lists text NOT NULL CHECK (lists LIKE '[%]'),
        made_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT run_sum_once UNIQUE (community_id, run_id),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id)
      );
      COMMENT ON TABLE run_sum IS 'sealed sums of an issued run, in canonical form, as every member gets them';
      CALL protect('run_sum');
      CALL make_append_only('run_sum');

      CREATE TABLE run_sum_opening (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        member_id uuid NOT NULL,
        openings text NOT NULL CHECK (openings LIKE '[%]'),
        PRIMARY KEY (community_id, run_id, member_id),
        FOREIGN KEY (community_id, run_id) REFERENCES run_sum (community_id, run_id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id)
      );
      COMMENT ON TABLE run_sum_opening IS 'what opens the envelopes of one member, for that member alone';
      CREATE INDEX run_sum_opening_member ON run_sum_opening (community_id, member_id);
      CALL protect('run_sum_opening');
      CALL make_append_only('run_sum_opening');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE run_sum_opening, run_sum');
  }
}
