import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The record is signed with another key from some day on: each key but the first comes with the note by which the one before handed over,
 * signed with both. Keys are numbered without a gap, the record keeps its name, and a head is signed with the newest key.
 *
 * Lock risk: a moment's exclusive lock on record_key and record_head, which hold a handful of rows and one for each head. Way back: `down`
 * refuses where a key was changed.
 */
export class KeyChanges1767225600047 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE record_key ADD COLUMN change text CHECK (length(change) <= 2000);
      ALTER TABLE record_key ADD CONSTRAINT record_key_handed_over CHECK ((no = 1) = (change IS NULL));
      COMMENT ON COLUMN record_key.change IS 'the note by which the key before handed over, signed with both';

      CREATE FUNCTION record_key_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.no > 1 AND NOT EXISTS (SELECT FROM record_key k WHERE k.community_id = NEW.community_id AND k.no = NEW.no - 1 AND k.origin = NEW.origin
             AND NEW.change LIKE E'commonmeter/key-change/v1\\n' || k.origin || '+%') THEN
          RAISE EXCEPTION 'record-differs: no key % handed over to this one', NEW.no - 1;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER follows BEFORE INSERT ON record_key FOR EACH ROW EXECUTE FUNCTION record_key_follows();

      CREATE FUNCTION signed_with_the_newest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM record_key k WHERE k.community_id = NEW.community_id AND k.no > NEW.key_no) THEN
          RAISE EXCEPTION 'record-differs: key % has handed over; it signs no more', NEW.key_no;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER newest_key BEFORE INSERT ON record_head FOR EACH ROW EXECUTE FUNCTION signed_with_the_newest();
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DO $$ BEGIN
        IF EXISTS (SELECT FROM record_key WHERE no > 1) THEN RAISE EXCEPTION 'a key of a record was changed; what it signed could not be told any more'; END IF;
      END $$;
      DROP TRIGGER newest_key ON record_head;
      DROP TRIGGER follows ON record_key;
      DROP FUNCTION signed_with_the_newest, record_key_follows;
      ALTER TABLE record_key DROP CONSTRAINT record_key_handed_over, DROP COLUMN change;
    `);
  }
}
