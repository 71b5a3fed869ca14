import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reminders of documents that are overdue.
 *
 * A row is one reminder of one document; those of one member that go together are one letter. Whoever reminds twice at once meets the row that
 * is there already: of a document there is each step once and three at most. What the domain says is said again here: nobody is reminded before
 * the day of a step, nor of more than the document asked for. Which steps there are is a policy, `reminders`.
 *
 * Lock risk: a short exclusive lock on `community_policy` while every community gets its steps. Way back: `down` drops the table; who was
 * reminded is then forgotten.
 */
export class Reminders1767225600054 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE reminder (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        letter_id uuid NOT NULL,
        member_id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        no integer NOT NULL CHECK (no BETWEEN 1 AND 3),
        step integer NOT NULL CHECK (step > 0),
        amount money_amount NOT NULL CHECK (amount > 0),
        paused money_amount NOT NULL CHECK (paused >= 0),
        sent_on date NOT NULL,
        sent_at timestamptz NOT NULL,
        sent_by uuid NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT reminder_in_order UNIQUE (community_id, invoice_id, no),
        CONSTRAINT reminder_once_per_step UNIQUE (community_id, invoice_id, step),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
        FOREIGN KEY (community_id, sent_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE reminder IS 'that a member was reminded of a document, and of how much';
      COMMENT ON COLUMN reminder.letter_id IS 'reminders that go together are one letter: what a mail is about';
      COMMENT ON COLUMN reminder.step IS 'so many days after the document was due';
      COMMENT ON COLUMN reminder.amount IS 'asked for, in the currency of the document';
      COMMENT ON COLUMN reminder.paused IS 'open too, and not asked for because it is questioned';
      CREATE INDEX reminder_letter ON reminder (community_id, letter_id);
      CREATE INDEX reminder_member ON reminder (community_id, member_id);
      CREATE INDEX reminder_sent_by ON reminder (community_id, sent_by);
      CALL protect('reminder');
      CALL make_append_only('reminder');

      CREATE FUNCTION reminder_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE document record; before reminder;
      BEGIN
        SELECT i.member_id, i.kind, i.number, i.due_on, i.gross INTO document FROM invoice i
          WHERE i.community_id = NEW.community_id AND i.id = NEW.invoice_id;
        IF NOT FOUND THEN RETURN NEW; END IF;
        IF document.member_id <> NEW.member_id OR document.kind = 'credit-note' THEN
          RAISE EXCEPTION 'invalid-input: nobody is reminded of % so', document.number;
        END IF;
        IF NEW.sent_on < document.due_on + NEW.step THEN
          RAISE EXCEPTION 'invalid-input: % was due on %; the step of % days has not come on %', document.number, document.due_on, NEW.step, NEW.sent_on;
        END IF;
        IF NEW.amount + NEW.paused > document.gross THEN
          RAISE EXCEPTION 'invalid-input: % asked for %, and not for % and %', document.number, document.gross, NEW.amount, NEW.paused;
        END IF;
        SELECT * INTO before FROM reminder r WHERE r.community_id = NEW.community_id AND r.invoice_id = NEW.invoice_id ORDER BY r.no DESC LIMIT 1;
        IF NEW.no > coalesce(before.no, 0) + 1 OR (NEW.no = before.no + 1 AND NEW.step <= before.step) THEN
          RAISE EXCEPTION 'invalid-input: reminder % of % does not follow the one before', NEW.no, document.number;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER is_due BEFORE INSERT ON reminder FOR EACH ROW EXECUTE FUNCTION reminder_is_due();

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'reminders', '[2000-01-01,)', '{"daysAfterDue": [3, 14, 28]}', 'when reminders came' FROM community c
      WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'reminders');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE reminder;
      DROP FUNCTION reminder_is_due;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'reminders';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}
