import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who cosigns heads of the record, with which key, and what came of it; and the policy that says how many must.
 *
 * Keys are registered once and stay; of one person the newest counts. A cosignature is of a key of the person who sent it, on a head that
 * was signed; each person cosigns a head once. Until now nothing was written to record_cosignature, so its column of free text gives way to the key.
 *
 * Lock risk: none to speak of; record_cosignature is empty. Way back: `down` drops the keys and what was cosigned.
 */
export class Cosigners1767225600046 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE cosigner_key (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        role text NOT NULL CHECK (role IN ('auditor', 'approver')),
        name short_text NOT NULL CHECK (name !~ '[\\s+]'),
        public_key hash_bytes NOT NULL,
        registered_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT cosigner_key_once UNIQUE (community_id, public_key),
        CONSTRAINT cosigner_key_name UNIQUE (community_id, name),
        CONSTRAINT cosigner_key_of_person UNIQUE (community_id, person_id, id),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE cosigner_key IS 'public keys with which people cosign heads; the secret never leaves its holder';
      CALL protect('cosigner_key');
      CALL make_append_only('cosigner_key');

      -- A key that signs the record, or bears its name, would let one person pass for two.
      CREATE FUNCTION cosigner_is_another() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM record_key k WHERE k.community_id = NEW.community_id AND (k.public_key = NEW.public_key OR k.origin = NEW.name)) THEN
          RAISE EXCEPTION 'conflict: the record itself is signed with this key, or under this name';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER is_another BEFORE INSERT ON cosigner_key FOR EACH ROW EXECUTE FUNCTION cosigner_is_another();

      DROP TABLE record_cosignature;
      CREATE TABLE record_cosignature (
        community_id uuid NOT NULL,
        size bigint NOT NULL,
        person_id uuid NOT NULL,
        key_id uuid NOT NULL,
        line text NOT NULL CHECK (length(line) <= 1000),
        cosigned_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, size, person_id),
        FOREIGN KEY (community_id, size) REFERENCES record_head (community_id, size),
        FOREIGN KEY (community_id, person_id, key_id) REFERENCES cosigner_key (community_id, person_id, id)
      );
      COMMENT ON TABLE record_cosignature IS 'lines of the notes of heads, by people who saw the record begin with what they saw before';
      CREATE INDEX record_cosignature_key ON record_cosignature (community_id, person_id, key_id);
      CALL protect('record_cosignature');
      CALL make_append_only('record_cosignature');

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'cosigning', '[2000-01-01,)', '{"required": 0}', 'when cosigning came' FROM community c
      WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'cosigning');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'cosigning';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      DROP TABLE record_cosignature;
      DROP TABLE cosigner_key;
      DROP FUNCTION cosigner_is_another;
      CREATE TABLE record_cosignature (
        community_id uuid NOT NULL,
        size bigint NOT NULL,
        person_id uuid NOT NULL,
        key text NOT NULL CHECK (length(key) <= 500),
        line text NOT NULL CHECK (length(line) <= 1000),
        received_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, size, person_id),
        FOREIGN KEY (community_id, size) REFERENCES record_head (community_id, size),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      CREATE INDEX record_cosignature_person ON record_cosignature (community_id, person_id);
      CALL protect('record_cosignature');
      CALL make_append_only('record_cosignature');
    `);
  }
}
