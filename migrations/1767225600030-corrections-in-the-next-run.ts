import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A correction may also reach the members by lines of the next run, and without documents of its own.
 *
 * What such a correction moves waits in the held account. The next run of the site carries it: a cost for each cost that moved, shared as the
 * deltas say; it is no cost of that run's days and is not counted among them. A correction is carried by one run, also where two are issued at
 * once. A run that was corrected so cannot be credited and issued anew afterwards: its invoices are not what stands.
 *
 * Lock risk: a moment's exclusive lock on `billing_run`, `run_cost` and `run_delta`; checks are validated by a scan. Way back: `down` drops
 * columns and table; corrections of this kind must not be there.
 */
export class CorrectionsInTheNextRun1767225600030 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE billing_run DROP CONSTRAINT billing_run_way_check;
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_way_check CHECK (way IN ('credit-and-reissue', 'next-run'));
      ALTER TABLE run_delta ADD COLUMN tax_rate tax_fraction;
      COMMENT ON COLUMN run_delta.tax_rate IS 'of a line; empty of what no member is billed';

      ALTER TABLE run_cost ADD COLUMN carried_from uuid;
      ALTER TABLE run_cost ADD FOREIGN KEY (community_id, carried_from) REFERENCES billing_run (community_id, id);
      ALTER TABLE run_cost DROP CONSTRAINT run_cost_one_source;
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_one_source CHECK (num_nonnulls(bill_id, charge_id, fund_id, carried_from) = 1);
      COMMENT ON COLUMN run_cost.carried_from IS 'the correction of an earlier run whose deltas it bills; no cost of the days of this run';
      CREATE INDEX run_cost_carried_from ON run_cost (community_id, carried_from);

      CREATE TABLE correction_carried (
        community_id uuid NOT NULL,
        correction_id uuid NOT NULL,
        run_id uuid NOT NULL,
        PRIMARY KEY (community_id, correction_id),
        FOREIGN KEY (community_id, correction_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id)
      );
      COMMENT ON TABLE correction_carried IS 'which run billed the deltas of a correction';
      CREATE INDEX correction_carried_run ON correction_carried (community_id, run_id);
      CALL protect('correction_carried');
      CALL make_append_only('correction_carried');

      CREATE FUNCTION carries_once() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE other uuid;
      BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' THEN RETURN NULL; END IF;
        SELECT c.carried_from INTO other FROM run_cost c WHERE c.community_id = NEW.community_id AND c.run_id = NEW.id AND c.carried_from IS NOT NULL
          AND NOT EXISTS (SELECT FROM correction_carried x WHERE x.community_id = c.community_id AND x.correction_id = c.carried_from
                            AND x.run_id = coalesce(NEW.corrects_id, NEW.id)) LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'shares-do-not-add-up: the correction % is carried by another run', other; END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER carries_once AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION carries_once();

      CREATE FUNCTION correction_way_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.way = 'credit-and-reissue' AND EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id
             AND r.corrects_id = NEW.corrects_id AND r.way = 'next-run' AND r.status IN ('issued', 'closed')) THEN
          RAISE EXCEPTION 'run-not-in-state: a run that was corrected in the next run is corrected so again';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER way_fits BEFORE INSERT ON billing_run FOR EACH ROW EXECUTE FUNCTION correction_way_fits();
      ${reconciles(`gap.moved <> gap.billed AND NEW.way = 'credit-and-reissue' OR gap.billed <> 0 AND NEW.way = 'next-run'`)}
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ${reconciles('gap.moved <> gap.billed')}
      DROP TRIGGER way_fits ON billing_run;
      DROP TRIGGER carries_once ON billing_run;
      DROP FUNCTION correction_way_fits; DROP FUNCTION carries_once;
      DROP TABLE correction_carried;
      ALTER TABLE run_cost DROP CONSTRAINT run_cost_one_source;
      ALTER TABLE run_cost DROP COLUMN carried_from;
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_one_source CHECK (num_nonnulls(bill_id, charge_id, fund_id) = 1);
      ALTER TABLE run_delta DROP COLUMN tax_rate;
      ALTER TABLE billing_run DROP CONSTRAINT billing_run_way_check;
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_way_check CHECK (way IN ('credit-and-reissue'));
    `);
  }
}

/** The last gate of a correction, with what makes its documents wrong. */
const reconciles = (wrong: string): string => `
  CREATE OR REPLACE FUNCTION correction_reconciles() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF ${wrong} THEN
      RAISE EXCEPTION 'lines-do-not-add-up: members are to bear % more, their documents come to %', gap.moved, gap.billed;
    END IF;
    RETURN NULL;
  END $$;`;
