import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Log-in for people: sessions, links by e-mail, the rules of a community, and mail.
 *
 * Of every secret only its hash is here. A session may lose its time and its life and never gain any; it ends with the roles it was begun
 * with, whoever changes them. A link is used once and not after its time. Who asks for a link is known by an address alone, before any
 * community is: a transaction that says an address sees the people who have it, and nothing else of them.
 *
 * Lock risk: a moment's exclusive lock on `person` for its policy and index, and on `role_grant` for its trigger. Way back: `down` drops
 * it all; everybody logs in anew.
 */
export class LogIn1767225600039 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE INDEX person_address ON person (lower(email)) WHERE email <> '';
      CREATE POLICY of_address ON person FOR SELECT USING (lower(email) = nullif(current_setting('app.address', true), ''));

      CREATE TABLE session (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
        way text NOT NULL CHECK (way IN ('link', 'passkey', 'demo')),
        began_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        idle_minutes integer NOT NULL CHECK (idle_minutes > 0),
        last_seen_at timestamptz NOT NULL,
        proved_at timestamptz,
        ended_at timestamptz,
        PRIMARY KEY (community_id, id),
        CONSTRAINT session_secret UNIQUE (secret_hash),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id),
        CONSTRAINT session_has_an_end CHECK (expires_at > began_at AND expires_at <= began_at + interval '91 days')
      );
      COMMENT ON COLUMN session.proved_at IS 'when a second factor was last proved in it';
      CREATE INDEX session_person ON session (community_id, person_id);
      CALL protect('session', 'community_id = current_community() OR secret_hash = decode(nullif(current_setting(''app.credential'', true), ''''), ''hex'')');
      REVOKE UPDATE, TRUNCATE ON session FROM commonmeter_app;
      GRANT UPDATE (secret_hash, last_seen_at, proved_at, ended_at) ON session TO commonmeter_app;

      CREATE FUNCTION session_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE moving text[] := '{secret_hash,last_seen_at,proved_at,ended_at}';
      BEGIN
        IF OLD.ended_at IS NOT NULL OR (to_jsonb(OLD) - moving) IS DISTINCT FROM (to_jsonb(NEW) - moving) THEN
          RAISE EXCEPTION 'append-only: a session that ended stays so, and none is given to another person or more time';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER only_ends BEFORE UPDATE ON session FOR EACH ROW EXECUTE FUNCTION session_only_ends();

      -- What somebody may do has changed: they log in again.
      CREATE FUNCTION roles_end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE session SET ended_at = now() WHERE community_id = NEW.community_id AND person_id = NEW.person_id AND ended_at IS NULL;
        RETURN NULL;
      END $$;
      CREATE TRIGGER end_sessions AFTER INSERT OR UPDATE ON role_grant FOR EACH ROW EXECUTE FUNCTION roles_end_sessions();

      CREATE TABLE log_in_link (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
        browser_hash bytea CHECK (length(browser_hash) = 32),
        to_path text NOT NULL DEFAULT '/',
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (community_id, id),
        CONSTRAINT log_in_link_secret UNIQUE (secret_hash),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id),
        CONSTRAINT log_in_link_is_short CHECK (expires_at > created_at AND expires_at <= created_at + interval '1 day'),
        CONSTRAINT log_in_link_used_in_time CHECK (used_at < expires_at),
        CONSTRAINT log_in_link_stays_here CHECK (to_path ~ '^/([^/\\\\]|$)')
      );
      COMMENT ON COLUMN log_in_link.browser_hash IS 'of the browser that asked for it; null where the operator made it';
      CREATE INDEX log_in_link_person ON log_in_link (community_id, person_id);
      CALL protect('log_in_link', 'community_id = current_community() OR secret_hash = decode(nullif(current_setting(''app.credential'', true), ''''), ''hex'')');
      REVOKE UPDATE, TRUNCATE ON log_in_link FROM commonmeter_app;
      GRANT UPDATE (used_at) ON log_in_link TO commonmeter_app;

      CREATE FUNCTION log_in_link_is_used_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR (to_jsonb(OLD) - 'used_at') IS DISTINCT FROM (to_jsonb(NEW) - 'used_at') THEN
          RAISE EXCEPTION 'append-only: a link is used once, and nothing else of it changes';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER used_once BEFORE UPDATE ON log_in_link FOR EACH ROW EXECUTE FUNCTION log_in_link_is_used_once();

      CREATE TABLE log_in_rules (
        community_id uuid PRIMARY KEY REFERENCES community,
        second_factor text NOT NULL DEFAULT 'compulsory' CHECK (second_factor IN ('compulsory', 'relaxed')),
        member_hours integer NOT NULL DEFAULT 720 CHECK (member_hours BETWEEN 1 AND 2160),
        member_idle_hours integer NOT NULL DEFAULT 168 CHECK (member_idle_hours BETWEEN 1 AND 2160)
      );
      COMMENT ON TABLE log_in_rules IS 'a community without a row has what the columns say where nothing is given';
      CALL protect('log_in_rules');
      REVOKE DELETE, TRUNCATE ON log_in_rules FROM commonmeter_app;

      CREATE FUNCTION only_a_demo_is_relaxed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.second_factor = 'relaxed' AND NOT EXISTS (SELECT FROM community c WHERE c.id = NEW.community_id AND c.demo) THEN
          RAISE EXCEPTION 'not-allowed: only a demo may do without the second factor of those who decide about money';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER only_a_demo BEFORE INSERT OR UPDATE ON log_in_rules FOR EACH ROW EXECUTE FUNCTION only_a_demo_is_relaxed();

      CREATE TABLE mail (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        kind short_text NOT NULL,
        subject_id uuid NOT NULL,
        message_id short_text NOT NULL,
        recipient short_text NOT NULL,
        created_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'kept', 'refused', 'dropped')),
        settled_at timestamptz,
        reason short_text,
        PRIMARY KEY (community_id, id),
        CONSTRAINT mail_once UNIQUE (community_id, kind, subject_id),
        CONSTRAINT mail_message_id UNIQUE (community_id, message_id),
        CONSTRAINT mail_settled CHECK ((state = 'waiting') = (settled_at IS NULL))
      );
      COMMENT ON TABLE mail IS 'what was to go, and what became of it; what it says is made of facts and kept nowhere';
      COMMENT ON COLUMN mail.state IS 'accepted: the server has it; kept: there is no server, or it is a demo; refused: for good; dropped: it came too late';
      CALL protect('mail');
      REVOKE UPDATE, TRUNCATE ON mail FROM commonmeter_app;
      GRANT UPDATE (state, settled_at, reason) ON mail TO commonmeter_app;

      CREATE FUNCTION mail_settles_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.state <> 'waiting' THEN
          RAISE EXCEPTION 'append-only: what became of a mail is written once';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER settles_once BEFORE UPDATE ON mail FOR EACH ROW EXECUTE FUNCTION mail_settles_once();

      -- A demo that was there before has its own people, who have no second factor.
      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE log_in_rules NO FORCE ROW LEVEL SECURITY;
      INSERT INTO log_in_rules (community_id, second_factor) SELECT id, 'relaxed' FROM community WHERE demo;
      ALTER TABLE log_in_rules FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TRIGGER end_sessions ON role_grant;
      DROP TABLE mail, log_in_rules, log_in_link, session;
      DROP FUNCTION mail_settles_once, only_a_demo_is_relaxed, log_in_link_is_used_once, roles_end_sessions, session_only_ends;
      DROP POLICY of_address ON person;
      DROP INDEX person_address;
    `);
  }
}
