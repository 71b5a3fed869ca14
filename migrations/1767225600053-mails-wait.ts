import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Statements wait before they leave, and can be held back until then.
 *
 * A mail says when it leaves and when it was first handed over: from then on nobody can know that it is not gone, so it is not held back any
 * more. What was held, went or was refused may be sent afterwards: as another mail, with a number of its own. How long statements wait is a
 * policy, `mailing`.
 *
 * Lock risk: a moment's exclusive lock on `mail`, whose new columns have no values to be written. Way back: `down` refuses where a mail was
 * held back or sent again, for neither could be told any more.
 */
export class MailsWait1767225600053 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE mail ADD COLUMN copy integer NOT NULL DEFAULT 0 CHECK (copy >= 0), ADD COLUMN leaves_at timestamptz, ADD COLUMN handing_at timestamptz;
      COMMENT ON COLUMN mail.copy IS 'how often what it is about was to go before';
      COMMENT ON COLUMN mail.leaves_at IS 'not before then; empty for at once';
      COMMENT ON COLUMN mail.handing_at IS 'when it was first handed over; whether it arrived nobody knows until the server says so';
      ALTER TABLE mail DROP CONSTRAINT mail_once, DROP CONSTRAINT mail_state_check;
      ALTER TABLE mail ADD CONSTRAINT mail_once UNIQUE (community_id, kind, subject_id, copy),
        ADD CONSTRAINT mail_state_check CHECK (state IN ('waiting', 'held', 'accepted', 'kept', 'refused', 'dropped')),
        ADD CONSTRAINT mail_held_is_not_gone CHECK (state <> 'held' OR handing_at IS NULL);
      COMMENT ON COLUMN mail.state IS 'held: somebody held it back; accepted: the server has it; kept: there is no server, or it is a demo; refused: for good; dropped: it came too late';
      GRANT UPDATE (handing_at) ON mail TO commonmeter_app;

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'mailing', '[2000-01-01,)', '{"undoMinutes": 10}', 'when statements began to wait' FROM community c
      WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'mailing');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE mail NO FORCE ROW LEVEL SECURITY;
      DO $$ BEGIN
        IF EXISTS (SELECT FROM mail WHERE copy > 0 OR state = 'held') THEN
          RAISE EXCEPTION 'A mail was held back or sent again; without these columns nobody could tell.';
        END IF;
      END $$;
      ALTER TABLE mail FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'mailing';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE mail DROP CONSTRAINT mail_held_is_not_gone, DROP CONSTRAINT mail_state_check, DROP CONSTRAINT mail_once;
      ALTER TABLE mail ADD CONSTRAINT mail_once UNIQUE (community_id, kind, subject_id),
        ADD CONSTRAINT mail_state_check CHECK (state IN ('waiting', 'accepted', 'kept', 'refused', 'dropped'));
      COMMENT ON COLUMN mail.state IS 'accepted: the server has it; kept: there is no server, or it is a demo; refused: for good; dropped: it came too late';
      ALTER TABLE mail DROP COLUMN copy, DROP COLUMN leaves_at, DROP COLUMN handing_at;
    `);
  }
}
