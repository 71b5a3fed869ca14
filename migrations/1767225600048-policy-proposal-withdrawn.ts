import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever proposed a policy may take it back: it then stays as it was proposed, with when that was, and nobody confirms it any more.
 *
 * Lock risk: a moment's exclusive lock on policy_proposal, which holds a handful of rows. Way back: `down` refuses where one was withdrawn,
 * because without the column it could be confirmed again.
 */
export class PolicyProposalWithdrawn1767225600048 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE policy_proposal ADD COLUMN withdrawn_by uuid, ADD COLUMN withdrawn_at timestamptz;
      ALTER TABLE policy_proposal
        ADD CONSTRAINT policy_proposal_withdrawn_whole CHECK (num_nonnulls(withdrawn_by, withdrawn_at) IN (0, 2)),
        ADD CONSTRAINT policy_proposal_withdrawn_by_proposer CHECK (withdrawn_by = proposed_by),
        ADD CONSTRAINT policy_proposal_one_end CHECK (withdrawn_at IS NULL OR policy_id IS NULL);
      COMMENT ON COLUMN policy_proposal.withdrawn_at IS 'when its proposer took it back; null while it waits, and where it was confirmed';

      CREATE OR REPLACE FUNCTION policy_proposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR OLD.policy_id IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
           OR to_jsonb(OLD) - '{confirmed_by,confirmed_at,policy_id,withdrawn_by,withdrawn_at}'::text[]
              <> to_jsonb(NEW) - '{confirmed_by,confirmed_at,policy_id,withdrawn_by,withdrawn_at}'::text[] THEN
          RAISE EXCEPTION 'append-only: a proposal is confirmed or withdrawn once and stays';
        END IF;
        RETURN NEW;
      END $$;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DO $$ BEGIN
        ALTER TABLE policy_proposal NO FORCE ROW LEVEL SECURITY;
        IF EXISTS (SELECT FROM policy_proposal WHERE withdrawn_at IS NOT NULL) THEN
          RAISE EXCEPTION 'A proposal was withdrawn; it would be open again.';
        END IF;
        ALTER TABLE policy_proposal FORCE ROW LEVEL SECURITY;
      END $$;
      CREATE OR REPLACE FUNCTION policy_proposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR OLD.policy_id IS NOT NULL
           OR to_jsonb(OLD) - '{confirmed_by,confirmed_at,policy_id}'::text[] <> to_jsonb(NEW) - '{confirmed_by,confirmed_at,policy_id}'::text[] THEN
          RAISE EXCEPTION 'append-only: a proposal is confirmed once and stays';
        END IF;
        RETURN NEW;
      END $$;
      ALTER TABLE policy_proposal DROP COLUMN withdrawn_by, DROP COLUMN withdrawn_at;
    `);
  }
}
