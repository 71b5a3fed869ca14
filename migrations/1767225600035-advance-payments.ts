import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Advance payments: what was agreed a month, what was asked, and what of it was set off on which invoice (ADR 0025).
 *
 * Plans of an occupancy never hold on the same day. An advance payment is asked by a document of its own, which no run made: run_id of an
 * invoice may be null, for these and for the credit notes that take them back. What is set off is added to the advance payment in the
 * same statement that writes the set-off, under a lock of its row, and never comes to more than was asked or less than nothing; a set-off
 * is taken back only by the credit note of its invoice, to the coin.
 *
 * Lock risk: an exclusive lock on invoice, invoice_line, journal_entry and posting while their checks are made anew; it reads them once.
 * Way back: `down` drops the tables; it fails where an advance payment was asked, because documents are not deleted.
 */
const kinds = `'cost-accrued', 'costs-shared', 'invoice-issued', 'credit-note-issued', 'payment-received', 'payment-reversed'`;
const accounts = `'receivable', 'supplier-clearing', 'supplier-payable', 'tax-output', 'tax-input', 'common-cost', 'vacant-cost', 'held',
  'own-income', 'bank', 'funds-receivable'`;
const firstTerms = `{"rule": "by-month", "step": "1.00", "stepRounding": "up"}`;

export class AdvancePayments1767225600035 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE advance_plan (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        occupancy_id uuid NOT NULL,
        days civil_days NOT NULL,
        amount money_amount NOT NULL CHECK (amount >= 0),
        tax_code code_text NOT NULL,
        agreed_by short_text NOT NULL,
        agreed_on date NOT NULL,
        note text NOT NULL DEFAULT '',
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, occupancy_id) REFERENCES occupancy (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id),
        CONSTRAINT advance_plan_no_overlap EXCLUDE USING gist (community_id WITH =, occupancy_id WITH =, days WITH &&)
      );
      COMMENT ON COLUMN advance_plan.amount IS 'a month, without tax where the community charges it; nothing ends the payments';
      CREATE INDEX advance_plan_created_by ON advance_plan (community_id, created_by);
      CALL protect('advance_plan');
      CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON advance_plan FOR EACH ROW EXECUTE FUNCTION version_only_ends();

      ALTER TABLE invoice ALTER COLUMN run_id DROP NOT NULL;
      ALTER TABLE invoice DROP CONSTRAINT invoice_kind_check;
      ALTER TABLE invoice ADD CONSTRAINT invoice_kind_check CHECK (kind IN ('invoice', 'credit-note', 'advance'));
      ALTER TABLE invoice ADD CONSTRAINT invoice_of_a_run CHECK (kind = 'credit-note' OR (kind = 'advance') = (run_id IS NULL));
      ALTER TABLE invoice_line ALTER COLUMN cost_no DROP NOT NULL;

      CREATE TABLE advance (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        occupancy_id uuid NOT NULL,
        month date NOT NULL CHECK (month = date_trunc('month', month)),
        attempt integer NOT NULL CHECK (attempt > 0),
        days civil_days NOT NULL CHECK (NOT upper_inf(days)),
        net money_amount NOT NULL CHECK (net > 0),
        tax money_amount NOT NULL CHECK (tax >= 0),
        net_off money_amount NOT NULL DEFAULT 0,
        tax_off money_amount NOT NULL DEFAULT 0,
        PRIMARY KEY (community_id, id),
        CONSTRAINT advance_of_invoice UNIQUE (community_id, invoice_id),
        CONSTRAINT advance_once UNIQUE (community_id, occupancy_id, month, attempt),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
        FOREIGN KEY (community_id, occupancy_id) REFERENCES occupancy (community_id, id),
        CONSTRAINT advance_within_asked CHECK (net_off BETWEEN 0 AND net AND tax_off BETWEEN 0 AND tax)
      );
      COMMENT ON COLUMN advance.attempt IS 'asked again after the one before was taken back';
      COMMENT ON COLUMN advance.net_off IS 'set off on invoices; kept by the set-offs, never by hand';
      CALL protect('advance');

      CREATE TABLE advance_set_off (
        community_id uuid NOT NULL,
        advance_id uuid NOT NULL,
        document_id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        net money_amount NOT NULL,
        tax money_amount NOT NULL,
        PRIMARY KEY (community_id, advance_id, document_id),
        FOREIGN KEY (community_id, advance_id) REFERENCES advance (community_id, id),
        FOREIGN KEY (community_id, document_id) REFERENCES invoice (community_id, id),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
        CONSTRAINT advance_set_off_is_something CHECK (net <> 0 OR tax <> 0),
        CONSTRAINT advance_set_off_sign CHECK (CASE WHEN document_id = invoice_id THEN net >= 0 AND tax >= 0 ELSE net <= 0 AND tax <= 0 END)
      );
      COMMENT ON TABLE advance_set_off IS 'what of an advance payment was set off on an invoice; below zero where the credit note of the invoice frees it';
      CREATE INDEX advance_set_off_document ON advance_set_off (community_id, document_id);
      CREATE INDEX advance_set_off_invoice ON advance_set_off (community_id, invoice_id);
      CALL protect('advance_set_off');
      CALL make_append_only('advance_set_off');

      CREATE FUNCTION advance_sets_off() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE asked record; document record; first record; BEGIN
        -- The row is locked from here to the end of the transaction.
        UPDATE advance SET net_off = net_off + NEW.net, tax_off = tax_off + NEW.tax
          WHERE community_id = NEW.community_id AND id = NEW.advance_id RETURNING * INTO asked;
        SELECT kind, credits_id, member_id INTO document FROM invoice WHERE community_id = NEW.community_id AND id = NEW.document_id;
        IF document.member_id <> (SELECT member_id FROM invoice WHERE community_id = NEW.community_id AND id = asked.invoice_id) THEN
          RAISE EXCEPTION 'conflict: an advance payment is set off for the member who was asked for it';
        END IF;
        IF NEW.document_id = NEW.invoice_id THEN
          IF document.kind <> 'invoice' THEN RAISE EXCEPTION 'conflict: advance payments are set off on invoices'; END IF;
          IF EXISTS (SELECT FROM invoice WHERE community_id = NEW.community_id AND credits_id = asked.invoice_id) THEN
            RAISE EXCEPTION 'conflict: an advance payment that was taken back is not set off';
          END IF;
          RETURN NEW;
        END IF;
        SELECT net, tax INTO first FROM advance_set_off
          WHERE community_id = NEW.community_id AND advance_id = NEW.advance_id AND document_id = NEW.invoice_id;
        IF document.credits_id IS DISTINCT FROM NEW.invoice_id OR first.net IS DISTINCT FROM -NEW.net OR first.tax IS DISTINCT FROM -NEW.tax THEN
          RAISE EXCEPTION 'conflict: an advance payment is freed by the credit note of its invoice, as it was set off';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER sets_off BEFORE INSERT ON advance_set_off FOR EACH ROW EXECUTE FUNCTION advance_sets_off();

      CREATE FUNCTION advance_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE off record; stands record; BEGIN
        SELECT coalesce(sum(net), 0) AS net, coalesce(sum(tax), 0) AS tax INTO off FROM advance_set_off
          WHERE community_id = NEW.community_id AND advance_id = NEW.id;
        SELECT a.net_off, a.tax_off, i.kind, i.net = a.net AND i.tax = a.tax AS fits INTO stands
          FROM advance a JOIN invoice i ON i.community_id = a.community_id AND i.id = a.invoice_id
          WHERE a.community_id = NEW.community_id AND a.id = NEW.id;
        IF stands.net_off <> off.net OR stands.tax_off <> off.tax THEN
          RAISE EXCEPTION 'lines-do-not-add-up: an advance payment says that % were set off, its set-offs come to %', stands.net_off, off.net;
        END IF;
        IF stands.kind <> 'advance' OR NOT stands.fits THEN
          RAISE EXCEPTION 'lines-do-not-add-up: an advance payment is not what its document asks for';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT OR UPDATE ON advance DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION advance_adds_up();

      CREATE FUNCTION advance_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - '{net_off,tax_off}'::text[]) <> (to_jsonb(NEW) - '{net_off,tax_off}'::text[]) THEN
          RAISE EXCEPTION 'append-only: an advance payment that was asked stays; take its document back';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON advance FOR EACH ROW EXECUTE FUNCTION advance_stays();

      -- A document that was set off is taken back only after the invoice that set it off.
      CREATE FUNCTION advance_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE had numeric; BEGIN
        -- Locked also where nothing was set off: whoever sets it off at this moment waits, and then sees the credit note.
        SELECT net_off + tax_off INTO had FROM advance WHERE community_id = NEW.community_id AND invoice_id = NEW.credits_id FOR UPDATE;
        IF had > 0 THEN
          RAISE EXCEPTION 'conflict: this advance payment was set off; take back the invoice that did it first';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER advance_taken_back AFTER INSERT ON invoice DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW WHEN (NEW.kind = 'credit-note') EXECUTE FUNCTION advance_taken_back();

      -- Every advance document is an advance payment that can be set off.
      CREATE FUNCTION advance_is_known() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM advance WHERE community_id = NEW.community_id AND invoice_id = NEW.id) THEN
          RAISE EXCEPTION 'lines-do-not-add-up: % asks for an advance payment that is not written down', NEW.number;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER advance_is_known AFTER INSERT ON invoice DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.kind = 'advance') EXECUTE FUNCTION advance_is_known();

      ALTER TABLE journal_entry DROP CONSTRAINT journal_entry_kind_check;
      ALTER TABLE journal_entry ADD CONSTRAINT journal_entry_kind_check
        CHECK (kind IN (${kinds}, 'advance-asked', 'advances-set-off', 'advances-freed'));
      ALTER TABLE posting DROP CONSTRAINT posting_account_check;
      ALTER TABLE posting ADD CONSTRAINT posting_account_check CHECK (account IN (${accounts}, 'members-advances'));

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'advances', '[2000-01-01,)', '${firstTerms}', 'when advance payments came'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'advances');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'advances';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE posting DROP CONSTRAINT posting_account_check;
      ALTER TABLE posting ADD CONSTRAINT posting_account_check CHECK (account IN (${accounts}));
      ALTER TABLE journal_entry DROP CONSTRAINT journal_entry_kind_check;
      ALTER TABLE journal_entry ADD CONSTRAINT journal_entry_kind_check CHECK (kind IN (${kinds}));
      DROP TRIGGER advance_taken_back ON invoice;
      DROP TRIGGER advance_is_known ON invoice;
      DROP TABLE advance_set_off, advance, advance_plan;
      DROP FUNCTION advance_is_known; DROP FUNCTION advance_taken_back; DROP FUNCTION advance_stays; DROP FUNCTION advance_adds_up;
      DROP FUNCTION advance_sets_off;
      ALTER TABLE invoice_line ALTER COLUMN cost_no SET NOT NULL;
      ALTER TABLE invoice DROP CONSTRAINT invoice_of_a_run, DROP CONSTRAINT invoice_kind_check;
      ALTER TABLE invoice ADD CONSTRAINT invoice_kind_check CHECK (kind IN ('invoice', 'credit-note'));
      ALTER TABLE invoice ALTER COLUMN run_id SET NOT NULL;
    `);
  }
}
