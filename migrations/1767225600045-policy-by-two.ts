import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What two people guard is not undone by one: the policy that asks for a second person behind versions of keys ends only by a proposal that
 * another person confirms. And runs that make no documents end: those that were issued without any are closed.
 *
 * Lock risk: a moment's exclusive lock on `community_policy` for its trigger. Way back: `down` drops table and trigger; runs stay closed.
 */
export class PolicyByTwo1767225600045 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE policy_proposal (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        name code_text NOT NULL CHECK (name = 'adoption'),
        since date NOT NULL,
        terms jsonb NOT NULL,
        decision text NOT NULL,
        proposed_by uuid NOT NULL,
        proposed_at timestamptz NOT NULL DEFAULT now(),
        confirmed_by uuid,
        confirmed_at timestamptz,
        policy_id uuid,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, proposed_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, confirmed_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, policy_id) REFERENCES community_policy (community_id, id),
        CONSTRAINT policy_proposal_four_eyes CHECK (confirmed_by <> proposed_by),
        CONSTRAINT policy_proposal_confirmed_whole CHECK (num_nonnulls(confirmed_by, confirmed_at, policy_id) IN (0, 3))
      );
      COMMENT ON TABLE policy_proposal IS 'what one person proposed to undo and another has to confirm';
      CREATE INDEX policy_proposal_proposed_by ON policy_proposal (community_id, proposed_by);
      CREATE INDEX policy_proposal_confirmed_by ON policy_proposal (community_id, confirmed_by);
      CREATE INDEX policy_proposal_policy ON policy_proposal (community_id, policy_id);
      CALL protect('policy_proposal');
      CREATE FUNCTION policy_proposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR OLD.policy_id IS NOT NULL
           OR to_jsonb(OLD) - '{confirmed_by,confirmed_at,policy_id}'::text[] <> to_jsonb(NEW) - '{confirmed_by,confirmed_at,policy_id}'::text[] THEN
          RAISE EXCEPTION 'append-only: a proposal is confirmed once and stays';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON policy_proposal FOR EACH ROW EXECUTE FUNCTION policy_proposal_stays();

      CREATE FUNCTION policy_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM community_policy p WHERE p.community_id = NEW.community_id AND p.name = NEW.name AND p.days << NEW.days
                     AND upper(p.days) = lower(NEW.days) AND p.terms ->> 'keys' = 'second-person')
           AND NOT EXISTS (SELECT FROM policy_proposal x WHERE x.community_id = NEW.community_id AND x.policy_id = NEW.id
                             AND x.since = lower(NEW.days) AND x.terms = NEW.terms) THEN
          RAISE EXCEPTION 'four-eyes: one person cannot undo what asks for a second one';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER takes_two AFTER INSERT OR UPDATE OF terms ON community_policy DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.name = 'adoption' AND NEW.terms ->> 'keys' <> 'second-person') EXECUTE FUNCTION policy_takes_two();

      ALTER TABLE billing_run NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY;
      UPDATE billing_run r SET status = 'closed' WHERE r.status = 'issued'
        AND NOT EXISTS (SELECT FROM invoice i WHERE i.community_id = r.community_id AND i.run_id = r.id);
      ALTER TABLE invoice FORCE ROW LEVEL SECURITY;
      ALTER TABLE billing_run FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TRIGGER takes_two ON community_policy;
      DROP TABLE policy_proposal;
      DROP FUNCTION policy_takes_two; DROP FUNCTION policy_proposal_stays;
    `);
  }
}
