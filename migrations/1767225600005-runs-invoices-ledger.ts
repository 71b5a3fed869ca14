import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Billing runs, invoices and the journal: where the central promise is kept.
 *
 * For every cost of every run the shares add up to the amount exactly: checked when shares are written (per statement, over
 * exactly the costs it touched) and again for each cost at commit. The same pair guards invoice lines and postings. One
 * check per parent keeps a run of thousands of shares fast; a deferred row trigger on the child would repeat it per row.
 *
 * A figure of a run is frozen from its approval on. Invoice numbers have no gap: a number refers to the one before it.
 * Two live runs cannot overlap for a site. Proposer and approver are two people.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class RunsInvoicesLedger1767225600005 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE billing_run (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        days civil_days NOT NULL CHECK (NOT upper_inf(days)),
        currency text NOT NULL,
        status text NOT NULL DEFAULT 'open'
          CHECK (status IN ('open', 'validated', 'previewed', 'approved', 'issued', 'closed', 'cancelled')),
        input_hash bytea CHECK (length(input_hash) = 32),
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL,
        proposed_by uuid,
        proposed_at timestamptz,
        approved_by uuid,
        approved_at timestamptz,
        issued_by uuid,
        issued_at timestamptz,
        cancelled_at timestamptz,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, proposed_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, approved_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, issued_by) REFERENCES person (community_id, id),
        CONSTRAINT billing_run_one_live EXCLUDE USING gist (community_id WITH =, site_id WITH =, days WITH &&)
          WHERE (status <> 'cancelled'),
        CONSTRAINT billing_run_four_eyes CHECK (approved_by <> proposed_by),
        CONSTRAINT billing_run_approved_is_bound CHECK (status NOT IN ('approved', 'issued', 'closed')
          OR (approved_by IS NOT NULL AND proposed_by IS NOT NULL AND input_hash IS NOT NULL)),
        CONSTRAINT billing_run_issued_by_someone CHECK (status NOT IN ('issued', 'closed') OR (issued_by IS NOT NULL AND issued_at IS NOT NULL))
      );
      CREATE INDEX billing_run_site ON billing_run (community_id, site_id);
      CREATE INDEX billing_run_created_by ON billing_run (community_id, created_by);
      CREATE INDEX billing_run_proposed_by ON billing_run (community_id, proposed_by);
      CREATE INDEX billing_run_approved_by ON billing_run (community_id, approved_by);
      CREATE INDEX billing_run_issued_by ON billing_run (community_id, issued_by);
      CALL protect('billing_run');

      -- The states follow each other; nothing leads out of cancelled or closed, and an issued run is never cancelled.
      CREATE FUNCTION run_steps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'append-only: a billing run is cancelled, never deleted'; END IF;
        IF OLD.status IN ('approved', 'issued', 'closed') AND (NEW.input_hash IS DISTINCT FROM OLD.input_hash OR NEW.days <> OLD.days
             OR NEW.site_id <> OLD.site_id OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR NEW.proposed_by IS DISTINCT FROM OLD.proposed_by)
           AND NEW.status IN ('approved', 'issued', 'closed') THEN
          RAISE EXCEPTION 'append-only: what was approved is what is issued';
        END IF;
        IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
          ('open', 'validated'), ('open', 'previewed'), ('validated', 'open'), ('validated', 'previewed'), ('previewed', 'open'), ('previewed', 'validated'),
          ('previewed', 'approved'), ('approved', 'open'), ('approved', 'issued'), ('issued', 'closed'),
          ('open', 'cancelled'), ('validated', 'cancelled'), ('previewed', 'cancelled'), ('approved', 'cancelled')) THEN
          RAISE EXCEPTION 'run-not-in-state: a run that is % cannot become %', OLD.status, NEW.status;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER steps BEFORE UPDATE OR DELETE ON billing_run FOR EACH ROW EXECUTE FUNCTION run_steps();

      CREATE TABLE run_issue (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        no integer NOT NULL,
        fingerprint text NOT NULL,
        code code_text NOT NULL,
        severity text NOT NULL CHECK (severity IN ('blocking', 'warning', 'info')),
        subject_kind text NOT NULL,
        subject_id text NOT NULL,
        subject_label text NOT NULL,
        from_at text,
        to_at text,
        detail text NOT NULL,
        remedy text NOT NULL,
        PRIMARY KEY (community_id, run_id, no),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id)
      );
      CALL protect('run_issue');

      CREATE TABLE run_override (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        fingerprint text NOT NULL,
        code code_text NOT NULL,
        reason short_text NOT NULL,
        decided_by uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, run_id, fingerprint),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE run_override IS 'a blocking issue that a named person takes on, with the reason';
      CREATE INDEX run_override_decided_by ON run_override (community_id, decided_by);
      CALL protect('run_override');
      CALL make_append_only('run_override');

      CREATE TABLE run_use (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        no integer NOT NULL,
        register_id uuid NOT NULL,
        installation_id uuid NOT NULL,
        space_id uuid,
        member_id uuid,
        band text NOT NULL,
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL CHECK (to_at > from_at),
        quantity energy_amount NOT NULL CHECK (quantity >= 0),
        quality reading_quality NOT NULL,
        opening jsonb,
        closing jsonb,
        intervals integer,
        PRIMARY KEY (community_id, run_id, no),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id),
        FOREIGN KEY (community_id, installation_id) REFERENCES installation (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id)
      );
      COMMENT ON TABLE run_use IS 'the measured quantities a run was computed from, frozen with it; band is empty for the whole';
      CREATE INDEX run_use_register ON run_use (community_id, register_id);
      CREATE INDEX run_use_installation ON run_use (community_id, installation_id);
      CREATE INDEX run_use_space ON run_use (community_id, space_id);
      CREATE INDEX run_use_member ON run_use (community_id, member_id);
      CALL protect('run_use');

      CREATE TABLE run_cost (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        no integer NOT NULL CHECK (no > 0),
        bill_id uuid,
        bill_component_no integer,
        charge_id uuid,
        key_version_id uuid,
        tariff_version_id uuid,
        section text NOT NULL,
        component text NOT NULL,
        description short_text NOT NULL,
        quantity numeric,
        unit text,
        price unit_price,
        tax_code code_text NOT NULL,
        of_amount money_amount NOT NULL,
        amount money_amount NOT NULL,
        PRIMARY KEY (community_id, run_id, no),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, bill_id, bill_component_no) REFERENCES supplier_bill_component (community_id, bill_id, no),
        FOREIGN KEY (community_id, charge_id) REFERENCES charge (community_id, id),
        FOREIGN KEY (community_id, key_version_id) REFERENCES key_version (community_id, id),
        FOREIGN KEY (community_id, tariff_version_id) REFERENCES tariff_version (community_id, id),
        CONSTRAINT run_cost_one_source CHECK (num_nonnulls(bill_id, charge_id) = 1)
      );
      COMMENT ON COLUMN run_cost.of_amount IS 'the whole amount of the bill''s component; amount is the part that belongs to this period';
      CREATE INDEX run_cost_bill ON run_cost (community_id, bill_id, bill_component_no);
      CREATE INDEX run_cost_charge ON run_cost (community_id, charge_id);
      CREATE INDEX run_cost_key_version ON run_cost (community_id, key_version_id);
      CREATE INDEX run_cost_tariff_version ON run_cost (community_id, tariff_version_id);
      CALL protect('run_cost');

      CREATE TABLE run_share (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        cost_no integer NOT NULL,
        no integer NOT NULL,
        kind text NOT NULL CHECK (kind IN ('member', 'vacant', 'common', 'held')),
        part text NOT NULL CHECK (part IN ('own', 'residual')),
        member_id uuid,
        space_id uuid,
        weight share_weight NOT NULL,
        amount money_amount NOT NULL,
        reasons jsonb NOT NULL,
        PRIMARY KEY (community_id, run_id, cost_no, no),
        FOREIGN KEY (community_id, run_id, cost_no) REFERENCES run_cost (community_id, run_id, no),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        CONSTRAINT run_share_names_its_owner CHECK ((kind <> 'member' OR member_id IS NOT NULL) AND (kind <> 'vacant' OR space_id IS NOT NULL))
      );
      COMMENT ON COLUMN run_share.member_id IS 'who is billed: the member, or the named payer of a vacant space; empty where the community bears it';
      CREATE INDEX run_share_member ON run_share (community_id, member_id);
      CREATE INDEX run_share_space ON run_share (community_id, space_id);
      CALL protect('run_share');

      CREATE TABLE run_line (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        member_id uuid NOT NULL,
        no integer NOT NULL,
        cost_no integer NOT NULL,
        section text NOT NULL,
        description short_text NOT NULL,
        quantity numeric,
        unit text,
        price text,
        net money_amount NOT NULL,
        tax_code code_text NOT NULL,
        tax_rate tax_fraction NOT NULL,
        why jsonb NOT NULL,
        PRIMARY KEY (community_id, run_id, member_id, no),
        FOREIGN KEY (community_id, run_id, cost_no) REFERENCES run_cost (community_id, run_id, no),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id)
      );
      CREATE INDEX run_line_cost ON run_line (community_id, run_id, cost_no);
      CREATE INDEX run_line_member ON run_line (community_id, member_id);
      CALL protect('run_line');

      -- The central promise. Once per statement, over the costs it touched; and once per cost at commit.
      CREATE FUNCTION shares_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        SELECT c.no, c.amount, s.total INTO bad
          FROM (SELECT DISTINCT community_id, run_id, cost_no FROM touched) t
          JOIN run_cost c ON c.community_id = t.community_id AND c.run_id = t.run_id AND c.no = t.cost_no
          CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS total FROM run_share x
                              WHERE x.community_id = c.community_id AND x.run_id = c.run_id AND x.cost_no = c.no) s
          WHERE s.total <> c.amount LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'shares-do-not-add-up: cost % is %, its shares come to %', bad.no, bad.amount, bad.total;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER add_up_inserted AFTER INSERT ON run_share REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION shares_add_up();
      CREATE TRIGGER add_up_updated AFTER UPDATE ON run_share REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION shares_add_up();

      CREATE FUNCTION cost_is_shared() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE total numeric;
      BEGIN
        SELECT coalesce(sum(amount), 0) INTO total FROM run_share
          WHERE community_id = NEW.community_id AND run_id = NEW.run_id AND cost_no = NEW.no;
        IF total <> NEW.amount AND EXISTS (SELECT FROM run_cost WHERE community_id = NEW.community_id AND run_id = NEW.run_id AND no = NEW.no) THEN
          RAISE EXCEPTION 'shares-do-not-add-up: cost % is %, its shares come to %', NEW.no, NEW.amount, total;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER is_shared AFTER INSERT OR UPDATE ON run_cost DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION cost_is_shared();

      -- Deleting single shares of a cost that stays would break the promise; whole costs go when a run is calculated again.
      CREATE FUNCTION share_leaves_with_its_cost() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        SELECT c.no INTO bad FROM (SELECT DISTINCT community_id, run_id, cost_no FROM touched) t
          JOIN run_cost c ON c.community_id = t.community_id AND c.run_id = t.run_id AND c.no = t.cost_no
          WHERE (SELECT coalesce(sum(x.amount), 0) FROM run_share x
                 WHERE x.community_id = c.community_id AND x.run_id = c.run_id AND x.cost_no = c.no) NOT IN (0, c.amount) LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'shares-do-not-add-up: part of the shares of cost % were deleted', bad.no; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER add_up_deleted AFTER DELETE ON run_share REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION share_leaves_with_its_cost();

      -- Frozen from approval on: recalculating means leaving the approval behind first.
      CREATE FUNCTION run_is_open(run_community uuid, run uuid) RETURNS boolean LANGUAGE sql STABLE
        AS $$ SELECT status IN ('open', 'validated', 'previewed') FROM billing_run WHERE community_id = run_community AND id = run $$;
      CREATE FUNCTION refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE frozen uuid;
      BEGIN
        SELECT t.run_id INTO frozen FROM (SELECT DISTINCT community_id, run_id FROM touched) t
          WHERE run_is_open(t.community_id, t.run_id) IS NOT TRUE LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'append-only: the figures of an approved run are frozen (%)', TG_TABLE_NAME; END IF;
        RETURN NULL;
      END $$;
      DO $$
      DECLARE tab text;
      BEGIN
        FOREACH tab IN ARRAY ARRAY['run_issue', 'run_use', 'run_cost', 'run_share', 'run_line'] LOOP
          EXECUTE format('CREATE TRIGGER frozen_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen()', tab);
          EXECUTE format('CREATE TRIGGER frozen_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen()', tab);
          EXECUTE format('CREATE TRIGGER frozen_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen()', tab);
        END LOOP;
      END $$;

      -- Invoices -------------------------------------------------------------------------------------------------
      CREATE TABLE invoice_series (
        community_id uuid NOT NULL REFERENCES community,
        series code_text NOT NULL,
        last_no integer NOT NULL CHECK (last_no >= 0),
        PRIMARY KEY (community_id, series)
      );
      CALL protect('invoice_series');

      CREATE TABLE invoice (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        series code_text NOT NULL,
        no integer NOT NULL CHECK (no > 0),
        prev_no integer GENERATED ALWAYS AS (CASE WHEN no = 1 THEN NULL ELSE no - 1 END) STORED,
        number code_text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
        run_id uuid NOT NULL,
        member_id uuid NOT NULL,
        credits_id uuid,
        reason text,
        days civil_days NOT NULL,
        issued_on date NOT NULL,
        due_on date NOT NULL,
        currency text NOT NULL,
        net money_amount NOT NULL,
        tax money_amount NOT NULL,
        gross money_amount NOT NULL,
        code text NOT NULL,
        issued_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT invoice_number_once UNIQUE (community_id, series, no),
        CONSTRAINT invoice_legal_number UNIQUE (community_id, number),
        CONSTRAINT invoice_no_gap FOREIGN KEY (community_id, series, prev_no) REFERENCES invoice (community_id, series, no),
        FOREIGN KEY (community_id, series) REFERENCES invoice_series (community_id, series),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, credits_id) REFERENCES invoice (community_id, id),
        CONSTRAINT invoice_gross CHECK (net + tax = gross),
        CONSTRAINT invoice_credit_refers CHECK ((kind = 'credit-note') = (credits_id IS NOT NULL) AND (kind = 'credit-note') = (reason IS NOT NULL))
      );
      CREATE UNIQUE INDEX invoice_once_per_run ON invoice (community_id, run_id, member_id) WHERE kind = 'invoice';
      CREATE UNIQUE INDEX invoice_credited_once ON invoice (community_id, credits_id) WHERE kind = 'credit-note';
      CREATE UNIQUE INDEX invoice_code ON invoice (code);
      CREATE INDEX invoice_prev ON invoice (community_id, series, prev_no);
      CREATE INDEX invoice_run ON invoice (community_id, run_id);
      CREATE INDEX invoice_member ON invoice (community_id, member_id);
      CREATE INDEX invoice_credits ON invoice (community_id, credits_id);
      -- Who holds a document may learn that it was issued: its code shows the one row it belongs to, before the community is known.
      CALL protect('invoice', 'community_id = current_community() OR code = current_setting(''app.verification'', true)');
      CALL make_append_only('invoice');

      CREATE TABLE invoice_line (
        community_id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        no integer NOT NULL,
        cost_no integer NOT NULL,
        section text NOT NULL,
        description short_text NOT NULL,
        quantity numeric,
        unit text,
        price text,
        net money_amount NOT NULL,
        tax_code code_text NOT NULL,
        tax_rate tax_fraction NOT NULL,
        why jsonb NOT NULL,
        PRIMARY KEY (community_id, invoice_id, no),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id)
      );
      CALL protect('invoice_line');
      CALL make_append_only('invoice_line');

      CREATE TABLE invoice_tax (
        community_id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        tax_code code_text NOT NULL,
        label short_text NOT NULL,
        rate tax_fraction NOT NULL,
        net money_amount NOT NULL,
        tax money_amount NOT NULL,
        PRIMARY KEY (community_id, invoice_id, tax_code, rate),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id)
      );
      CALL protect('invoice_tax');
      CALL make_append_only('invoice_tax');

      CREATE TABLE invoice_statement (
        community_id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        body text NOT NULL,
        sha256 bytea NOT NULL,
        PRIMARY KEY (community_id, invoice_id),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
        CONSTRAINT invoice_statement_hash CHECK (sha256 = sha256(convert_to(body, 'UTF8')))
      );
      COMMENT ON TABLE invoice_statement IS 'the canonical statement, frozen at issue; every document is drawn from it and from nothing else';
      CALL protect('invoice_statement');
      CALL make_append_only('invoice_statement');

      CREATE FUNCTION invoice_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE lines numeric; taxes record;
      BEGIN
        SELECT coalesce(sum(net), 0) INTO lines FROM invoice_line WHERE community_id = NEW.community_id AND invoice_id = NEW.id;
        SELECT coalesce(sum(net), 0) AS net, coalesce(sum(tax), 0) AS tax, count(*) AS n INTO taxes
          FROM invoice_tax WHERE community_id = NEW.community_id AND invoice_id = NEW.id;
        IF lines <> NEW.net THEN
          RAISE EXCEPTION 'lines-do-not-add-up: the lines of % come to %, its net amount is %', NEW.number, lines, NEW.net;
        END IF;
        IF taxes.tax <> NEW.tax OR (taxes.n > 0 AND taxes.net <> NEW.net) THEN
          RAISE EXCEPTION 'lines-do-not-add-up: the tax of % comes to %, it says %', NEW.number, taxes.tax, NEW.tax;
        END IF;
        IF NOT EXISTS (SELECT FROM invoice_statement WHERE community_id = NEW.community_id AND invoice_id = NEW.id) THEN
          RAISE EXCEPTION 'lines-do-not-add-up: % has no statement', NEW.number;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON invoice DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION invoice_adds_up();
      CREATE FUNCTION invoice_parts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        SELECT i.number INTO bad FROM (SELECT DISTINCT community_id, invoice_id FROM touched) t
          JOIN invoice i ON i.community_id = t.community_id AND i.id = t.invoice_id
          WHERE (TG_TABLE_NAME = 'invoice_line' AND i.net <> (SELECT sum(l.net) FROM invoice_line l WHERE l.community_id = i.community_id AND l.invoice_id = i.id))
             OR (TG_TABLE_NAME = 'invoice_tax' AND i.tax <> (SELECT sum(x.tax) FROM invoice_tax x WHERE x.community_id = i.community_id AND x.invoice_id = i.id))
          LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'lines-do-not-add-up: % of % do not come to its amounts', TG_TABLE_NAME, bad.number; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER fit AFTER INSERT ON invoice_line REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION invoice_parts_fit();
      CREATE TRIGGER fit AFTER INSERT ON invoice_tax REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION invoice_parts_fit();

      CREATE TABLE document (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        format text NOT NULL CHECK (format IN ('pdf')),
        state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done')),
        lease_token uuid,
        lease_until timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        sha256 bytea,
        content bytea,
        created_at timestamptz NOT NULL,
        done_at timestamptz,
        PRIMARY KEY (community_id, id),
        CONSTRAINT document_once UNIQUE (community_id, invoice_id, format),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
        CONSTRAINT document_done_is_whole CHECK (state <> 'done' OR (content IS NOT NULL AND sha256 = sha256(content) AND done_at IS NOT NULL))
      );
      CREATE INDEX document_pending ON document (community_id, created_at) WHERE state = 'pending';
      CALL protect('document');
      CREATE FUNCTION document_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR OLD.state = 'done' THEN
          RAISE EXCEPTION 'append-only: a document that was made is never made again or deleted';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION document_stays();

      -- Ledger ---------------------------------------------------------------------------------------------------
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
      DROP TABLE posting, journal_entry, payment, document, invoice_statement, invoice_tax, invoice_line, invoice, invoice_series,
        run_line, run_share, run_cost, run_use, run_override, run_issue, billing_run;
      DROP FUNCTION run_reconciles; DROP FUNCTION postings_balance; DROP FUNCTION entry_balances; DROP FUNCTION document_stays;
      DROP FUNCTION invoice_parts_fit; DROP FUNCTION invoice_adds_up; DROP FUNCTION refuse_frozen; DROP FUNCTION run_is_open;
      DROP FUNCTION share_leaves_with_its_cost; DROP FUNCTION cost_is_shared; DROP FUNCTION shares_add_up; DROP FUNCTION run_steps;
    `);
  }
}
