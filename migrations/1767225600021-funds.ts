import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Funds: money that a council or a programme gives so that members pay less.
 *
 * What was drawn of a fund never passes what it has. The sum stands in the fund's own row and moves with each draw: two runs that are
 * issued at once change one row, so the second sees what the first left, at any isolation, and a check refuses the coin too much. At
 * every commit the sum is that of the draws. A draw belongs to a cost of an issued run, and the costs of a run that a fund bears are its draws.
 *
 * Lock risk: a moment's exclusive lock on `run_cost` and `posting` while their checks are replaced; both are validated by a scan.
 * Way back: `down` drops the funds and refuses where a run has drawn of one.
 */
export class Funds1767225600021 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE fund (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        funder short_text NOT NULL,
        site_id uuid,
        days civil_days NOT NULL,
        rate jsonb NOT NULL,
        beneficiaries jsonb NOT NULL,
        sections text[] NOT NULL CHECK (cardinality(sections) > 0),
        cap money_amount NOT NULL CHECK (cap > 0),
        member_cap money_amount CHECK (member_cap > 0),
        drawn money_amount NOT NULL DEFAULT 0,
        tax_code code_text NOT NULL,
        notice text NOT NULL CHECK (length(notice) BETWEEN 1 AND 1000),
        evidence short_text NOT NULL,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT fund_code UNIQUE (community_id, code),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id),
        CONSTRAINT fund_not_overdrawn CHECK (drawn >= 0 AND drawn <= cap)
      );
      COMMENT ON COLUMN fund.drawn IS 'sum of the draws; the row that two runs meet on';
      CREATE INDEX fund_site ON fund (community_id, site_id);
      CREATE INDEX fund_created_by ON fund (community_id, created_by);
      CALL protect('fund');
      REVOKE UPDATE, DELETE, TRUNCATE ON fund FROM commonmeter_app;
      GRANT UPDATE (drawn) ON fund TO commonmeter_app;

      CREATE TABLE fund_draw (
        community_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        run_id uuid NOT NULL,
        cost_no integer NOT NULL,
        member_id uuid NOT NULL,
        amount money_amount NOT NULL CHECK (amount > 0),
        drawn_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, fund_id, run_id, member_id),
        FOREIGN KEY (community_id, fund_id) REFERENCES fund (community_id, id),
        FOREIGN KEY (community_id, run_id, cost_no) REFERENCES run_cost (community_id, run_id, no),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id)
      );
      CREATE INDEX fund_draw_cost ON fund_draw (community_id, run_id, cost_no);
      CREATE INDEX fund_draw_member ON fund_draw (community_id, member_id);
      CALL protect('fund_draw');
      CALL make_append_only('fund_draw');

      CREATE FUNCTION fund_draws() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE of_fund record; had numeric;
      BEGIN
        -- The row is locked from here to the end of the transaction.
        UPDATE fund SET drawn = drawn + NEW.amount WHERE community_id = NEW.community_id AND id = NEW.fund_id RETURNING code, member_cap INTO of_fund;
        IF of_fund.member_cap IS NULL THEN RETURN NEW; END IF;
        SELECT coalesce(sum(amount), 0) INTO had FROM fund_draw
          WHERE community_id = NEW.community_id AND fund_id = NEW.fund_id AND member_id = NEW.member_id;
        IF had + NEW.amount > of_fund.member_cap THEN
          RAISE EXCEPTION 'fund-exhausted: a member draws more of the fund % than one member may have; calculate the run again', of_fund.code;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER draws BEFORE INSERT ON fund_draw FOR EACH ROW EXECUTE FUNCTION fund_draws();

      CREATE FUNCTION fund_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE total numeric; stands numeric;
      BEGIN
        SELECT coalesce(sum(amount), 0) INTO total FROM fund_draw WHERE community_id = NEW.community_id AND fund_id = NEW.id;
        SELECT drawn INTO stands FROM fund WHERE community_id = NEW.community_id AND id = NEW.id;
        IF total <> stands THEN
          RAISE EXCEPTION 'shares-do-not-add-up: the fund % says that % were drawn, its draws come to %', NEW.code, stands, total;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT OR UPDATE ON fund DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fund_adds_up();

      ALTER TABLE run_cost ADD COLUMN fund_id uuid;
      ALTER TABLE run_cost ADD FOREIGN KEY (community_id, fund_id) REFERENCES fund (community_id, id);
      ALTER TABLE run_cost DROP CONSTRAINT run_cost_one_source;
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_one_source CHECK (num_nonnulls(bill_id, charge_id, fund_id) = 1);
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_fund_gives CHECK (fund_id IS NULL OR amount < 0);
      CREATE INDEX run_cost_fund ON run_cost (community_id, fund_id);

      -- What a fund bears of an issued run is what was drawn of it, and nothing is drawn but that.
      CREATE FUNCTION run_draws_funds() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE gap record;
      BEGIN
        IF NEW.status <> 'issued' OR OLD.status = 'issued' THEN RETURN NULL; END IF;
        SELECT c.no, c.amount, coalesce(sum(d.amount), 0) AS drawn INTO gap FROM run_cost c
          LEFT JOIN fund_draw d ON d.community_id = c.community_id AND d.run_id = c.run_id AND d.cost_no = c.no AND d.fund_id = c.fund_id
          WHERE c.community_id = NEW.community_id AND c.run_id = NEW.id AND c.fund_id IS NOT NULL
          GROUP BY c.no, c.amount HAVING coalesce(sum(d.amount), 0) <> -c.amount LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'shares-do-not-add-up: cost % of the run gives %, the fund was drawn by %', gap.no, -gap.amount, gap.drawn;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER draws_funds AFTER UPDATE OF status ON billing_run DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION run_draws_funds();
      CREATE FUNCTION draw_is_of_its_cost() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM run_cost c JOIN billing_run r ON r.community_id = c.community_id AND r.id = c.run_id
                       WHERE c.community_id = NEW.community_id AND c.run_id = NEW.run_id AND c.no = NEW.cost_no
                         AND c.fund_id = NEW.fund_id AND r.status IN ('issued', 'closed')) THEN
          RAISE EXCEPTION 'shares-do-not-add-up: a fund is drawn by its own cost of a run that is issued';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER of_its_cost AFTER INSERT ON fund_draw DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION draw_is_of_its_cost();

      ALTER TABLE posting DROP CONSTRAINT posting_account_check;
      ALTER TABLE posting ADD CONSTRAINT posting_account_check CHECK (account IN ('receivable', 'supplier-clearing', 'supplier-payable',
        'tax-output', 'tax-input', 'common-cost', 'vacant-cost', 'held', 'own-income', 'bank', 'funds-receivable'));
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE posting DROP CONSTRAINT posting_account_check;
      ALTER TABLE posting ADD CONSTRAINT posting_account_check CHECK (account IN ('receivable', 'supplier-clearing', 'supplier-payable',
        'tax-output', 'tax-input', 'common-cost', 'vacant-cost', 'held', 'own-income', 'bank'));
      DROP TRIGGER draws_funds ON billing_run;
      DROP TABLE fund_draw;
      ALTER TABLE run_cost DROP CONSTRAINT run_cost_one_source, DROP CONSTRAINT run_cost_fund_gives;
      ALTER TABLE run_cost ADD CONSTRAINT run_cost_one_source CHECK (num_nonnulls(bill_id, charge_id) = 1);
      ALTER TABLE run_cost DROP COLUMN fund_id;
      DROP TABLE fund;
      DROP FUNCTION draw_is_of_its_cost; DROP FUNCTION run_draws_funds; DROP FUNCTION fund_adds_up; DROP FUNCTION fund_draws;
    `);
  }
}
