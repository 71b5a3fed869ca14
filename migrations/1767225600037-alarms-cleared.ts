import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Alarms of the record are cleared by a decision, and until then no head is signed.
 *
 * An alarm stayed for ever, and of one subject there could be one only: a row that was rewritten, put right and rewritten again raised
 * nothing the second time. Alarms of a subject are now numbered; the next comes when the one before was cleared. A decision names who,
 * when, why, and how many entries were made again before it. Alarms about the key of a process stop that process and no other, so they
 * do not stand in the way of a head.
 *
 * Alarms that were raised before this have not been cleared: where one is there, signing waits for a decision.
 *
 * Lock risk: a moment's exclusive lock on record_alarm, which is all but empty. Way back: `down` drops the decisions and refuses where a
 * subject has a second alarm.
 */
export class AlarmsCleared1767225600037 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE record_alarm ADD COLUMN no integer NOT NULL DEFAULT 1 CHECK (no > 0);
      ALTER TABLE record_alarm DROP CONSTRAINT record_alarm_once;
      ALTER TABLE record_alarm ADD CONSTRAINT record_alarm_once UNIQUE (community_id, kind, subject, no);

      CREATE TABLE record_alarm_clearing (
        community_id uuid NOT NULL,
        alarm_id uuid NOT NULL,
        reason short_text NOT NULL,
        cleared_by uuid NOT NULL,
        cleared_at timestamptz NOT NULL,
        entries bigint NOT NULL CHECK (entries > 0),
        PRIMARY KEY (community_id, alarm_id),
        FOREIGN KEY (community_id, alarm_id) REFERENCES record_alarm (community_id, id),
        FOREIGN KEY (community_id, cleared_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE record_alarm_clearing IS 'who found the record right again, and how many entries were made again before that was believed';
      CREATE INDEX record_alarm_clearing_person ON record_alarm_clearing (community_id, cleared_by);
      CALL protect('record_alarm_clearing');
      CALL make_append_only('record_alarm_clearing');

      CREATE FUNCTION record_alarm_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.no > 1 AND NOT EXISTS (
          SELECT FROM record_alarm a JOIN record_alarm_clearing c ON c.community_id = a.community_id AND c.alarm_id = a.id
          WHERE a.community_id = NEW.community_id AND a.kind = NEW.kind AND a.subject = NEW.subject AND a.no = NEW.no - 1) THEN
          RAISE EXCEPTION 'record-differs: the alarm before about % is open', NEW.subject;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER follows BEFORE INSERT ON record_alarm FOR EACH ROW EXECUTE FUNCTION record_alarm_follows();

      CREATE FUNCTION no_open_alarm() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM record_alarm a WHERE a.community_id = NEW.community_id AND a.kind <> 'key-differs'
                   AND NOT EXISTS (SELECT FROM record_alarm_clearing c WHERE c.community_id = a.community_id AND c.alarm_id = a.id)) THEN
          RAISE EXCEPTION 'record-differs: an alarm of the record is open; nothing is signed until somebody clears it';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER while_no_alarm BEFORE INSERT ON record_head FOR EACH ROW EXECUTE FUNCTION no_open_alarm();
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TRIGGER while_no_alarm ON record_head;
      DROP TRIGGER follows ON record_alarm;
      DROP FUNCTION no_open_alarm, record_alarm_follows;
      DROP TABLE record_alarm_clearing;
      ALTER TABLE record_alarm DROP CONSTRAINT record_alarm_once, DROP COLUMN no;
      ALTER TABLE record_alarm ADD CONSTRAINT record_alarm_once UNIQUE (community_id, kind, subject);
    `);
  }
}
