import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys by two people: a version that one person enters is a proposal, until another confirms it.
 *
 * A proposal is a row of its own and no version, so that nothing that reads versions can meet it. It is decided once. Where the policy
 * `adoption` asks for a second person on the day, a version stands at the end of its transaction only with a confirmed proposal behind it
 * that says the same; the day is the database's. Which version came of a proposal is said in the transaction that makes both, never later.
 *
 * Lock risk: a moment's lock on `key_version` for its trigger; the table is new. Way back: `down` drops table and triggers; versions
 * stay. Communities whose policy is `second-person` have to choose another first.
 */
export class KeyProposals1767225600033 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE key_proposal (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        key_id uuid NOT NULL,
        days civil_days NOT NULL,
        terms jsonb NOT NULL,
        adopted_by short_text NOT NULL,
        adopted_on date NOT NULL,
        decision short_text NOT NULL,
        votes_for integer CHECK (votes_for >= 0),
        votes_against integer CHECK (votes_against >= 0),
        votes_abstained integer CHECK (votes_abstained >= 0),
        proposed_by uuid NOT NULL,
        proposed_at timestamptz NOT NULL,
        outcome text CHECK (outcome IN ('confirmed', 'refused', 'withdrawn')),
        decided_by uuid,
        decided_at timestamptz,
        reason short_text,
        version_id uuid,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, key_id) REFERENCES apportionment_key (community_id, id),
        FOREIGN KEY (community_id, proposed_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, version_id) REFERENCES key_version (community_id, id),
        CONSTRAINT key_proposal_one_version UNIQUE (community_id, version_id),
        CONSTRAINT key_proposal_vote_carried CHECK (num_nonnulls(votes_for, votes_against, votes_abstained) IN (0, 3) AND votes_for > votes_against),
        CONSTRAINT key_proposal_decision_is_whole CHECK (num_nonnulls(outcome, decided_by, decided_at) IN (0, 3)),
        CONSTRAINT key_proposal_two_people CHECK ((outcome = 'withdrawn') = (decided_by = proposed_by)),
        CONSTRAINT key_proposal_says_why CHECK ((outcome IS NOT DISTINCT FROM 'refused') = (reason IS NOT NULL)),
        CONSTRAINT key_proposal_makes_a_version CHECK ((outcome IS NOT DISTINCT FROM 'confirmed') = (version_id IS NOT NULL))
      );
      COMMENT ON TABLE key_proposal IS 'what one person entered as a version of a key; in force nowhere until a second person confirms it';
      COMMENT ON COLUMN key_proposal.version_id IS 'the version that it became when it was confirmed';
      CREATE INDEX key_proposal_key ON key_proposal (community_id, key_id);
      CREATE INDEX key_proposal_proposed_by ON key_proposal (community_id, proposed_by);
      CREATE INDEX key_proposal_decided_by ON key_proposal (community_id, decided_by);
      CALL protect('key_proposal');
      REVOKE UPDATE, DELETE, TRUNCATE ON key_proposal FROM commonmeter_app;
      GRANT UPDATE (outcome, decided_by, decided_at, reason, version_id) ON key_proposal TO commonmeter_app;

      CREATE FUNCTION key_proposal_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE decision text[] := '{outcome,decided_by,decided_at,reason,version_id}'; made key_version;
      BEGIN
        IF TG_OP = 'INSERT' THEN
          IF NEW.outcome IS NOT NULL THEN
            RAISE EXCEPTION 'four-eyes: a proposal is decided after it was made';
          END IF;
          RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' OR OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
           OR (to_jsonb(OLD) - decision) IS DISTINCT FROM (to_jsonb(NEW) - decision) THEN
          RAISE EXCEPTION 'append-only: a proposal is decided once, and what it says never changes';
        END IF;
        IF NEW.version_id IS NOT NULL THEN
          SELECT * INTO made FROM key_version WHERE community_id = NEW.community_id AND id = NEW.version_id;
          -- Both of one transaction: nobody puts two people behind a version that stood before.
          IF FOUND AND (made.created_at <> now() OR (made.key_id, made.days, made.terms, made.adopted_by, made.adopted_on, made.decision)
               IS DISTINCT FROM (NEW.key_id, NEW.days, NEW.terms, NEW.adopted_by, NEW.adopted_on, NEW.decision)) THEN
            RAISE EXCEPTION 'key-not-adopted: the version is not the one that was proposed';
          END IF;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER decided_once BEFORE INSERT OR UPDATE OR DELETE ON key_proposal
        FOR EACH ROW EXECUTE FUNCTION key_proposal_is_decided_once();

      CREATE FUNCTION key_version_has_two_people() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM community_policy y JOIN community c ON c.id = y.community_id
             WHERE y.community_id = NEW.community_id AND y.name = 'adoption' AND y.terms ->> 'keys' = 'second-person'
               AND y.days @> (now() AT TIME ZONE c.zone)::date)
           AND NOT EXISTS (SELECT FROM key_proposal p WHERE p.community_id = NEW.community_id AND p.version_id = NEW.id AND p.outcome = 'confirmed') THEN
          RAISE EXCEPTION 'key-not-adopted: this community adopts keys by two people; propose the version and let another person confirm it';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER two_people AFTER INSERT ON key_version DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION key_version_has_two_people();
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TRIGGER two_people ON key_version;
      DROP FUNCTION key_version_has_two_people;
      DROP TABLE key_proposal;
      DROP FUNCTION key_proposal_is_decided_once;
    `);
  }
}
