import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What can be booked by the hour, bookings, and what of a space changes with time: the weight of its floor, and people in it.
 *
 * A resource is booked by one at a time (exclusion constraint over what is not cancelled). A booking is never changed: it is
 * cancelled, once, and stays. Its price is written into it when it is made, so that a later price list changes no weight.
 * Prices and measures have one value a day at most, and end but are never edited.
 *
 * What a version of a key needs is a policy of the community: the treasurer alone, as it was, or a recorded vote. The vote is kept beside
 * its version; one that was not carried is refused here too.
 *
 * Lock risk: none, the tables are new, and a community gets one row. Way back: `down` drops the tables and takes the policy away.
 */
export class BookingsAndMeasures1767225600019 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE space_measure (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        space_id uuid NOT NULL,
        member_id uuid,
        what text NOT NULL CHECK (what IN ('weight', 'headcount')),
        value numeric NOT NULL CHECK (scale(trim_scale(value)) <= 9 AND value >= 0 AND value < 1e9),
        days civil_days NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        CONSTRAINT space_measure_of_whom CHECK ((what = 'headcount') = (member_id IS NOT NULL)),
        CONSTRAINT space_measure_weighs CHECK (what <> 'weight' OR value > 0),
        CONSTRAINT space_measure_no_overlap EXCLUDE USING gist (community_id WITH =, space_id WITH =, what WITH =, days WITH &&)
      );
      COMMENT ON TABLE space_measure IS 'weight of a square metre, in place of the space''s own; and how many people a member has in it';
      CREATE INDEX space_measure_space ON space_measure (community_id, space_id);
      CREATE INDEX space_measure_member ON space_measure (community_id, member_id);
      CALL protect('space_measure');
      CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON space_measure FOR EACH ROW EXECUTE FUNCTION version_only_ends();

      CREATE TABLE resource (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        space_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT resource_code UNIQUE (community_id, code),
        CONSTRAINT resource_space UNIQUE (community_id, space_id),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id)
      );
      COMMENT ON TABLE resource IS 'what can be booked by the hour: a thing, or a space where space_id names it';
      CREATE INDEX resource_site ON resource (community_id, site_id);
      CALL protect('resource');
      CALL make_append_only('resource');

      CREATE TABLE resource_price (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        resource_id uuid NOT NULL,
        days civil_days NOT NULL,
        per_hour unit_price NOT NULL CHECK (per_hour >= 0),
        minimum money_amount NOT NULL CHECK (minimum >= 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, resource_id) REFERENCES resource (community_id, id),
        CONSTRAINT resource_price_no_overlap EXCLUDE USING gist (community_id WITH =, resource_id WITH =, days WITH &&)
      );
      CREATE INDEX resource_price_resource ON resource_price (community_id, resource_id);
      CALL protect('resource_price');
      CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON resource_price FOR EACH ROW EXECUTE FUNCTION version_only_ends();

      CREATE TABLE booking (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        resource_id uuid NOT NULL,
        member_id uuid NOT NULL,
        period instants NOT NULL,
        per_hour unit_price CHECK (per_hour >= 0),
        minimum money_amount CHECK (minimum >= 0),
        note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
        created_at timestamptz NOT NULL,
        cancelled_at timestamptz,
        cancelled_by uuid,
        cancel_reason short_text,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, resource_id) REFERENCES resource (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        FOREIGN KEY (community_id, cancelled_by) REFERENCES person (community_id, id),
        CONSTRAINT booking_ends CHECK (NOT upper_inf(period) AND upper(period) - lower(period) <= interval '92 days'),
        CONSTRAINT booking_on_the_minute CHECK (extract(epoch FROM lower(period)) % 60 = 0 AND extract(epoch FROM upper(period)) % 60 = 0),
        CONSTRAINT booking_price_is_whole CHECK ((per_hour IS NULL) = (minimum IS NULL)),
        CONSTRAINT booking_cancelled_with_reason CHECK (num_nonnulls(cancelled_at, cancelled_by, cancel_reason) IN (0, 3)),
        CONSTRAINT booking_no_overlap EXCLUDE USING gist (community_id WITH =, resource_id WITH =, period WITH &&)
          WHERE (cancelled_at IS NULL)
      );
      COMMENT ON COLUMN booking.per_hour IS 'as it was when the booking was made';
      CREATE INDEX booking_resource ON booking (community_id, resource_id);
      CREATE INDEX booking_member ON booking (community_id, member_id);
      CREATE INDEX booking_cancelled_by ON booking (community_id, cancelled_by);
      CALL protect('booking');

      CREATE FUNCTION booking_only_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL
           AND (to_jsonb(OLD) - '{cancelled_at,cancelled_by,cancel_reason}'::text[])
             = (to_jsonb(NEW) - '{cancelled_at,cancelled_by,cancel_reason}'::text[]) THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'append-only: a booking is cancelled once and never changed; make another';
      END $$;
      CREATE TRIGGER only_cancelled BEFORE UPDATE OR DELETE ON booking FOR EACH ROW EXECUTE FUNCTION booking_only_cancelled();

      CREATE TABLE key_version_vote (
        community_id uuid NOT NULL,
        version_id uuid NOT NULL,
        votes_for integer NOT NULL CHECK (votes_for >= 0),
        votes_against integer NOT NULL CHECK (votes_against >= 0),
        votes_abstained integer NOT NULL CHECK (votes_abstained >= 0),
        PRIMARY KEY (community_id, version_id),
        FOREIGN KEY (community_id, version_id) REFERENCES key_version (community_id, id),
        CONSTRAINT key_version_vote_carried CHECK (votes_for > votes_against)
      );
      COMMENT ON TABLE key_version_vote IS 'how members voted on a version of a key';
      CALL protect('key_version_vote');
      CALL make_append_only('key_version_vote');

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'adoption', '[2000-01-01,)', '{"keys": "treasurer"}', 'as it was before'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'adoption');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'adoption';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      DROP TABLE key_version_vote, booking, resource_price, resource, space_measure;
      DROP FUNCTION booking_only_cancelled;
    `);
  }
}
