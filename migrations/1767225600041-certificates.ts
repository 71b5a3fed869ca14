import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The reconciliation certificate of each issued run (ADR 0034): one canonical text, signed with the key of the record, written once.
 *
 * The database lets one in only for an issued run, under a head that was signed, with the note over its own hash, and where its totals
 * are those of the stored shares, kind by kind, but for what settles the final statement of one member: whoever could write another certificate could not write one that does not add up.
 *
 * Lock risk: none, a new table only. Way back: `down` drops it; the next process that takes runs into the record certifies them again,
 * under a later head.
 */
export class Certificates1767225600041 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE run_certificate (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        run_id uuid NOT NULL,
        content text NOT NULL CHECK (content LIKE '{%}' AND length(content) <= 4000000),
        signature text NOT NULL CHECK (length(signature) <= 20000),
        log_size bigint NOT NULL,
        made_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT run_certificate_once UNIQUE (community_id, run_id),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, log_size) REFERENCES record_head (community_id, size)
      );
      COMMENT ON TABLE run_certificate IS 'what everybody of a community may know of an issued run, signed';
      CREATE INDEX run_certificate_head ON run_certificate (community_id, log_size);
      CALL protect('run_certificate');
      CALL make_append_only('run_certificate');

      CREATE FUNCTION certificate_holds() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE said jsonb := NEW.content::jsonb; bad record; head record; BEGIN
        IF NOT EXISTS (SELECT FROM billing_run r WHERE r.community_id = NEW.community_id AND r.id = NEW.run_id AND r.status IN ('issued', 'closed') AND r.leaver_id IS NULL) THEN
          RAISE EXCEPTION 'run-not-in-state: only what was issued is certified, and a final statement with the run of its period';
        END IF;
        SELECT h.size, encode(h.root, 'hex') AS root, k.origin INTO head FROM record_head h
          JOIN record_key k ON k.community_id = h.community_id AND k.no = h.key_no
          WHERE h.community_id = NEW.community_id AND h.size = NEW.log_size;
        IF said->>'run' IS DISTINCT FROM NEW.run_id::text OR said->'log' IS DISTINCT FROM
             jsonb_build_object('origin', head.origin, 'size', head.size, 'root', head.root) THEN
          RAISE EXCEPTION 'record-differs: the certificate is of another run, or of another head';
        END IF;
        IF NOT starts_with(NEW.signature, E'commonmeter.certificate/1\\n' || head.origin || E'\\n' || NEW.run_id || E'\\n'
             || encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') || E'\\n\\n') THEN
          RAISE EXCEPTION 'record-differs: the text that is signed is of another certificate';
        END IF;
        SELECT w.kind, w.said, w.stored INTO bad FROM (
          SELECT k.name AS kind, (said->'total'->>k.name)::numeric AS said,
                 (SELECT coalesce(sum(s.amount), 0) FROM run_share s
                  JOIN run_cost c ON c.community_id = s.community_id AND c.run_id = s.run_id AND c.no = s.cost_no AND c.section <> 'final'
                  WHERE s.community_id = NEW.community_id AND s.run_id = NEW.run_id AND s.kind = ANY(k.kinds)) AS stored
          FROM (VALUES ('amount', ARRAY['member', 'common', 'vacant', 'held']), ('members', ARRAY['member']), ('common', ARRAY['common']),
                       ('vacant', ARRAY['vacant']), ('held', ARRAY['held'])) AS k (name, kinds)) w
          WHERE w.said IS DISTINCT FROM w.stored LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'shares-do-not-add-up: the certificate says % of %, the shares come to %', bad.said, bad.kind, bad.stored;
        END IF;
        IF (said->>'difference')::numeric IS DISTINCT FROM 0 THEN
          RAISE EXCEPTION 'shares-do-not-add-up: the certificate is left with %', said->>'difference';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER holds BEFORE INSERT ON run_certificate FOR EACH ROW EXECUTE FUNCTION certificate_holds();

      ${noOpenAlarm("NOT IN ('key-differs', 'certificate-differs')")}
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`DROP TABLE run_certificate; DROP FUNCTION certificate_holds; ${noOpenAlarm("<> 'key-differs'")}`);
  }
}

/** An alarm stands in the way of a head, but one that says nothing of the record: a run that cannot be certified is no row that was rewritten. */
const noOpenAlarm = (standing: string): string => `
  CREATE OR REPLACE FUNCTION no_open_alarm() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM record_alarm a WHERE a.community_id = NEW.community_id AND a.kind ${standing}
               AND NOT EXISTS (SELECT FROM record_alarm_clearing c WHERE c.community_id = a.community_id AND c.alarm_id = a.id)) THEN
      RAISE EXCEPTION 'record-differs: an alarm of the record is open; nothing is signed until somebody clears it';
    END IF;
    RETURN NEW;
  END $$;`;
