import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The journal in double entry, payments, and the last gate of a run: it is issued only when every coin of it was shared, invoiced
 * and cleared.
 *
 * Postings of an entry come to zero at every commit. Balances are a view; nothing caches them.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class Ledger1767225600007 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE payment (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        member_id uuid NOT NULL,
        received_on date NOT NULL,
        amount money_amount NOT NULL CHECK (amount > 0),
        currency text NOT NULL,
        method short_text NOT NULL,
        reference text NOT NULL DEFAULT '',
        reverses_id uuid,
        reason text,
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, reverses_id) REFERENCES payment (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id),
        CONSTRAINT payment_reversal_has_reason CHECK ((reverses_id IS NULL) = (reason IS NULL))
      );
      CREATE UNIQUE INDEX payment_reversed_once ON payment (community_id, reverses_id) WHERE reverses_id IS NOT NULL;
      CREATE INDEX payment_reverses ON payment (community_id, reverses_id);
      CREATE INDEX payment_member ON payment (community_id, member_id);
      CREATE INDEX payment_created_by ON payment (community_id, created_by);
      CALL protect('payment');
      CALL make_append_only('payment');

      CREATE TABLE journal_entry (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('cost-accrued', 'costs-shared', 'invoice-issued', 'credit-note-issued',
          'payment-received', 'payment-reversed')),
        source short_text NOT NULL,
        run_id uuid,
        posted_on date NOT NULL,
        text short_text NOT NULL,
        currency text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT journal_entry_once UNIQUE (community_id, kind, source),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id)
      );
      CREATE INDEX journal_entry_run ON journal_entry (community_id, run_id);
      CALL protect('journal_entry');
      CALL make_append_only('journal_entry');

      CREATE TABLE posting (
        community_id uuid NOT NULL,
        entry_id uuid NOT NULL,
        no integer NOT NULL,
        account text NOT NULL CHECK (account IN ('receivable', 'supplier-clearing', 'supplier-payable', 'tax-output', 'tax-input',
          'common-cost', 'vacant-cost', 'held', 'own-income', 'bank')),
        member_id uuid,
        amount money_amount NOT NULL CHECK (amount <> 0),
        PRIMARY KEY (community_id, entry_id, no),
        FOREIGN KEY (community_id, entry_id) REFERENCES journal_entry (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        CONSTRAINT posting_receivable_names_member CHECK ((account = 'receivable') = (member_id IS NOT NULL))
      );
      COMMENT ON COLUMN posting.amount IS 'debit positive, credit negative';
      CREATE INDEX posting_account ON posting (community_id, account, member_id);
      CREATE INDEX posting_member ON posting (community_id, member_id);
      CALL protect('posting');
      CALL make_append_only('posting');

      CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE total numeric;
      BEGIN
        SELECT sum(amount) INTO total FROM posting WHERE community_id = NEW.community_id AND entry_id = NEW.id;
        IF total IS DISTINCT FROM 0 THEN
          RAISE EXCEPTION 'postings-do-not-balance: the postings of "%" come to %', NEW.text, coalesce(total::text, 'nothing');
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION entry_balances();
      CREATE FUNCTION postings_balance() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        SELECT t.entry_id INTO bad FROM (SELECT DISTINCT community_id, entry_id FROM touched) t
          WHERE (SELECT sum(p.amount) FROM posting p WHERE p.community_id = t.community_id AND p.entry_id = t.entry_id) <> 0 LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'postings-do-not-balance: entry % does not come to zero', bad.entry_id; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER balance AFTER INSERT ON posting REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION postings_balance();

      -- An issued run has shared every coin, invoiced every share that names a member, and left nothing in clearing.
      CREATE FUNCTION run_reconciles() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE gap record;
      BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' THEN RETURN NULL; END IF;
        SELECT c.no, c.amount INTO gap FROM run_cost c WHERE c.community_id = NEW.community_id AND c.run_id = NEW.id
          AND c.amount <> (SELECT coalesce(sum(s.amount), 0) FROM run_share s
                           WHERE s.community_id = c.community_id AND s.run_id = c.run_id AND s.cost_no = c.no) LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'shares-do-not-add-up: cost % of % is not wholly shared', gap.no, gap.amount; END IF;

        SELECT coalesce(s.total, 0) AS shared, coalesce(i.total, 0) AS invoiced INTO gap
          FROM (SELECT sum(amount) AS total FROM run_share WHERE community_id = NEW.community_id AND run_id = NEW.id AND member_id IS NOT NULL) s,
               (SELECT sum(net) AS total FROM invoice WHERE community_id = NEW.community_id AND run_id = NEW.id AND kind = 'invoice') i;
        IF gap.shared <> gap.invoiced THEN
          RAISE EXCEPTION 'lines-do-not-add-up: members'' shares come to %, their invoices to %', gap.shared, gap.invoiced;
        END IF;

        SELECT coalesce(sum(p.amount), 0) AS total INTO gap FROM journal_entry e
          JOIN posting p ON p.community_id = e.community_id AND p.entry_id = e.id
          WHERE e.community_id = NEW.community_id AND e.run_id = NEW.id AND p.account = 'supplier-clearing';
        IF gap.total <> 0 THEN RAISE EXCEPTION 'postings-do-not-balance: clearing of the run is left with %', gap.total; END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER reconciles AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION run_reconciles();

      CREATE VIEW account_balance WITH (security_invoker = true) AS
        SELECT p.community_id, p.account, p.member_id, e.currency, sum(p.amount) AS balance, count(*) AS postings
        FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
        GROUP BY p.community_id, p.account, p.member_id, e.currency;
      GRANT SELECT ON account_balance TO commonmeter_app;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP VIEW account_balance;
      DROP TRIGGER reconciles ON billing_run;
      DROP FUNCTION run_reconciles;
      DROP TABLE posting, journal_entry, payment;
      DROP FUNCTION postings_balance; DROP FUNCTION entry_balances;
    `);
  }
}
