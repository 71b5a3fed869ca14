import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A member is erased: what is personal goes at once, what proves the books goes when their years have passed, and the record stays whole.
 *
 * Functions of the next migration do it as the owner of the tables, and write a row of `erasure` first. Triggers that refuse every change of history stand aside for the transaction of that row and for it alone, and others
 * then let nothing change but the columns that hold words: an amount, a number, a day or whose row it is cannot be touched by an erasure
 * either. At the commit the database asks that the record says of it what it was.
 *
 * What opens an entry of the record is taken away with what the entry speaks of, and the entry is named in `record_shredded`; entry, leaf and
 * root stay, so that every proof of everybody else does.
 *
 * Nobody is erased who is still there, owes or is owed something, questions something, or has days that were not billed. The policy
 * `keeping` says for how many years books are kept, and how long copies of what came in are.
 *
 * Lock risk: triggers of a dozen tables are made anew, each under a moment's exclusive lock; member gets a column without a default. Way
 * back: `down` refuses where somebody was erased, for their rows could not be told from damage.
 */
export class Erasure1767225600050 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE erasure (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('member-personal', 'member-books', 'copies')),
        member_id uuid,
        at timestamptz NOT NULL,
        xact xid8,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, member_id) REFERENCES member (community_id, id),
        CONSTRAINT erasure_of_whom CHECK ((kind = 'copies') = (member_id IS NULL))
      );
      COMMENT ON TABLE erasure IS 'what went for good; what it was, in counts and hashes, stands in the record';
      COMMENT ON COLUMN erasure.xact IS 'the transaction in which alone it may erase; empty where the row came from an archive';
      CREATE UNIQUE INDEX erasure_once ON erasure (community_id, member_id, kind);
      CREATE INDEX erasure_xact ON erasure (community_id, xact);
      CALL protect('erasure');
      CALL make_append_only('erasure');
      REVOKE INSERT ON erasure FROM commonmeter_app;

      CREATE TABLE record_shredded (
        community_id uuid NOT NULL,
        entry_id uuid NOT NULL,
        erasure_id uuid NOT NULL,
        PRIMARY KEY (community_id, entry_id),
        FOREIGN KEY (community_id, entry_id) REFERENCES record_entry (community_id, id),
        FOREIGN KEY (community_id, erasure_id) REFERENCES erasure (community_id, id)
      );
      COMMENT ON TABLE record_shredded IS 'entries that nothing opens any more, because what they spoke of was erased';
      CREATE INDEX record_shredded_erasure ON record_shredded (community_id, erasure_id);
      CALL protect('record_shredded');
      CALL make_append_only('record_shredded');
      REVOKE INSERT ON record_shredded FROM commonmeter_app;

      CREATE FUNCTION is_erasing() RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM erasure e WHERE e.community_id = current_community() AND e.xact = pg_current_xact_id_if_assigned()) $$;

      -- Of a row of history an erasure takes words, and nothing else; or the row, where it says so.
      CREATE FUNCTION only_erases() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND TG_ARGV[0] = 'row' THEN RETURN OLD; END IF;
        IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - string_to_array(TG_ARGV[0], ',')) = (to_jsonb(OLD) - string_to_array(TG_ARGV[0], ',')) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'append-only: an erasure takes nothing of % but %', TG_TABLE_NAME, TG_ARGV[0];
      END $$;

      -- A trigger that refuses stands aside while something is erased, and only_erases stands in for it.
      CREATE PROCEDURE let_erase(tab regclass, refuses name, what text) LANGUAGE plpgsql AS $$
      DECLARE definition text;
      BEGIN
        SELECT pg_get_triggerdef(oid) INTO STRICT definition FROM pg_trigger WHERE tgrelid = tab AND tgname = refuses;
        EXECUTE format('DROP TRIGGER %I ON %s', refuses, tab);
        EXECUTE replace(definition, ' EXECUTE FUNCTION', ' WHEN (NOT is_erasing()) EXECUTE FUNCTION');
        EXECUTE format('CREATE TRIGGER only_erases BEFORE UPDATE OR DELETE ON %s FOR EACH ROW WHEN (is_erasing()) EXECUTE FUNCTION only_erases(%L)', tab, what);
      END $$;
      CREATE PROCEDURE let_erase_no_more(tab regclass, refuses name) LANGUAGE plpgsql AS $$
      DECLARE definition text;
      BEGIN
        SELECT pg_get_triggerdef(oid) INTO STRICT definition FROM pg_trigger WHERE tgrelid = tab AND tgname = refuses;
        EXECUTE format('DROP TRIGGER only_erases ON %s', tab);
        EXECUTE format('DROP TRIGGER %I ON %s', refuses, tab);
        EXECUTE regexp_replace(definition, ' WHEN \\(.*\\) EXECUTE FUNCTION', ' EXECUTE FUNCTION');
      END $$;
      ${erased.map(([table, trigger, what]) => `CALL let_erase('${table}', '${trigger}', '${what}');`).join('\n      ')}

      ALTER TABLE member ADD COLUMN erased_at timestamptz;
      ALTER TABLE invoice_statement ALTER COLUMN body DROP NOT NULL, ALTER COLUMN sha256 DROP NOT NULL;
      ALTER TABLE invoice_statement ADD CONSTRAINT invoice_statement_whole CHECK ((body IS NULL) = (sha256 IS NULL));
      COMMENT ON COLUMN invoice_statement.body IS 'empty where it was erased after its years';
      ALTER TABLE document DROP CONSTRAINT document_state_check, DROP CONSTRAINT document_done_is_whole;
      ALTER TABLE document ADD CONSTRAINT document_state_check CHECK (state IN ('pending', 'done', 'erased'));
      ALTER TABLE document ADD CONSTRAINT document_done_is_whole CHECK (state <> 'done' OR (content IS NOT NULL AND sha256 = sha256(content) AND done_at IS NOT NULL));
      ALTER TABLE document ADD CONSTRAINT document_erased_is_gone CHECK (state <> 'erased' OR (content IS NULL AND sha256 IS NULL));
      ALTER TABLE import_file ADD COLUMN erased_at timestamptz;
      COMMENT ON COLUMN import_file.erased_at IS 'since when its pieces are gone; its hash stays';
      ALTER TABLE import_file DROP CONSTRAINT import_file_once;
      CREATE UNIQUE INDEX import_file_once ON import_file (community_id, sha256) WHERE erased_at IS NULL;

      CREATE FUNCTION erased_stays_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.erased_at IS NOT NULL OR NEW.erased_at IS NOT NULL THEN
          RAISE EXCEPTION 'conflict: a member that was erased stays so; add a new one';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stays_erased BEFORE UPDATE ON member FOR EACH ROW WHEN (NOT is_erasing()) EXECUTE FUNCTION erased_stays_erased();
      CREATE FUNCTION member_is_there() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM member m WHERE m.community_id = NEW.community_id AND m.id = NEW.member_id AND m.erased_at IS NOT NULL) THEN
          RAISE EXCEPTION 'conflict: this member was erased; add a new one';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER member_is_there BEFORE INSERT ON occupancy FOR EACH ROW EXECUTE FUNCTION member_is_there();
      CREATE TRIGGER member_is_there BEFORE INSERT ON role_grant FOR EACH ROW WHEN (NEW.member_id IS NOT NULL) EXECUTE FUNCTION member_is_there();
      CREATE TRIGGER member_is_there BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION member_is_there();

      CREATE FUNCTION latest_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT now() + interval '1 day' $$;
      COMMENT ON FUNCTION latest_now IS 'no erasure is done later than this, whatever the clock of a process says';

      CREATE FUNCTION obstacles_to_erasure(of_member uuid, today date) RETURNS SETOF text LANGUAGE sql STABLE AS $$
        SELECT 'It was erased before.' FROM member WHERE community_id = current_community() AND id = of_member AND erased_at IS NOT NULL
        UNION ALL
        SELECT 'It has the space ' || s.code || coalesce(' until ' || upper(o.days), '') || '; end that first.'
          FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
          WHERE o.community_id = current_community() AND o.member_id = of_member AND (upper_inf(o.days) OR upper(o.days) > today)
        UNION ALL
        SELECT 'It pays for the space ' || code || ' while nobody has it; name another payer.' FROM space
          WHERE community_id = current_community() AND vacant_payer_member_id = of_member
        UNION ALL
        SELECT 'Its days in ' || s.code || ' until ' || upper(o.days) || ' were not billed to the end.'
          FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
          WHERE o.community_id = current_community() AND o.member_id = of_member AND NOT upper_inf(o.days)
            AND EXISTS (SELECT FROM billing_run r WHERE r.community_id = o.community_id AND r.site_id = s.site_id AND r.status IN ('issued', 'closed'))
            AND NOT EXISTS (SELECT FROM billing_run r WHERE r.community_id = o.community_id AND r.site_id = s.site_id AND r.status IN ('issued', 'closed')
                            AND upper(r.days) >= upper(o.days) AND (r.leaver_id IS NULL OR r.leaver_id = of_member))
        UNION ALL
        SELECT DISTINCT 'A billing run of its days, ' || lower(r.days) || ' to ' || upper(r.days) || ', is open; issue or cancel it.'
          FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
          JOIN billing_run r ON r.community_id = o.community_id AND r.site_id = s.site_id AND r.days && o.days
          WHERE o.community_id = current_community() AND o.member_id = of_member AND r.status NOT IN ('issued', 'closed', 'cancelled')
        UNION ALL
        SELECT 'Its account is not settled: ' || account || ' ' || trim_scale(balance) || ' ' || currency || '.' FROM account_balance
          WHERE community_id = current_community() AND member_id = of_member AND balance <> 0
        UNION ALL
        SELECT 'The question about ' || i.number || ' is not decided.' FROM dispute d JOIN invoice i ON i.community_id = d.community_id AND i.id = d.invoice_id
          WHERE d.community_id = current_community() AND d.member_id = of_member AND d.state IN ('asked', 'answered', 'referred')
        UNION ALL
        SELECT 'The document ' || i.number || ' is still being made.' FROM invoice i JOIN document d ON d.community_id = i.community_id AND d.invoice_id = i.id
          WHERE i.community_id = current_community() AND i.member_id = of_member AND d.state = 'pending' $$;
      COMMENT ON FUNCTION obstacles_to_erasure IS 'why a member cannot be erased yet, in words; nothing where it can';

      CREATE FUNCTION books_kept_until(of_member uuid, today date) RETURNS date LANGUAGE sql STABLE AS $$
        SELECT make_date(extract(year FROM greatest(
                 (SELECT max(issued_on) FROM invoice WHERE community_id = current_community() AND member_id = of_member),
                 (SELECT max(e.posted_on) FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
                   WHERE p.community_id = current_community() AND p.member_id = of_member)))::integer + 1
               + (SELECT (terms->>'booksYears')::integer FROM community_policy WHERE community_id = current_community() AND name = 'keeping' AND days @> today), 1, 1) $$;
      COMMENT ON FUNCTION books_kept_until IS 'the first day on which nothing of a member need be kept: so many years after the end of the year of its last document or posting';

      CREATE FUNCTION shred(erasure uuid, entries uuid[]) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE gone bigint;
      BEGIN
        WITH opened AS (DELETE FROM record_opening WHERE community_id = current_community() AND entry_id = ANY (entries) RETURNING entry_id)
        INSERT INTO record_shredded (community_id, entry_id, erasure_id) SELECT current_community(), entry_id, erasure FROM opened;
        GET DIAGNOSTICS gone = ROW_COUNT;
        RETURN gone;
      END $$;
      REVOKE ALL ON FUNCTION shred FROM PUBLIC;

      CREATE FUNCTION shredded_by(erasure uuid) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT encode(sha256(convert_to(coalesce(string_agg(entry_id || E'\\n', '' ORDER BY entry_id), ''), 'UTF8')), 'hex')
        FROM record_shredded WHERE community_id = current_community() AND erasure_id = erasure $$;
      COMMENT ON FUNCTION shredded_by IS 'SHA-256 over the ids of the entries, each ended by a line feed, in order';

      -- What went stands in the record: how many entries, and which.
      CREATE FUNCTION erasure_is_recorded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM audit_entry a WHERE a.community_id = NEW.community_id AND a.subject_kind = 'erasure' AND a.subject_id = NEW.id::text
             AND a.data->>'entriesSha256' = shredded_by(NEW.id)) THEN
          RAISE EXCEPTION 'conflict: an erasure stands in the record, with what it took';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER is_recorded AFTER INSERT ON erasure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erasure_is_recorded();

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'keeping', '[2000-01-01,)',
             '{"booksYears": 10, "payloadMonths": null, "photoMonths": null, "mailMonths": null, "sessionMonths": null}', 'when keeping came'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'keeping');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DO $$ BEGIN
        ALTER TABLE erasure NO FORCE ROW LEVEL SECURITY;
        IF EXISTS (SELECT FROM erasure) THEN RAISE EXCEPTION 'somebody was erased; their rows could not be told from damage'; END IF;
      END $$;
      DROP FUNCTION shred, obstacles_to_erasure, books_kept_until;
      DROP TRIGGER is_recorded ON erasure;
      DROP FUNCTION erasure_is_recorded, shredded_by;
      DROP TRIGGER member_is_there ON occupancy; DROP TRIGGER member_is_there ON role_grant; DROP TRIGGER member_is_there ON booking;
      DROP TRIGGER stays_erased ON member;
      DROP FUNCTION member_is_there, erased_stays_erased, latest_now;
      DROP INDEX import_file_once;
      ${erased.map(([table, trigger]) => `CALL let_erase_no_more('${table}', '${trigger}');`).join('\n      ')}
      ALTER TABLE import_file ADD CONSTRAINT import_file_once UNIQUE (community_id, sha256);
      ALTER TABLE import_file DROP COLUMN erased_at;
      ALTER TABLE document DROP CONSTRAINT document_erased_is_gone, DROP CONSTRAINT document_state_check;
      ALTER TABLE document ADD CONSTRAINT document_state_check CHECK (state IN ('pending', 'done'));
      ALTER TABLE invoice_statement DROP CONSTRAINT invoice_statement_whole;
      ALTER TABLE invoice_statement ALTER COLUMN body SET NOT NULL, ALTER COLUMN sha256 SET NOT NULL;
      COMMENT ON COLUMN invoice_statement.body IS NULL;
      ALTER TABLE member DROP COLUMN erased_at;
      DROP PROCEDURE let_erase_no_more, let_erase;
      DROP FUNCTION only_erases, is_erasing;
      DROP TABLE record_shredded, erasure;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'keeping';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}

/** Tables of which an erasure may take something: the trigger that refuses it else, and what may go (columns, or whole rows). */
const erased: readonly (readonly [table: string, trigger: string, what: string])[] = [
  ['photo', 'append_only', 'row'],
  ['reading_photo', 'append_only', 'row'],
  ['device_photo', 'append_only', 'row'],
  ['dispute_step', 'append_only', 'text'],
  ['mail', 'settles_once', 'recipient,state,settled_at,reason'],
  ['booking', 'only_cancelled', 'note,cancel_reason'],
  ['invoice', 'append_only', 'reason,code'],
  ['invoice_line', 'append_only', 'description,quantity,unit,price,why'],
  ['invoice_statement', 'append_only', 'body,sha256'],
  ['document', 'stays', 'state,content,sha256'],
  ['run_sum_opening', 'append_only', 'row'],
  ['payment', 'append_only', 'reference,reason'],
  ['journal_entry', 'append_only', 'text'],
  ['record_opening', 'append_only', 'row'],
  ['audit_entry', 'append_only', 'data'],
  ['qualifying_use', 'only_ends', 'evidence'],
  ['advance_plan', 'only_ends', 'agreed_by,note'],
  ['run_issue', 'frozen_update', 'subject_label,detail,remedy'],
  ['run_line', 'frozen_update', 'description,why'],
  ['import_piece', 'append_only', 'row'],
  ['import_file', 'append_only', 'erased_at'],
];
