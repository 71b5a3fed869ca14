import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Disputes: a member questions a line of an invoice, and the part in question is paused while the rest stays due.
 *
 * A dispute is what was asked and the steps that follow, which are only ever added. Its state is that of the last step; it stands in
 * the dispute's own row, so that two who decide at once meet there and the second is refused. What the domain says of steps is said again
 * here: which may follow which, and that nobody decides what it asked or decided before.
 *
 * Lock risk: a short exclusive lock on `community_policy` while every community gets its time limits. Way back: `down` drops the tables.
 */
export class Disputes1767225600029 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE dispute (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        line_no integer NOT NULL,
        member_id uuid NOT NULL,
        amount money_amount NOT NULL CHECK (amount > 0),
        state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'answered', 'decided', 'referred', 'withdrawn')),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, invoice_id, line_no) REFERENCES invoice_line (community_id, invoice_id, no),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id)
      );
      COMMENT ON COLUMN dispute.amount IS 'what is in question of the line, with its tax';
      COMMENT ON COLUMN dispute.state IS 'kind of the last step; the row that two who decide meet on';
      CREATE UNIQUE INDEX dispute_once_per_line ON dispute (community_id, invoice_id, line_no) WHERE state <> 'withdrawn';
      CREATE INDEX dispute_line ON dispute (community_id, invoice_id, line_no);
      CREATE INDEX dispute_member ON dispute (community_id, member_id);
      CALL protect('dispute');
      REVOKE UPDATE, DELETE, TRUNCATE ON dispute FROM commonmeter_app;
      GRANT UPDATE (state) ON dispute TO commonmeter_app;

      CREATE TABLE dispute_step (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        dispute_id uuid NOT NULL,
        no integer NOT NULL CHECK (no > 0),
        kind text NOT NULL CHECK (kind IN ('asked', 'answered', 'decided', 'referred', 'withdrawn')),
        taken_on date NOT NULL,
        taken_at timestamptz NOT NULL,
        taken_by uuid NOT NULL,
        text text NOT NULL CHECK (length(text) <= 2000),
        outcome text CHECK (outcome IN ('upheld', 'partly', 'rejected')),
        remedy_id uuid,
        PRIMARY KEY (community_id, id),
        CONSTRAINT dispute_step_in_order UNIQUE (community_id, dispute_id, no),
        FOREIGN KEY (community_id, dispute_id) REFERENCES dispute (community_id, id),
        FOREIGN KEY (community_id, taken_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, remedy_id) REFERENCES invoice (community_id, id),
        CONSTRAINT dispute_step_begins CHECK ((no = 1) = (kind = 'asked')),
        CONSTRAINT dispute_decision_says_what CHECK ((kind = 'decided') = (outcome IS NOT NULL)),
        CONSTRAINT dispute_remedy_of_decision CHECK (remedy_id IS NULL OR outcome IN ('upheld', 'partly'))
      );
      COMMENT ON COLUMN dispute_step.remedy_id IS 'the credit note or the corrected invoice that follows from the decision';
      CREATE INDEX dispute_step_taken_by ON dispute_step (community_id, taken_by);
      CREATE INDEX dispute_step_remedy ON dispute_step (community_id, remedy_id);
      CALL protect('dispute_step');
      CALL make_append_only('dispute_step');

      -- Only what a member was charged can be questioned, by that member, and no more than the line with its tax.
      CREATE FUNCTION dispute_is_of_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE line record;
      BEGIN
        SELECT i.member_id, i.kind, i.number, l.net, round(l.net * (1 + l.tax_rate), CASE i.currency WHEN 'JPY' THEN 0 ELSE 2 END) AS gross INTO line FROM invoice_line l
          JOIN invoice i ON i.community_id = l.community_id AND i.id = l.invoice_id
          WHERE l.community_id = NEW.community_id AND l.invoice_id = NEW.invoice_id AND l.no = NEW.line_no;
        IF FOUND AND (line.member_id <> NEW.member_id OR line.kind = 'credit-note' OR line.net <= 0 OR NEW.amount > line.gross) THEN
          RAISE EXCEPTION 'invalid-input: line % of % cannot be questioned with %', NEW.line_no, line.number, NEW.amount;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER of_its_line BEFORE INSERT ON dispute FOR EACH ROW EXECUTE FUNCTION dispute_is_of_its_line();

      CREATE FUNCTION dispute_steps_on() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE before dispute_step; decisions integer; follows boolean;
      BEGIN
        -- Locked from here to the end of the transaction.
        UPDATE dispute SET state = NEW.kind WHERE community_id = NEW.community_id AND id = NEW.dispute_id;
        SELECT * INTO before FROM dispute_step WHERE community_id = NEW.community_id AND dispute_id = NEW.dispute_id ORDER BY no DESC LIMIT 1;
        SELECT count(*) INTO decisions FROM dispute_step
          WHERE community_id = NEW.community_id AND dispute_id = NEW.dispute_id AND kind = 'decided';
        follows := CASE coalesce(before.kind, '')
          WHEN '' THEN NEW.kind = 'asked'
          WHEN 'asked' THEN NEW.kind IN ('answered', 'decided', 'withdrawn')
          WHEN 'answered' THEN NEW.kind IN ('answered', 'decided', 'withdrawn')
          WHEN 'decided' THEN NEW.kind = 'referred' AND decisions = 1
          WHEN 'referred' THEN NEW.kind IN ('decided', 'withdrawn')
          ELSE false END;
        IF NOT follows OR NEW.no <> coalesce(before.no, 0) + 1 THEN
          RAISE EXCEPTION 'already-decided: % does not follow % here', NEW.kind, coalesce(before.kind, 'nothing');
        END IF;
        IF NEW.kind = 'decided' AND EXISTS (SELECT FROM dispute_step WHERE community_id = NEW.community_id
            AND dispute_id = NEW.dispute_id AND kind IN ('asked', 'decided') AND taken_by = NEW.taken_by) THEN
          RAISE EXCEPTION 'four-eyes: a dispute is decided by somebody who neither asked nor decided before';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER steps_on BEFORE INSERT ON dispute_step FOR EACH ROW EXECUTE FUNCTION dispute_steps_on();

      CREATE FUNCTION dispute_state_is_last_step() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE last text; stands text;
      BEGIN
        SELECT state INTO stands FROM dispute WHERE community_id = NEW.community_id AND id = NEW.id;
        SELECT kind INTO last FROM dispute_step WHERE community_id = NEW.community_id AND dispute_id = NEW.id ORDER BY no DESC LIMIT 1;
        IF stands IS DISTINCT FROM last THEN
          RAISE EXCEPTION 'conflict: the dispute stands at %, its last step is %', stands, coalesce(last, 'missing');
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER state_is_last_step AFTER INSERT OR UPDATE ON dispute DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION dispute_state_is_last_step();

      CREATE VIEW questioned_part WITH (security_invoker = true) AS
        SELECT d.community_id, d.member_id, i.number, sum(d.amount) AS amount
        FROM dispute d JOIN invoice i ON i.community_id = d.community_id AND i.id = d.invoice_id
        WHERE d.state IN ('asked', 'answered', 'referred') GROUP BY d.community_id, d.member_id, i.number;
      COMMENT ON VIEW questioned_part IS 'what is in question of an invoice, and therefore paused as far as it is open';
      GRANT SELECT ON questioned_part TO commonmeter_app;

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'disputes', '[2000-01-01,)', '{"answerDays": 14, "decideDays": 28, "referDays": 21}', 'when disputes came'
      FROM community c
      WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'disputes');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP VIEW questioned_part;
      DROP TABLE dispute_step, dispute;
      DROP FUNCTION dispute_state_is_last_step; DROP FUNCTION dispute_steps_on; DROP FUNCTION dispute_is_of_its_line;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'disputes';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}
