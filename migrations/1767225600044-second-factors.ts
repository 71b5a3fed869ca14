import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Second factors: passkeys, the app that makes codes, recovery codes, and what keeps any of them from being tried or used twice.
 *
 * Of a passkey there is its public half; the secret that an app shares with us is sealed with a key that lies outside of the database;
 * of recovery codes there is the hash. A step of the clock is used once, and so is a challenge.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them; people log in by e-mail and set up anew what they had.
 */
export class SecondFactors1767225600044 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE passkey (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        credential_id text NOT NULL CHECK (credential_id ~ '^[A-Za-z0-9_-]+$' AND length(credential_id) BETWEEN 16 AND 1400),
        credential_hash bytea NOT NULL CHECK (length(credential_hash) = 32),
        public_key bytea NOT NULL CHECK (length(public_key) BETWEEN 32 AND 4096),
        counter bigint NOT NULL CHECK (counter >= 0),
        transports text[] NOT NULL DEFAULT '{}',
        is_backed_up boolean NOT NULL,
        name short_text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        PRIMARY KEY (community_id, id),
        CONSTRAINT passkey_once UNIQUE (credential_hash),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      CREATE INDEX passkey_person ON passkey (community_id, person_id);
      CALL protect('passkey', 'community_id = current_community() OR credential_hash = decode(nullif(current_setting(''app.credential'', true), ''''), ''hex'')');
      REVOKE UPDATE, TRUNCATE ON passkey FROM commonmeter_app;
      GRANT UPDATE (counter, is_backed_up, last_used_at) ON passkey TO commonmeter_app;

      CREATE FUNCTION passkey_only_counts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE moving text[] := '{counter,is_backed_up,last_used_at}';
      BEGIN
        IF NEW.counter < OLD.counter OR (to_jsonb(OLD) - moving) IS DISTINCT FROM (to_jsonb(NEW) - moving) THEN
          RAISE EXCEPTION 'append-only: a passkey stays whose it is, and its counter never goes back';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER only_counts BEFORE UPDATE ON passkey FOR EACH ROW EXECUTE FUNCTION passkey_only_counts();

      CREATE TABLE authenticator (
        community_id uuid NOT NULL,
        person_id uuid NOT NULL,
        sealed_secret bytea NOT NULL CHECK (length(sealed_secret) = 48),
        created_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        last_step bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (community_id, person_id),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      COMMENT ON COLUMN authenticator.last_step IS 'the step of the clock whose code was last used; only later ones are';
      CALL protect('authenticator');
      REVOKE UPDATE, TRUNCATE ON authenticator FROM commonmeter_app;
      GRANT UPDATE (confirmed_at, last_step) ON authenticator TO commonmeter_app;

      CREATE FUNCTION authenticator_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.last_step <= OLD.last_step OR NEW.confirmed_at IS NULL OR NEW.sealed_secret <> OLD.sealed_secret
           OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at <> OLD.confirmed_at) THEN
          RAISE EXCEPTION 'append-only: a code is used once, and the secret behind it never changes';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER goes_on BEFORE UPDATE ON authenticator FOR EACH ROW EXECUTE FUNCTION authenticator_goes_on();

      CREATE TABLE recovery_code (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
        created_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (community_id, id),
        CONSTRAINT recovery_code_once UNIQUE (community_id, person_id, code_hash),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      CREATE INDEX recovery_code_person ON recovery_code (community_id, person_id);
      CALL protect('recovery_code');
      REVOKE UPDATE, TRUNCATE ON recovery_code FROM commonmeter_app;
      GRANT UPDATE (used_at) ON recovery_code TO commonmeter_app;
      CREATE FUNCTION recovery_code_is_used_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.used_at IS NOT NULL OR NEW.used_at IS NULL THEN
          RAISE EXCEPTION 'append-only: a recovery code is used once';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER used_once BEFORE UPDATE ON recovery_code FOR EACH ROW EXECUTE FUNCTION recovery_code_is_used_once();

      CREATE TABLE proof_pause (
        community_id uuid NOT NULL,
        person_id uuid NOT NULL,
        failures integer NOT NULL CHECK (failures >= 0),
        until timestamptz,
        PRIMARY KEY (community_id, person_id),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE proof_pause IS 'codes that did not fit, in a row, and until when no other is looked at';
      CALL protect('proof_pause');

      CREATE TABLE spent_challenge (
        community_id uuid NOT NULL REFERENCES community,
        challenge_hash bytea NOT NULL CHECK (length(challenge_hash) = 32),
        spent_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, challenge_hash)
      );
      COMMENT ON TABLE spent_challenge IS 'answered challenges, kept for as long as they would still hold';
      CALL protect('spent_challenge');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE spent_challenge, proof_pause, recovery_code, authenticator, passkey;
      DROP FUNCTION recovery_code_is_used_once, authenticator_goes_on, passkey_only_counts;
    `);
  }
}
