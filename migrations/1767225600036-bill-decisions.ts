import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Decisions about components of bills, and kinds of bills.
 *
 * A decision is written once; the last of a component counts. A bill may replace an earlier one of the same supplier, site, utility
 * and days: the earlier stays as it was, and no run is issued any more that shares a coin of it. A component may be a late fee, which is held unless
 * somebody decides otherwise.
 *
 * Lock risk: a moment's exclusive lock on the tables of bills, for columns with constant defaults and a check that one scan validates.
 * Way back: `down` drops them and refuses where a late fee was entered.
 */
export class BillDecisions1767225600036 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE bill_decision (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        no bigint GENERATED ALWAYS AS IDENTITY,
        bill_id uuid NOT NULL,
        component_no integer NOT NULL,
        choice text NOT NULL CHECK (choice IN ('pass-on', 'hold')),
        reason short_text NOT NULL,
        decided_by uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, bill_id, component_no) REFERENCES supplier_bill_component (community_id, bill_id, no),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id)
      );
      COMMENT ON COLUMN bill_decision.no IS 'the order in which they were made; the last of a component counts';
      CREATE INDEX bill_decision_component ON bill_decision (community_id, bill_id, component_no, no);
      CREATE INDEX bill_decision_decided_by ON bill_decision (community_id, decided_by);
      CALL protect('bill_decision');
      CALL make_append_only('bill_decision');

      ALTER TABLE supplier_bill_component DROP CONSTRAINT supplier_bill_component_kind_check;
      ALTER TABLE supplier_bill_component ADD CONSTRAINT supplier_bill_component_kind_check
        CHECK (kind IN ('energy', 'standing', 'levy', 'demand', 'late-fee', 'other'));

      ALTER TABLE supplier_bill ADD COLUMN kind text NOT NULL DEFAULT 'actual' CHECK (kind IN ('actual', 'estimated', 'corrected', 'credit'));
      ALTER TABLE supplier_bill ADD COLUMN replaces_id uuid;
      COMMENT ON COLUMN supplier_bill.replaces_id IS 'the bill in whose place this one came; it stays, and is shared no more';
      ALTER TABLE supplier_bill ADD FOREIGN KEY (community_id, replaces_id) REFERENCES supplier_bill (community_id, id);
      ALTER TABLE supplier_bill ADD CONSTRAINT supplier_bill_replaced_once UNIQUE (community_id, replaces_id);
      ALTER TABLE supplier_bill ADD CONSTRAINT supplier_bill_kind_fits CHECK ((kind <> 'corrected' OR replaces_id IS NOT NULL)
        AND (kind <> 'credit' OR (gross <= 0 AND replaces_id IS NULL)) AND replaces_id IS DISTINCT FROM id);

      CREATE FUNCTION bill_replaces_its_own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT FROM supplier_bill b WHERE b.community_id = NEW.community_id AND b.id = NEW.replaces_id
             AND b.site_id = NEW.site_id AND b.supplier = NEW.supplier AND b.utility = NEW.utility AND b.days && NEW.days) THEN
          RAISE EXCEPTION 'invalid-input: a bill replaces one of the same supplier, site, utility and days';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER replaces_its_own BEFORE INSERT ON supplier_bill FOR EACH ROW EXECUTE FUNCTION bill_replaces_its_own();

      -- Of a bill that was replaced no run is issued that shares a coin of it; corrections take back what was.
      ${runAccrues('EXISTS (SELECT FROM supplier_bill o WHERE o.community_id = b.community_id AND o.replaces_id = b.id)')}
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ${runAccrues('false')}
      DROP TRIGGER replaces_its_own ON supplier_bill;
      DROP FUNCTION bill_replaces_its_own;
      ALTER TABLE supplier_bill DROP CONSTRAINT supplier_bill_kind_fits, DROP COLUMN replaces_id, DROP COLUMN kind;
      ALTER TABLE supplier_bill_component DROP CONSTRAINT supplier_bill_component_kind_check;
      ALTER TABLE supplier_bill_component ADD CONSTRAINT supplier_bill_component_kind_check
        CHECK (kind IN ('energy', 'standing', 'levy', 'demand', 'other'));
      DROP TABLE bill_decision;
    `);
  }
}

/** The gate of a run that is issued (migration 34). @param isReplaced a condition on bills `b` */
const runAccrues = (isReplaced: string): string => `
      CREATE OR REPLACE FUNCTION run_accrues() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' THEN RETURN NULL; END IF;
        SELECT b.number, p.bill_component_no AS no, p.part, p.tax, 
               CASE WHEN ${isReplaced} THEN 0 ELSE coalesce(due.amount, p.of_amount) END AS due, CASE WHEN ${isReplaced} THEN 0 ELSE coalesce(due.tax, p.tax) END AS tax_due INTO bad
          FROM (SELECT x.bill_id, x.bill_component_no, sum(x.amount) AS part, coalesce(sum(x.supplier_tax), 0) AS tax, max(x.of_amount) AS of_amount
                FROM run_cost x WHERE x.community_id = NEW.community_id AND x.run_id = NEW.id AND x.bill_id IS NOT NULL
                GROUP BY x.bill_id, x.bill_component_no) p
          JOIN supplier_bill b ON b.community_id = NEW.community_id AND b.id = p.bill_id
          JOIN supplier_bill_component c ON c.community_id = b.community_id AND c.bill_id = b.id AND c.no = p.bill_component_no
          LEFT JOIN LATERAL (
            SELECT accrued_by(a.amount, a.coin_scale, a.marks, upper(b.days * NEW.days)) - accrued_by(a.amount, a.coin_scale, a.marks, lower(b.days * NEW.days)) AS amount,
                   accrued_by(a.tax, a.coin_scale, a.marks, upper(b.days * NEW.days)) - accrued_by(a.tax, a.coin_scale, a.marks, lower(b.days * NEW.days)) AS tax
            FROM bill_accrual a WHERE a.community_id = c.community_id AND a.bill_id = c.bill_id AND a.component_no = c.no) due ON true
          WHERE CASE WHEN ${isReplaced} THEN p.part <> 0 OR p.tax <> 0
                     WHEN due.amount IS NULL THEN NOT b.days <@ NEW.days OR p.part <> p.of_amount OR p.of_amount NOT IN (c.amount, c.amount + c.tax)
                     ELSE p.part <> due.amount OR p.tax <> due.tax END
          LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'bill-does-not-add-up: component % of bill % has % plus tax % in the run, its part is % plus tax %',
            bad.no, bad.number, bad.part, bad.tax, bad.due, bad.tax_due;
        END IF;

        SELECT b.number, a.component_no AS no, a.amount, sum(x.amount) AS parts,
               sum(x.amount) * sign(a.amount) > abs(a.amount) AS beyond INTO bad
          FROM bill_accrual a
          JOIN supplier_bill b ON b.community_id = a.community_id AND b.id = a.bill_id
          JOIN run_cost x ON x.community_id = a.community_id AND x.bill_id = a.bill_id AND x.bill_component_no = a.component_no
          JOIN standing_run r ON r.community_id = x.community_id AND r.id = x.run_id
          WHERE a.community_id = NEW.community_id
            AND EXISTS (SELECT FROM run_cost o WHERE o.community_id = a.community_id AND o.run_id = NEW.id AND o.bill_id = a.bill_id)
            AND NOT ${isReplaced}
          GROUP BY b.number, a.component_no, a.amount, b.days
          HAVING sum(x.amount) * sign(a.amount) > abs(a.amount)
              OR (b.days <@ range_agg(r.days) AND sum(x.amount) <> a.amount)
          LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'bill-does-not-add-up: the parts of component % of bill % come to %, it is %', bad.no, bad.number, bad.parts, bad.amount;
        END IF;
        RETURN NULL;
      END $$;`;
