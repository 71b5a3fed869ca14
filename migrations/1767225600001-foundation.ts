import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ground everything stands on: the application's role, exact number domains, row-level security, append-only tables,
 * and the tables that every module uses (communities, people, keys, the record, idempotency, outbox).
 *
 * Lock risk: none, the database is empty. Way back: `down` drops it all; the role is left, other databases may use it.
 *
 * Traps this guards against (each tried): 'NaN' passes `>= 0`, so domains bound both sides; numeric(p,s) rounds silently,
 * so domains refuse excess digits instead; a session-wide SET leaks through a pool, so the community is set per transaction.
 */
export class Foundation1767225600001 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE EXTENSION IF NOT EXISTS btree_gist;

      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonmeter_app') THEN
          CREATE ROLE commonmeter_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
        END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server was faster
      END $$;
      DO $$ BEGIN
        IF NOT pg_has_role(current_user, 'commonmeter_app', 'MEMBER') THEN
          EXECUTE format('GRANT commonmeter_app TO %I', current_user);
        END IF;
      END $$;
      GRANT USAGE ON SCHEMA public TO commonmeter_app;

      -- Exact numbers. Excess digits are refused, not rounded; NaN and infinities fail the upper bound.
      CREATE DOMAIN money_amount AS numeric CHECK (scale(trim_scale(VALUE)) <= 2 AND VALUE > -1e13 AND VALUE < 1e13);
      CREATE DOMAIN energy_amount AS numeric CHECK (scale(trim_scale(VALUE)) <= 6 AND VALUE > -1e12 AND VALUE < 1e12);
      CREATE DOMAIN unit_price AS numeric CHECK (scale(trim_scale(VALUE)) <= 9 AND VALUE > -1e12 AND VALUE < 1e12);
      CREATE DOMAIN positive_factor AS numeric CHECK (scale(trim_scale(VALUE)) <= 9 AND VALUE > 0 AND VALUE < 1e12);
      CREATE DOMAIN share_weight AS numeric CHECK (VALUE >= 0 AND VALUE < 1e40);
      CREATE DOMAIN tax_fraction AS numeric CHECK (scale(trim_scale(VALUE)) <= 6 AND VALUE >= 0 AND VALUE < 1);
      CREATE DOMAIN short_text AS text CHECK (VALUE <> '' AND length(VALUE) <= 300);
      CREATE DOMAIN code_text AS text CHECK (VALUE ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$');

      CREATE FUNCTION current_community() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        AS $$ SELECT nullif(current_setting('app.community_id', true), '')::uuid $$;

      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'append-only: rows of % are never changed or deleted; record a correction instead', TG_TABLE_NAME;
      END $$;

      -- Every table of a community: row-level security, forced on the owner too, and the application's grants.
      CREATE PROCEDURE protect(tab regclass, policy text DEFAULT 'community_id = current_community()') LANGUAGE plpgsql AS $$ BEGIN
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
        EXECUTE format('CREATE POLICY of_community ON %s USING (%s) WITH CHECK (%s)', tab, policy, policy);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO commonmeter_app', tab);
      END $$;

      -- History: what is written stays. The grant is taken away and a trigger refuses whoever still has it.
      CREATE PROCEDURE make_append_only(tab regclass) LANGUAGE plpgsql AS $$ BEGIN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM commonmeter_app', tab);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()', tab);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', tab);
      END $$;

      CREATE TABLE community (
        id uuid PRIMARY KEY,
        no integer GENERATED ALWAYS AS IDENTITY UNIQUE,
        code code_text NOT NULL UNIQUE,
        name short_text NOT NULL,
        address text NOT NULL DEFAULT '',
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        zone short_text NOT NULL,
        locale short_text NOT NULL DEFAULT 'en-GB',
        registration_no text NOT NULL DEFAULT '',
        contact_email text NOT NULL DEFAULT '',
        contact_phone text NOT NULL DEFAULT '',
        demo boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON COLUMN community.no IS 'narrow key for readings, where sixteen bytes a row would double the table';
      CALL protect('community', 'id = current_community()');

      CREATE TABLE person (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        name short_text NOT NULL,
        email text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id)
      );
      CALL protect('person');

      CREATE TABLE role_grant (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        role text NOT NULL CHECK (role IN ('treasurer', 'approver', 'auditor', 'installer', 'member')),
        member_id uuid,
        granted_at timestamptz NOT NULL DEFAULT now(),
        revoked_at timestamptz,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id),
        CONSTRAINT role_grant_member_needs_member CHECK ((role = 'member') = (member_id IS NOT NULL))
      );
      CREATE UNIQUE INDEX role_grant_once ON role_grant (community_id, person_id, role, coalesce(member_id, community_id)) WHERE revoked_at IS NULL;
      CREATE INDEX role_grant_person ON role_grant (community_id, person_id);
      CALL protect('role_grant');

      CREATE TABLE access_token (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('person', 'device')),
        name short_text NOT NULL,
        prefix text NOT NULL,
        secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
        person_id uuid,
        site_id uuid,
        replaces_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (community_id, id),
        UNIQUE (secret_hash),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, replaces_id) REFERENCES access_token (community_id, id),
        CONSTRAINT access_token_person_or_device CHECK ((kind = 'person') = (person_id IS NOT NULL))
      );
      CREATE INDEX access_token_person ON access_token (community_id, person_id);
      CREATE INDEX access_token_replaces ON access_token (community_id, replaces_id);
      -- Who presents a secret may see the one row that belongs to it, before its community is known.
      CALL protect('access_token', 'community_id = current_community() OR secret_hash = decode(nullif(current_setting(''app.credential'', true), ''''), ''hex'')');

      CREATE TABLE audit_entry (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'device', 'system')),
        actor_id uuid,
        type short_text NOT NULL,
        subject_kind short_text NOT NULL,
        subject_id text NOT NULL,
        data jsonb NOT NULL DEFAULT '{}',
        PRIMARY KEY (community_id, id)
      );
      CREATE INDEX audit_entry_subject ON audit_entry (community_id, subject_kind, subject_id);
      CALL protect('audit_entry');
      CALL make_append_only('audit_entry');

      CREATE TABLE idempotency (
        community_id uuid NOT NULL REFERENCES community,
        principal text NOT NULL,
        key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
        fingerprint text NOT NULL,
        status integer,
        response json,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, principal, key)
      );
      CALL protect('idempotency');

      -- What must happen after a commit. Polled by "not done", never by "id > last seen": commit order is not id order.
      CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        community_id uuid NOT NULL REFERENCES community,
        topic short_text NOT NULL,
        key short_text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        claimed_until timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        done_at timestamptz,
        UNIQUE (community_id, topic, key)
      );
      CREATE INDEX outbox_open ON outbox (created_at) WHERE done_at IS NULL;
      CALL protect('outbox', 'community_id = current_community() OR current_setting(''app.dispatcher'', true) = ''on''');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE outbox, idempotency, audit_entry, access_token, role_grant, person, community;
      DROP PROCEDURE make_append_only; DROP PROCEDURE protect; DROP FUNCTION refuse_change; DROP FUNCTION current_community;
      DROP DOMAIN code_text, short_text, tax_fraction, share_weight, positive_factor, unit_price, energy_amount, money_amount;
      REVOKE USAGE ON SCHEMA public FROM commonmeter_app;
    `);
  }
}
