import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Final statements: a run over the part of a period up to the day on which a member leaves, which bills that member alone (ADR 0032).
 *
 * What it shares is expected and not known, so it stands for no period: `standing_run` leaves it out, it fixes no part of a supplier's bill and
 * draws of no fund. The ordinary run of the whole period carries it (`run_cost.carried_from`, `correction_carried`) as a credit of what it
 * billed. An ordinary run is not issued without settling every final statement of its days, and none is issued after it; both take one lock of the
 * site, so that of two at once the second sees the first. A final statement that was settled is not credited by hand as well.
 *
 * Lock risk: a moment's exclusive lock on `billing_run` and `invoice`; the exclusion of overlapping runs is built anew by a scan. Way back: `down`;
 * final statements must not be there, for without the column they would be runs that overlap.
 */
export class FinalStatements1767225600038 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE billing_run ADD COLUMN leaver_id uuid;
      ALTER TABLE billing_run ADD FOREIGN KEY (community_id, leaver_id) REFERENCES member (community_id, id);
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_final_corrects_nothing CHECK (leaver_id IS NULL OR corrects_id IS NULL);
      COMMENT ON COLUMN billing_run.leaver_id IS 'the member whose final statement it is: it bills nobody else, and stands for no period';
      CREATE INDEX billing_run_leaver ON billing_run (community_id, leaver_id);
      ALTER TABLE billing_run DROP CONSTRAINT billing_run_one_live;
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_one_live EXCLUDE USING gist (community_id WITH =, site_id WITH =, days WITH &&)
        WHERE (status <> 'cancelled' AND corrects_id IS NULL AND leaver_id IS NULL);
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_one_final EXCLUDE USING gist (community_id WITH =, site_id WITH =, leaver_id WITH =, days WITH &&)
        WHERE (status <> 'cancelled' AND leaver_id IS NOT NULL);
      ${standing('AND r.leaver_id IS NULL')}

      CREATE FUNCTION final_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF NEW.leaver_id IS DISTINCT FROM OLD.leaver_id THEN RAISE EXCEPTION 'append-only: whose final statement a run is, is said when it is opened'; END IF;
          RETURN NEW;
        END IF;
        IF NEW.corrects_id IS NOT NULL THEN
          IF EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id AND r.id = NEW.corrects_id AND r.leaver_id IS NOT NULL) THEN
            RAISE EXCEPTION 'run-not-in-state: a final statement is settled by the run of its period, not corrected';
          END IF;
          RETURN NEW;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('final-statements ' || NEW.site_id, 0));
        IF NEW.leaver_id IS NOT NULL AND EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id AND r.site_id = NEW.site_id
             AND r.days && NEW.days AND r.corrects_id IS NULL AND r.leaver_id IS NULL AND r.status IN ('issued', 'closed')) THEN
          RAISE EXCEPTION 'overlapping-run: some of these days have been billed; begin the final statement on the day after them';
        END IF;
        IF EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id AND r.site_id = NEW.site_id AND r.days && NEW.days
             AND r.corrects_id IS NULL AND r.status <> 'cancelled' AND (r.leaver_id IS NULL) <> (NEW.leaver_id IS NULL)
             AND NOT CASE WHEN NEW.leaver_id IS NULL THEN NEW.days @> r.days ELSE r.days @> NEW.days END) THEN
          RAISE EXCEPTION 'overlapping-run: a final statement lies within one billing period; cut neither of the two';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER final_fits BEFORE INSERT OR UPDATE ON billing_run FOR EACH ROW EXECUTE FUNCTION final_fits();

      -- The two ends of the promise to who has left: a run that bills the days settles the final statement, and none comes after it.
      CREATE FUNCTION finals_are_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' OR NEW.corrects_id IS NOT NULL THEN RETURN NULL; END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('final-statements ' || NEW.site_id, 0));
        IF NEW.leaver_id IS NOT NULL THEN
          IF EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id AND r.site_id = NEW.site_id AND r.days && NEW.days
               AND r.corrects_id IS NULL AND r.leaver_id IS NULL AND r.status IN ('issued', 'closed')) THEN
            RAISE EXCEPTION 'run-changed: the run of these days has been issued, so the member has its bill; cancel the final statement';
          END IF;
          RETURN NULL;
        END IF;
        IF EXISTS (SELECT FROM billing_run f JOIN invoice i ON i.community_id = f.community_id AND i.run_id = f.id AND i.kind = 'invoice'
             WHERE f.community_id = NEW.community_id AND f.site_id = NEW.site_id AND f.leaver_id IS NOT NULL AND f.status IN ('issued', 'closed') AND f.days && NEW.days
               AND NOT EXISTS (SELECT FROM invoice c WHERE c.community_id = i.community_id AND c.credits_id = i.id)
               AND NOT EXISTS (SELECT FROM correction_carried x WHERE x.community_id = f.community_id AND x.correction_id = f.id AND x.run_id = NEW.id)) THEN
          RAISE EXCEPTION 'run-changed: a final statement of these days has been issued; calculate the run again, so that it settles it';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER finals_are_settled AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION finals_are_settled();

      CREATE FUNCTION final_is_credited_once() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE final record; BEGIN
        SELECT f.id, f.site_id, f.community_id INTO final FROM invoice i JOIN billing_run f ON f.community_id = i.community_id AND f.id = i.run_id
          WHERE i.community_id = NEW.community_id AND i.id = NEW.credits_id AND f.leaver_id IS NOT NULL;
        IF NOT FOUND THEN RETURN NULL; END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended('final-statements ' || final.site_id, 0));
        IF EXISTS (SELECT FROM correction_carried x WHERE x.community_id = final.community_id AND x.correction_id = final.id) THEN
          RAISE EXCEPTION 'conflict: the run of its period has settled this final statement; correct that run, or credit its invoice';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER final_is_credited_once AFTER INSERT ON invoice DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW WHEN (NEW.kind = 'credit-note') EXECUTE FUNCTION final_is_credited_once();

      -- Expected costs are no part of a bill, and expected relief is drawn of no fund.
      ${gates('WHEN (NEW.leaver_id IS NULL)')}
      COMMENT ON TABLE correction_carried IS 'which run billed the deltas of a correction, or settled a final statement';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ${gates('')}
      DROP TRIGGER final_is_credited_once ON invoice;
      DROP TRIGGER finals_are_settled ON billing_run;
      DROP TRIGGER final_fits ON billing_run;
      DROP FUNCTION final_is_credited_once; DROP FUNCTION finals_are_settled; DROP FUNCTION final_fits;
      ${standing('')}
      ALTER TABLE billing_run DROP CONSTRAINT billing_run_one_final, DROP CONSTRAINT billing_run_one_live;
      ALTER TABLE billing_run ADD CONSTRAINT billing_run_one_live EXCLUDE USING gist (community_id WITH =, site_id WITH =, days WITH &&)
        WHERE (status <> 'cancelled' AND corrects_id IS NULL);
      ALTER TABLE billing_run DROP COLUMN leaver_id;
    `);
  }
}

/** Of a run and its corrections the last that was issued (migration 28). */
const standing = (also: string): string => `
      CREATE OR REPLACE VIEW standing_run WITH (security_invoker = true) AS
        SELECT r.community_id, r.id, coalesce(r.corrects_id, r.id) AS origin_id, r.site_id, r.days, r.currency, r.status, r.issued_at
        FROM billing_run r WHERE r.status IN ('issued', 'closed') ${also} AND NOT EXISTS (
          SELECT FROM billing_run c WHERE c.community_id = r.community_id AND c.corrects_id = coalesce(r.corrects_id, r.id)
            AND c.status IN ('issued', 'closed') AND (r.corrects_id IS NULL OR (c.issued_at, c.id) > (r.issued_at, r.id)));`;

/** The gates of supplier bills and of funds (migrations 34 and 21). @param when which runs pass through them */
const gates = (when: string): string => `
      DROP TRIGGER accrues ON billing_run;
      CREATE CONSTRAINT TRIGGER accrues AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW ${when} EXECUTE FUNCTION run_accrues();
      DROP TRIGGER draws_funds ON billing_run;
      CREATE CONSTRAINT TRIGGER draws_funds AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW ${when} EXECUTE FUNCTION run_draws_funds();`;
