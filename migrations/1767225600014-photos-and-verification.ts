import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Photos of displays, verifications of meters, and why a device came out.
 *
 * A photo shows more than a number: a shop from inside, a day, a hand. So its bytes are kept like other files, in the database under their hash and for good, but in
 * a table of their own behind a second wall. Row-level security shows a photo only to a transaction that says for whom it looks (app.photos): to `all` for a
 * treasurer, else to the person who sent it and to the member it belongs to. A transaction that says nothing sees no photo, so a query that forgets the question
 * shows nothing instead of everything. What a photo is linked to is seen only by whom the photo is.
 *
 * A verification is a fact with its certificate, about one device: that with its serial number. meter.verified_until, by which validation and statements go, follows
 * the facts of the device that is in: recording one moves it, an exchange for another device ends it, and nothing else may. Where there is none it is set as before.
 *
 * Lock risk: installation gets a column with a constant default (no rewrite) and a trigger, and meter a trigger, each under a brief exclusive lock. Way back: `down` drops the
 * tables, the trigger and the column; photos, certificates and reasons are lost, and verified_until stays as it is.
 */
export class PhotosAndVerification1767225600014 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE photo (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        sha256 bytea NOT NULL CHECK (length(sha256) = 32),
        sent_sha256 bytea NOT NULL CHECK (length(sent_sha256) = 32),
        media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
        content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 8388608),
        member_id uuid,
        sent_by uuid NOT NULL,
        sent_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, sent_by) REFERENCES person (community_id, id),
        CONSTRAINT photo_hash_is_its_own CHECK (sha256 = sha256(content))
      );
      COMMENT ON COLUMN photo.sent_sha256 IS 'of the file as it came, before place and camera were taken out of it';
      COMMENT ON COLUMN photo.member_id IS 'whose it is; empty where somebody of the community took it';
      CREATE UNIQUE INDEX photo_once ON photo (community_id, sent_by, sha256, coalesce(member_id, community_id));
      CREATE INDEX photo_member ON photo (community_id, member_id);
      CALL protect('photo', $policy$community_id = current_community() AND (
        current_setting('app.photos', true) = 'all'
        OR sent_by::text = ANY (string_to_array(current_setting('app.photos', true), ','))
        OR member_id::text = ANY (string_to_array(current_setting('app.photos', true), ',')))$policy$);
      CALL make_append_only('photo');

      CREATE TABLE reading_photo (
        community_id uuid NOT NULL,
        photo_id uuid NOT NULL,
        register_id uuid NOT NULL,
        at timestamptz NOT NULL,
        linked_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, register_id, at, photo_id),
        FOREIGN KEY (community_id, photo_id) REFERENCES photo (community_id, id),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id)
      );
      COMMENT ON TABLE reading_photo IS 'a photo of what a display showed at an instant: evidence for a reading, and for one in conflict or held';
      CREATE INDEX reading_photo_photo ON reading_photo (community_id, photo_id);
      CREATE TABLE device_photo (
        community_id uuid NOT NULL,
        photo_id uuid NOT NULL,
        installation_id uuid NOT NULL,
        linked_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, installation_id, photo_id),
        FOREIGN KEY (community_id, photo_id) REFERENCES photo (community_id, id),
        FOREIGN KEY (community_id, installation_id) REFERENCES installation (community_id, id)
      );
      COMMENT ON TABLE device_photo IS 'a photo of a device, taken when it came out or another went in';
      CREATE INDEX device_photo_photo ON device_photo (community_id, photo_id);
      DO $$ DECLARE tab text; BEGIN
        FOREACH tab IN ARRAY ARRAY['reading_photo', 'device_photo'] LOOP
          EXECUTE format('CALL protect(%L, %L)', tab, format(
            'community_id = current_community() AND EXISTS (SELECT FROM photo p WHERE p.community_id = %1$I.community_id AND p.id = %1$I.photo_id)', tab));
          EXECUTE format('CALL make_append_only(%L)', tab);
        END LOOP;
      END $$;

      CREATE TABLE meter_verification (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        meter_id uuid NOT NULL,
        days civil_days NOT NULL CHECK (NOT upper_inf(days)),
        certificate short_text NOT NULL,
        serial text NOT NULL,
        recorded_by uuid NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id),
        FOREIGN KEY (community_id, recorded_by) REFERENCES person (community_id, id),
        CONSTRAINT meter_verification_once UNIQUE (community_id, meter_id, certificate)
      );
      COMMENT ON COLUMN meter_verification.days IS 'the last day is the last on which it holds';
      COMMENT ON COLUMN meter_verification.serial IS 'of the device that was verified';
      CREATE INDEX meter_verification_recorded_by ON meter_verification (community_id, recorded_by);
      CALL protect('meter_verification');
      CALL make_append_only('meter_verification');

      -- The last day of the verification that reaches farthest, of the device that went in last; null where none is recorded of it.
      CREATE FUNCTION verified_until_of(community uuid, meter uuid) RETURNS date LANGUAGE sql STABLE
        AS $$ SELECT max(upper(v.days)) - 1 FROM meter_verification v
              WHERE v.community_id = community AND v.meter_id = meter AND v.serial = (
                SELECT i.serial FROM installation i WHERE i.community_id = community AND i.meter_id = meter ORDER BY lower(i.period) DESC LIMIT 1) $$;
      CREATE FUNCTION meter_is_verified() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE meter SET verified_until = verified_until_of(NEW.community_id, NEW.meter_id)
        WHERE community_id = NEW.community_id AND id = NEW.meter_id
          AND EXISTS (SELECT FROM meter_verification v WHERE v.community_id = NEW.community_id AND v.meter_id = NEW.meter_id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER meter_is_verified AFTER INSERT ON meter_verification FOR EACH ROW EXECUTE FUNCTION meter_is_verified();
      CREATE TRIGGER meter_is_verified AFTER INSERT ON installation FOR EACH ROW EXECUTE FUNCTION meter_is_verified();
      CREATE FUNCTION verified_as_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE recorded date := verified_until_of(NEW.community_id, NEW.id);
      BEGIN
        IF recorded IS NOT NULL AND NEW.verified_until IS DISTINCT FROM recorded THEN
          RAISE EXCEPTION 'conflict: verifications of this meter are recorded with their certificates; record another instead of setting a date';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER verified_as_recorded BEFORE UPDATE OF verified_until ON meter FOR EACH ROW EXECUTE FUNCTION verified_as_recorded();

      ALTER TABLE installation ADD COLUMN removed_because text NOT NULL DEFAULT '' CHECK (length(removed_because) <= 300);
      ALTER TABLE installation ADD CONSTRAINT installation_removed_has_end CHECK (removed_because = '' OR NOT upper_inf(period));
      COMMENT ON COLUMN installation.removed_because IS 'why the device came out with no other in its place; empty where it is in, or was exchanged';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE installation DROP COLUMN removed_because;
      DROP TRIGGER meter_is_verified ON installation;
      DROP TRIGGER verified_as_recorded ON meter;
      DROP TABLE meter_verification, device_photo, reading_photo, photo;
      DROP FUNCTION verified_as_recorded, meter_is_verified, verified_until_of;
    `);
  }
}
