import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Corrections: a run that puts an issued run right.
 *
 * A correction is a run of its own over the same days. It holds the whole of what its period comes to by the facts of today, so that every
 * promise about a run holds for it as well; `standing_run` says which run of a period stands, and whoever adds runs up reads that and counts
 * nothing twice. Beside it stand its deltas: for each cost they come to what the cost changed by, checked when they are written and at issue.
 *
 * A correction takes invoices back and issues others in their place; each is taken back once, and not without its credit note. What a fund
 * gives changes with it, so a draw may now be below zero; the fund is never overdrawn all the same.
 *
 * Lock risk: a moment's exclusive lock on `billing_run`, `run_cost` and `fund_draw`; the check on draws and the exclusion of overlapping runs
 * are built anew by a scan. Way back: `down` drops columns and tables; corrections must not be there, for without them they would be runs that overlap.
 */
export class Corrections1767225600028 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE billing_run ADD COLUMN corrects_id uuid, ADD COLUMN way text CHECK (way IN ('credit-and-reissue')), ADD COLUMN cause short_text;
      ALTER TABLE billing_run ADD FOREIGN KEY (community_id, corrects_id) REFERENCES billing_run (community_id, id);
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_correction_is_whole CHECK (num_nonnulls(corrects_id, way, cause) IN (0, 3));
      ALTER TABLE billing_run DROP CONSTRAINT billing_run_one_live;
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_one_live EXCLUDE USING gist (community_id WITH =, site_id WITH =, days WITH &&)
        WHERE (status <> 'cancelled' AND corrects_id IS NULL);
      CREATE UNIQUE INDEX billing_run_one_correction ON billing_run (community_id, corrects_id)
        WHERE corrects_id IS NOT NULL AND status IN ('open', 'validated', 'previewed', 'approved');
      CREATE INDEX billing_run_corrects ON billing_run (community_id, corrects_id);
      COMMENT ON COLUMN billing_run.corrects_id IS 'the run whose figures this one puts right; never itself a correction';

      CREATE FUNCTION correction_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND (NEW.corrects_id, NEW.way, NEW.cause) IS DISTINCT FROM (OLD.corrects_id, OLD.way, OLD.cause) THEN
          RAISE EXCEPTION 'append-only: what a run corrects, how and why is said when it is opened';
        END IF;
        IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id AND r.id = NEW.corrects_id
             AND r.corrects_id IS NULL AND r.status IN ('issued', 'closed') AND r.site_id = NEW.site_id AND r.days = NEW.days AND r.currency = NEW.currency) THEN
          RAISE EXCEPTION 'run-not-in-state: a correction is of an issued run, of its site and its days';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER correction_fits BEFORE INSERT OR UPDATE ON billing_run FOR EACH ROW EXECUTE FUNCTION correction_fits();

      -- Of a run and its corrections the last that was issued: what the period comes to.
      CREATE VIEW standing_run WITH (security_invoker = true) AS
        SELECT r.community_id, r.id, coalesce(r.corrects_id, r.id) AS origin_id, r.site_id, r.days, r.currency, r.status, r.issued_at
        FROM billing_run r WHERE r.status IN ('issued', 'closed') AND NOT EXISTS (
          SELECT FROM billing_run c WHERE c.community_id = r.community_id AND c.corrects_id = coalesce(r.corrects_id, r.id)
            AND c.status IN ('issued', 'closed') AND (r.corrects_id IS NULL OR (c.issued_at, c.id) > (r.issued_at, r.id)));
      GRANT SELECT ON standing_run TO commonmeter_app;

      ALTER TABLE run_cost ADD COLUMN stood_at money_amount;
      COMMENT ON COLUMN run_cost.stood_at IS 'of a correction: what the cost came to before it; empty in a run that corrects nothing';
      ALTER TABLE run_cost DROP CONSTRAINT run_cost_fund_gives;
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_fund_gives CHECK (fund_id IS NULL OR amount < 0 OR (stood_at IS NOT NULL AND amount = 0));

      CREATE TABLE run_delta (
        community_id uuid NOT NULL,
        run_id uuid NOT NULL,
        no integer NOT NULL,
        cost_no integer NOT NULL,
        kind text NOT NULL CHECK (kind IN ('member', 'vacant', 'common', 'held')),
        member_id uuid,
        space_id uuid,
        section text NOT NULL,
        tax_code text NOT NULL,
        before money_amount NOT NULL,
        after money_amount NOT NULL,
        amount numeric GENERATED ALWAYS AS (after - before) STORED CHECK (after <> before),
        reasons jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array' AND jsonb_array_length(reasons) > 0),
        PRIMARY KEY (community_id, run_id, no),
        FOREIGN KEY (community_id, run_id, cost_no) REFERENCES run_cost (community_id, run_id, no),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        CONSTRAINT run_delta_names_its_owner CHECK ((kind <> 'member' OR member_id IS NOT NULL) AND (kind = 'vacant') = (space_id IS NOT NULL))
      );
      COMMENT ON COLUMN run_delta.member_id IS 'who is billed, or for whom a change that is too small is held';
      CREATE INDEX run_delta_cost ON run_delta (community_id, run_id, cost_no);
      CREATE INDEX run_delta_member ON run_delta (community_id, member_id);
      CREATE INDEX run_delta_space ON run_delta (community_id, space_id);
      CALL protect('run_delta');
      CREATE TRIGGER frozen_insert AFTER INSERT ON run_delta REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();
      CREATE TRIGGER frozen_update AFTER UPDATE ON run_delta REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();
      CREATE TRIGGER frozen_delete AFTER DELETE ON run_delta REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();

      CREATE FUNCTION deltas_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        SELECT c.no, c.stood_at, c.amount, s.total INTO bad
          FROM (SELECT DISTINCT community_id, run_id, cost_no FROM touched) t
          JOIN run_cost c ON c.community_id = t.community_id AND c.run_id = t.run_id AND c.no = t.cost_no
          CROSS JOIN LATERAL (SELECT sum(x.amount) AS total FROM run_delta x
                              WHERE x.community_id = c.community_id AND x.run_id = c.run_id AND x.cost_no = c.no) s
          WHERE s.total IS DISTINCT FROM c.amount - c.stood_at LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'shares-do-not-add-up: cost % went from % to %, its deltas come to %', bad.no, bad.stood_at, bad.amount, bad.total;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER add_up_inserted AFTER INSERT ON run_delta REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION deltas_add_up();
      CREATE TRIGGER add_up_updated AFTER UPDATE ON run_delta REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION deltas_add_up();

      CREATE TABLE invoice_taken_back (
        community_id uuid NOT NULL,
        invoice_id uuid NOT NULL,
        run_id uuid NOT NULL,
        PRIMARY KEY (community_id, invoice_id),
        FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id)
      );
      COMMENT ON TABLE invoice_taken_back IS 'an invoice in whose place a correction puts another, or none';
      CREATE INDEX invoice_taken_back_run ON invoice_taken_back (community_id, run_id);
      CALL protect('invoice_taken_back');
      CALL make_append_only('invoice_taken_back');
      CREATE FUNCTION taken_back_is_credited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM invoice c WHERE c.community_id = NEW.community_id AND c.credits_id = NEW.invoice_id AND c.kind = 'credit-note') THEN
          RAISE EXCEPTION 'lines-do-not-add-up: an invoice that a correction takes back has its credit note';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER is_credited AFTER INSERT ON invoice_taken_back DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION taken_back_is_credited();

      -- The last gate of a correction: every cost has the deltas it changed by, and what members are to bear more is what their documents say.
      CREATE FUNCTION correction_reconciles() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE gap record;
      BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' OR NEW.corrects_id IS NULL THEN RETURN NULL; END IF;
        SELECT c.no, c.stood_at, c.amount INTO gap FROM run_cost c WHERE c.community_id = NEW.community_id AND c.run_id = NEW.id
          AND c.amount - c.stood_at IS DISTINCT FROM (SELECT coalesce(sum(d.amount), 0) FROM run_delta d
            WHERE d.community_id = c.community_id AND d.run_id = c.run_id AND d.cost_no = c.no) LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'shares-do-not-add-up: cost % went from % to %, and its deltas do not say so', gap.no, gap.stood_at, gap.amount; END IF;
        SELECT coalesce(d.total, 0) AS moved, coalesce(i.total, 0) - coalesce(b.total, 0) AS billed INTO gap
          FROM (SELECT sum(amount) AS total FROM run_delta WHERE community_id = NEW.community_id AND run_id = NEW.id AND kind = 'member') d,
               (SELECT sum(net) AS total FROM invoice WHERE community_id = NEW.community_id AND run_id = NEW.id AND kind = 'invoice') i,
               (SELECT sum(o.net) AS total FROM invoice_taken_back t JOIN invoice o ON o.community_id = t.community_id AND o.id = t.invoice_id
                WHERE t.community_id = NEW.community_id AND t.run_id = NEW.id) b;
        IF gap.moved <> gap.billed THEN
          RAISE EXCEPTION 'lines-do-not-add-up: members are to bear % more, their documents come to %', gap.moved, gap.billed;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER correction_reconciles AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION correction_reconciles();
      ${runReconciles('AND NEW.corrects_id IS NULL')}

      -- A correction draws of a fund what its cost changed by.
      ALTER TABLE fund_draw DROP CONSTRAINT fund_draw_amount_check;
      ALTER TABLE fund_draw ADD CONSTRAINT fund_draw_amount_check CHECK (amount <> 0);
      ${runDrawsFunds('-(c.amount - coalesce(c.stood_at, 0))')}

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'corrections', '[2000-01-01,)', '{"holdBelow": "0"}', 'when corrections came' FROM community c
      WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'corrections');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'corrections';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ${runDrawsFunds('-c.amount')}
      ALTER TABLE fund_draw DROP CONSTRAINT fund_draw_amount_check;
      ALTER TABLE fund_draw ADD CONSTRAINT fund_draw_amount_check CHECK (amount > 0);
      ${runReconciles('')}
      DROP TRIGGER correction_reconciles ON billing_run;
      DROP TABLE invoice_taken_back, run_delta;
      DROP FUNCTION correction_reconciles; DROP FUNCTION taken_back_is_credited; DROP FUNCTION deltas_add_up;
      ALTER TABLE run_cost DROP CONSTRAINT run_cost_fund_gives;
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_fund_gives CHECK (fund_id IS NULL OR amount < 0);
      ALTER TABLE run_cost DROP COLUMN stood_at;
      DROP VIEW standing_run;
      DROP TRIGGER correction_fits ON billing_run;
      DROP FUNCTION correction_fits;
      DROP INDEX billing_run_one_correction;
      ALTER TABLE billing_run DROP CONSTRAINT billing_run_one_live, DROP CONSTRAINT billing_run_correction_is_whole;
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_one_live EXCLUDE USING gist (community_id WITH =, site_id WITH =, days WITH &&)
        WHERE (status <> 'cancelled');
      ALTER TABLE billing_run DROP COLUMN corrects_id, DROP COLUMN way, DROP COLUMN cause;
    `);
  }
}

/** The last gate of every run, as it was, but for whether the invoices of a run are all that members bear: of a correction they are what is new. */
const runReconciles = (where: string): string => `
  CREATE OR REPLACE FUNCTION run_reconciles() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF gap.shared <> gap.invoiced ${where} THEN
      RAISE EXCEPTION 'lines-do-not-add-up: members'' shares come to %, their invoices to %', gap.shared, gap.invoiced;
    END IF;

    SELECT coalesce(sum(p.amount), 0) AS total INTO gap FROM journal_entry e
      JOIN posting p ON p.community_id = e.community_id AND p.entry_id = e.id
      WHERE e.community_id = NEW.community_id AND e.run_id = NEW.id AND p.account = 'supplier-clearing';
    IF gap.total <> 0 THEN RAISE EXCEPTION 'postings-do-not-balance: clearing of the run is left with %', gap.total; END IF;
    RETURN NULL;
  END $$;`;

/** What a fund bears of an issued run is what was drawn of it. */
const runDrawsFunds = (given: string): string => `
  CREATE OR REPLACE FUNCTION run_draws_funds() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE gap record;
  BEGIN
    IF NEW.status <> 'issued' OR OLD.status = 'issued' THEN RETURN NULL; END IF;
    SELECT c.no, ${given} AS given, coalesce(sum(d.amount), 0) AS drawn INTO gap FROM run_cost c
      LEFT JOIN fund_draw d ON d.community_id = c.community_id AND d.run_id = c.run_id AND d.cost_no = c.no AND d.fund_id = c.fund_id
      WHERE c.community_id = NEW.community_id AND c.run_id = NEW.id AND c.fund_id IS NOT NULL
      GROUP BY c.community_id, c.run_id, c.no HAVING coalesce(sum(d.amount), 0) <> ${given} LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'shares-do-not-add-up: cost % of the run gives %, the fund was drawn by %', gap.no, gap.given, gap.drawn;
    END IF;
    RETURN NULL;
  END $$;`;
