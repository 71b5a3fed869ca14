import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Billing runs, their costs and shares: where the central promise is kept.
 *
 * For every cost of every run the shares add up to the amount exactly: checked when shares are written (per statement, over
 * exactly the costs it touched) and again for each cost at commit. One check per parent keeps a run of thousands of shares fast;
 * a deferred row trigger on the child would repeat it per row (ADR 0012).
 *
 * A figure of a run is frozen from its approval on. Two live runs cannot overlap for a site. Proposer and approver are two people.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class BillingRuns1767225600005 implements MigrationInterface {
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
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE run_line, run_share, run_cost, run_use, run_override, run_issue, billing_run;
      DROP FUNCTION refuse_frozen; DROP FUNCTION run_is_open; DROP FUNCTION share_leaves_with_its_cost; DROP FUNCTION cost_is_shared;
      DROP FUNCTION shares_add_up; DROP FUNCTION run_steps;
    `);
  }
}
