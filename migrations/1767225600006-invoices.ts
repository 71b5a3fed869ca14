import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Invoices, credit notes, the statements frozen with them, and the documents drawn from those.
 *
 * Numbers have no gap: a number refers to the one before it, and a counter row hands them out inside the transaction. What is issued
 * never changes; a document that was made is never made again.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class Invoices1767225600006 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
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
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE document, invoice_statement, invoice_tax, invoice_line, invoice, invoice_series;
      DROP FUNCTION document_stays; DROP FUNCTION invoice_parts_fit; DROP FUNCTION invoice_adds_up;
    `);
  }
}
