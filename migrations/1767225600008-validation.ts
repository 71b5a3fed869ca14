import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Validation of readings: what passes found, and what people decided about it.
 *
 * A finding is a question about a register, a meter or a site. It is identified by what was asked, when, and by the figures that
 * were compared, so a pass that is made again adds nothing, and figures that changed are a new question. A pass that no longer
 * sees a finding says so in a row of its own (validation_sight), and one that sees it again does the same; nothing is ever
 * deleted or overwritten. Decisions are rows as well: a finding that was only asked about or set down for estimating can still be
 * accepted later.
 *
 * register.restarts tells devices whose counters start again at zero from those whose fall must be explained. Communities that
 * are there already get the rules that new ones begin with.
 *
 * Lock risk: register gets a column with a constant default (no rewrite), and row-level security of two small tables is not
 * forced on their owner for the moment of the insert, both under a brief exclusive lock. Way back: `down` drops the tables, the
 * column and the policy rows; findings and decisions are lost.
 */
export class Validation1767225600008 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE register ADD COLUMN restarts boolean NOT NULL DEFAULT false;
      COMMENT ON COLUMN register.restarts IS 'counters of its devices start again at zero, after a power cut as a rule; a fall is then an event';

      CREATE TABLE validation_pass (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        days civil_days NOT NULL,
        span instants NOT NULL,
        policy_id uuid NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'device', 'system')),
        actor_id uuid,
        passed_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, policy_id) REFERENCES community_policy (community_id, id)
      );
      COMMENT ON TABLE validation_pass IS 'one look at all registers of a site over a span, by the rules of a policy';
      CREATE INDEX validation_pass_site ON validation_pass (community_id, site_id);
      CREATE INDEX validation_pass_policy ON validation_pass (community_id, policy_id);
      CALL protect('validation_pass');
      CALL make_append_only('validation_pass');

      CREATE TABLE validation_finding (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        pass_id uuid NOT NULL,
        site_id uuid NOT NULL,
        meter_id uuid,
        register_id uuid,
        rule code_text NOT NULL,
        severity text NOT NULL CHECK (severity IN ('blocking', 'warning')),
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL CHECK (to_at >= from_at),
        evidence jsonb NOT NULL,
        identity bytea NOT NULL CHECK (length(identity) = 32),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT validation_finding_once UNIQUE (community_id, identity),
        FOREIGN KEY (community_id, pass_id) REFERENCES validation_pass (community_id, id),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id),
        CONSTRAINT validation_finding_register_of_meter CHECK (register_id IS NULL OR meter_id IS NOT NULL)
      );
      COMMENT ON COLUMN validation_finding.pass_id IS 'the pass that first saw it';
      COMMENT ON COLUMN validation_finding.meter_id IS 'empty for a finding about the whole site';
      COMMENT ON COLUMN validation_finding.identity IS 'SHA-256 of rule, severity, subject, time and evidence';
      CREATE INDEX validation_finding_pass ON validation_finding (community_id, pass_id);
      CREATE INDEX validation_finding_site ON validation_finding (community_id, site_id, from_at);
      CREATE INDEX validation_finding_meter ON validation_finding (community_id, meter_id);
      CREATE INDEX validation_finding_register ON validation_finding (community_id, register_id);
      CALL protect('validation_finding');
      CALL make_append_only('validation_finding');

      CREATE TABLE validation_sight (
        community_id uuid NOT NULL,
        finding_id uuid NOT NULL,
        no integer NOT NULL CHECK (no > 0),
        pass_id uuid NOT NULL,
        seen boolean NOT NULL CHECK (seen = (no % 2 = 0)),
        at timestamptz NOT NULL,
        PRIMARY KEY (community_id, finding_id, no),
        FOREIGN KEY (community_id, finding_id) REFERENCES validation_finding (community_id, id),
        FOREIGN KEY (community_id, pass_id) REFERENCES validation_pass (community_id, id)
      );
      COMMENT ON TABLE validation_sight IS 'a later pass no longer saw the finding, or saw it again; no row: seen ever since';
      CREATE INDEX validation_sight_pass ON validation_sight (community_id, pass_id);
      CALL protect('validation_sight');
      CALL make_append_only('validation_sight');

      CREATE TABLE finding_decision (
        community_id uuid NOT NULL,
        finding_id uuid NOT NULL,
        no integer NOT NULL CHECK (no > 0),
        choice text NOT NULL CHECK (choice IN ('accept', 'estimate', 'ask', 'exchange-found', 'rollover-confirmed')),
        reason short_text NOT NULL,
        decided_by uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, finding_id, no),
        FOREIGN KEY (community_id, finding_id) REFERENCES validation_finding (community_id, id),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE finding_decision IS 'the last one counts; after ask and estimate another may follow';
      CREATE INDEX finding_decision_decided_by ON finding_decision (community_id, decided_by);
      CALL protect('finding_decision');
      CALL make_append_only('finding_decision');

      CREATE VIEW finding_now WITH (security_invoker = true) AS
        SELECT f.*, coalesce(s.seen, true) AS seen, CASE WHEN NOT s.seen THEN s.at END AS closed_at,
               d.no AS decisions, d.choice, d.reason, d.decided_by, d.decided_at
        FROM validation_finding f
        LEFT JOIN LATERAL (SELECT seen, at FROM validation_sight
                           WHERE community_id = f.community_id AND finding_id = f.id ORDER BY no DESC LIMIT 1) s ON true
        LEFT JOIN LATERAL (SELECT no, choice, reason, decided_by, decided_at FROM finding_decision
                           WHERE community_id = f.community_id AND finding_id = f.id ORDER BY no DESC LIMIT 1) d ON true;
      GRANT SELECT ON finding_now TO commonmeter_app;

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'validation', '[2000-01-01,)', '${firstTerms}', 'when validation came'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'validation');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP VIEW finding_now;
      DROP TABLE finding_decision, validation_sight, validation_finding, validation_pass;
      ALTER TABLE register DROP COLUMN restarts;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'validation';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}

/** As a community began with them when this was written; what it begins with later is not this migration's business. */
const firstTerms = JSON.stringify({
  'reading-time': { mode: 'block' },
  'register-regressed': { mode: 'block' },
  'rollover-assumed': { mode: 'warn' },
  'counter-restart': { mode: 'warn', maxPerHour: '100' },
  'physical-limit': { mode: 'block', maxPerHour: null },
  'silent-sibling': { mode: 'warn' },
  'missing-interval': { mode: 'block' },
  'missing-reading': { mode: 'block' },
  'zero-use': { mode: 'warn', days: 14 },
  'inactive-use': { mode: 'warn', perDay: '1' },
  'high-low-use': { mode: 'warn', lowPercent: '50', highPercent: '200' },
  spike: { mode: 'warn', percent: '300' },
  'stuck-intervals': { mode: 'warn', days: 2 },
  'unusual-day': { mode: 'warn', days: 7, deviations: '4', lowPercent: '50', highPercent: '200' },
  'sum-check': { mode: 'warn', percent: '1', quantity: '2' },
  residual: { mode: 'block' },
  'prolonged-estimation': { mode: 'block', periods: 2, months: 12 },
  'verification-passed': { mode: 'warn' },
});
