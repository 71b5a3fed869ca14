import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sites, spaces, members, occupancies and the community's dated policies.
 *
 * Two occupants of one space at once are impossible (exclusion constraint), so no day of a space is ever billed twice.
 * Periods are half-open, so no day counts for two shops; PostgreSQL brings a date range that was written closed to that form itself.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class PlacesAndPeople1767225600002 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE DOMAIN civil_days AS daterange
        CHECK (NOT isempty(VALUE) AND lower(VALUE) IS NOT NULL AND lower_inc(VALUE) AND NOT upper_inc(VALUE));

      CREATE TABLE community_policy (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        name code_text NOT NULL,
        days civil_days NOT NULL,
        terms jsonb NOT NULL,
        decided_by uuid,
        decision text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id),
        CONSTRAINT community_policy_no_overlap EXCLUDE USING gist (community_id WITH =, name WITH =, days WITH &&)
      );
      CREATE INDEX community_policy_decided_by ON community_policy (community_id, decided_by);
      CALL protect('community_policy');

      CREATE TABLE site (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        address text NOT NULL DEFAULT '',
        zone short_text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT site_code UNIQUE (community_id, code)
      );
      CALL protect('site');
      ALTER TABLE access_token ADD FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id);
      CREATE INDEX access_token_site ON access_token (community_id, site_id);

      CREATE TABLE member (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        contact_name text NOT NULL DEFAULT '',
        email text NOT NULL DEFAULT '',
        address text NOT NULL DEFAULT '',
        trade text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT member_code UNIQUE (community_id, code)
      );
      CALL protect('member');
      ALTER TABLE role_grant ADD FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id);
      CREATE INDEX role_grant_member ON role_grant (community_id, member_id);

      CREATE TABLE space (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        kind text NOT NULL DEFAULT 'let' CHECK (kind IN ('let', 'common')),
        area positive_factor NOT NULL,
        weight positive_factor NOT NULL DEFAULT 1,
        vacant_payer_member_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT space_code UNIQUE (community_id, code),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, vacant_payer_member_id) REFERENCES member (community_id, id)
      );
      COMMENT ON COLUMN space.area IS 'square metres';
      COMMENT ON COLUMN space.vacant_payer_member_id IS 'who pays while nobody occupies it; empty means the community itself';
      CREATE INDEX space_site ON space (community_id, site_id);
      CREATE INDEX space_vacant_payer ON space (community_id, vacant_payer_member_id);
      CALL protect('space');

      CREATE TABLE occupancy (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        space_id uuid NOT NULL,
        member_id uuid NOT NULL,
        days civil_days NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (community_id WITH =, space_id WITH =, days WITH &&)
      );
      CREATE INDEX occupancy_space ON occupancy (community_id, space_id);
      CREATE INDEX occupancy_member ON occupancy (community_id, member_id);
      CALL protect('occupancy');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE role_grant DROP CONSTRAINT role_grant_community_id_member_id_fkey; DROP INDEX role_grant_member;
      ALTER TABLE access_token DROP CONSTRAINT access_token_community_id_site_id_fkey; DROP INDEX access_token_site;
      DROP TABLE occupancy, space, member, site, community_policy;
      DROP DOMAIN civil_days;
    `);
  }
}
