import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Bills that are longer than a billing period: by what their components belong to days, fixed by the first run that is issued.
 *
 * The parts that standing runs have of a component are made again here from its marks, by the arithmetic of `accrual-basis.ts`: each run has
 * exactly its part, the parts never pass the component, and once all days of the bill are billed they are the component. So no order of
 * runs, no late reading and no second thought about a tax can lose or invent a coin of a supplier's bill (ADR 0023).
 *
 * `run_cost.supplier_tax` is what the community reclaims on the part; it follows the same marks, so its parts come to the supplier's tax.
 * Rows from before have none.
 *
 * Lock risk: a moment's exclusive lock on `run_cost` for a column without default. Bills of which runs have been issued keep going by days:
 * their marks are written here from those runs. Way back: `down` drops table, column and checks.
 */
export class BillAccrual1767225600034 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE bill_accrual (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        bill_id uuid NOT NULL,
        component_no integer NOT NULL,
        run_id uuid NOT NULL,
        amount money_amount NOT NULL,
        tax money_amount NOT NULL,
        coin_scale integer NOT NULL CHECK (coin_scale BETWEEN 0 AND 2),
        unit short_text NOT NULL,
        by text NOT NULL CHECK (by IN ('use', 'days')),
        marks jsonb NOT NULL CHECK (jsonb_typeof(marks) = 'array' AND jsonb_array_length(marks) >= 2),
        is_estimated boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT bill_accrual_once UNIQUE (community_id, bill_id, component_no),
        FOREIGN KEY (community_id, bill_id, component_no) REFERENCES supplier_bill_component (community_id, bill_id, no),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id)
      );
      COMMENT ON COLUMN bill_accrual.marks IS 'what had been counted of the bill by the beginning of some days: [{"day", "counted"}], from its first day to the day after its last';
      COMMENT ON COLUMN bill_accrual.run_id IS 'the run that fixed it';
      CREATE INDEX bill_accrual_run ON bill_accrual (community_id, run_id);
      CALL protect('bill_accrual');
      CALL make_append_only('bill_accrual');

      ALTER TABLE run_cost ADD COLUMN supplier_tax money_amount, ADD COLUMN stood_tax money_amount;
      COMMENT ON COLUMN run_cost.stood_tax IS 'of a correction: what it had reclaimed before';
      COMMENT ON COLUMN run_cost.supplier_tax IS 'what the community reclaims of the supplier''s tax on this part; empty in rows from before it was kept';

      -- What had been counted when a day began; between two marks by days, on six digits, half up.
      CREATE FUNCTION counted_by(marks jsonb, on_day date) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
        WITH mark AS (SELECT (m ->> 'day')::date AS day, (m ->> 'counted')::numeric AS counted FROM jsonb_array_elements(marks) m),
             before AS (SELECT day, counted FROM mark WHERE day <= on_day ORDER BY day DESC LIMIT 1),
             after AS (SELECT day, counted FROM mark WHERE day >= on_day ORDER BY day LIMIT 1)
        SELECT CASE WHEN a.day = b.day THEN b.counted ELSE b.counted
          + div(2000000::numeric * (a.counted - b.counted) * (on_day - b.day) + (a.day - b.day), 2 * (a.day - b.day)::numeric) / 1000000 END
        FROM before b, after a
      $$;

      -- What of an amount has fallen due when a day begins: rounded to the coin once, half away from zero. In whole numbers, so that no tie is lost.
      CREATE FUNCTION accrued_by(amount numeric, coin_scale integer, marks jsonb, on_day date) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
        SELECT trim_scale(sign(amount) * div(2 * abs(amount) * w.coins * counted_by(marks, on_day) + w.whole, 2 * w.whole) / w.coins)
        FROM (SELECT max((m ->> 'counted')::numeric) AS whole, 10::numeric ^ coin_scale AS coins FROM jsonb_array_elements(marks) m) w
      $$;

      CREATE FUNCTION accrual_fits() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bill daterange; ends record;
      BEGIN
        SELECT b.days INTO bill FROM supplier_bill b WHERE b.community_id = NEW.community_id AND b.id = NEW.bill_id;
        SELECT min(day) AS first, max(day) AS last, min(counted) AS least, max(counted) AS whole, bool_and(counted >= before) AS grows,
               min(counted) FILTER (WHERE no = 1) AS begins, count(DISTINCT day) = count(*) AS once INTO ends
          FROM (SELECT (m ->> 'day')::date AS day, (m ->> 'counted')::numeric AS counted,
                       coalesce(lag((m ->> 'counted')::numeric) OVER w, 0) AS before, row_number() OVER w AS no
                FROM jsonb_array_elements(NEW.marks) m WINDOW w AS (ORDER BY m ->> 'day')) x;
        IF ends.first <> lower(bill) OR ends.last <> upper(bill) OR ends.begins <> 0 OR ends.whole <= 0 OR NOT ends.grows OR NOT ends.once THEN
          RAISE EXCEPTION 'bill-does-not-add-up: the marks of a bill go from nothing on its first day to the whole after its last';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fits BEFORE INSERT ON bill_accrual FOR EACH ROW EXECUTE FUNCTION accrual_fits();

      -- An issued run has exactly its part of every component, and all issued runs together have no more than it, and no less once its days are billed.
      CREATE FUNCTION run_accrues() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bad record;
      BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' THEN RETURN NULL; END IF;
        SELECT b.number, p.bill_component_no AS no, p.part, p.tax, coalesce(due.amount, p.of_amount) AS due, coalesce(due.tax, p.tax) AS tax_due INTO bad
          FROM (SELECT x.bill_id, x.bill_component_no, sum(x.amount) AS part, coalesce(sum(x.supplier_tax), 0) AS tax, max(x.of_amount) AS of_amount
                FROM run_cost x WHERE x.community_id = NEW.community_id AND x.run_id = NEW.id AND x.bill_id IS NOT NULL
                GROUP BY x.bill_id, x.bill_component_no) p
          JOIN supplier_bill b ON b.community_id = NEW.community_id AND b.id = p.bill_id
          JOIN supplier_bill_component c ON c.community_id = b.community_id AND c.bill_id = b.id AND c.no = p.bill_component_no
          LEFT JOIN LATERAL (
            SELECT accrued_by(a.amount, a.coin_scale, a.marks, upper(b.days * NEW.days)) - accrued_by(a.amount, a.coin_scale, a.marks, lower(b.days * NEW.days)) AS amount,
                   accrued_by(a.tax, a.coin_scale, a.marks, upper(b.days * NEW.days)) - accrued_by(a.tax, a.coin_scale, a.marks, lower(b.days * NEW.days)) AS tax
            FROM bill_accrual a WHERE a.community_id = c.community_id AND a.bill_id = c.bill_id AND a.component_no = c.no) due ON true
          WHERE CASE WHEN due.amount IS NULL THEN NOT b.days <@ NEW.days OR p.part <> p.of_amount OR p.of_amount NOT IN (c.amount, c.amount + c.tax)
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
          GROUP BY b.number, a.component_no, a.amount, b.days
          HAVING sum(x.amount) * sign(a.amount) > abs(a.amount)
              OR (b.days <@ range_agg(r.days) AND sum(x.amount) <> a.amount)
          LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'bill-does-not-add-up: the parts of component % of bill % come to %, it is %', bad.no, bad.number, bad.parts, bad.amount;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER accrues AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION run_accrues();

      -- What was issued before went by days.
      ALTER TABLE bill_accrual NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE run_cost NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE billing_run NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE supplier_bill NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE supplier_bill_component NO FORCE ROW LEVEL SECURITY;
      INSERT INTO bill_accrual (community_id, id, bill_id, component_no, run_id, amount, tax, coin_scale, unit, by, marks, is_estimated)
        SELECT DISTINCT ON (x.community_id, x.bill_id, x.bill_component_no) x.community_id, gen_random_uuid(), x.bill_id, x.bill_component_no, x.run_id,
               x.of_amount, CASE WHEN x.of_amount = c.amount THEN c.tax ELSE 0 END, 2, 'days', 'days',
               jsonb_build_array(jsonb_build_object('day', lower(b.days), 'counted', '0'),
                                 jsonb_build_object('day', upper(b.days), 'counted', (upper(b.days) - lower(b.days))::text)), false
        FROM run_cost x
        JOIN standing_run r ON r.community_id = x.community_id AND r.id = x.run_id
        JOIN supplier_bill b ON b.community_id = x.community_id AND b.id = x.bill_id AND NOT b.days <@ r.days
        JOIN supplier_bill_component c ON c.community_id = b.community_id AND c.bill_id = b.id AND c.no = x.bill_component_no
        ORDER BY x.community_id, x.bill_id, x.bill_component_no, r.issued_at;
      ALTER TABLE bill_accrual FORCE ROW LEVEL SECURITY;
      ALTER TABLE run_cost FORCE ROW LEVEL SECURITY;
      ALTER TABLE billing_run FORCE ROW LEVEL SECURITY;
      ALTER TABLE supplier_bill FORCE ROW LEVEL SECURITY;
      ALTER TABLE supplier_bill_component FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TRIGGER accrues ON billing_run;
      DROP TABLE bill_accrual;
      ALTER TABLE run_cost DROP COLUMN supplier_tax, DROP COLUMN stood_tax;
      DROP FUNCTION run_accrues; DROP FUNCTION accrual_fits; DROP FUNCTION accrued_by; DROP FUNCTION counted_by;
    `);
  }
}
