import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files of readings: what came, what became of it, and how it is undone.
 *
 * A file is kept as it came, in pieces, under the hash of the whole; the same file again is the same row. It is taken in batch by
 * batch, each in its own transaction together with the counts and the numbers of its items, so that a killed worker goes on after the
 * last batch and counts nothing twice.
 *
 * Readings are append-only, and stay so. An import is undone by naming its batches in undone_batch, which is append-only itself and says
 * by import_undoing who, why and when; the triggers then let rows of exactly these batches go. File and batches stay, so that what went
 * can be brought back by importing the file again. The triggers are made on the table that is called reading, whether it is one table
 * or has parts: parts inherit them.
 *
 * import_repeat keeps what another sender sent when a file had said it already: it was answered as known, so it must still be there
 * when the file is undone.
 *
 * Lock risk: the triggers of reading, unclaimed_reading and reading_exception are replaced, each under a brief exclusive lock. Way back:
 * `down` restores the triggers and drops the tables; readings stay, files are lost, and what was undone stays undone.
 */
export class Imports1767225600010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE import_file (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        sha256 bytea CHECK (length(sha256) = 32),
        bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
        begun_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT import_file_once UNIQUE (community_id, sha256)
      );
      COMMENT ON COLUMN import_file.sha256 IS 'of the whole file as it came; empty while it is arriving';
      CALL protect('import_file');

      CREATE TABLE import_piece (
        community_id uuid NOT NULL,
        file_id uuid NOT NULL,
        no integer NOT NULL CHECK (no >= 0),
        content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1048576),
        PRIMARY KEY (community_id, file_id, no),
        FOREIGN KEY (community_id, file_id) REFERENCES import_file (community_id, id)
      );
      CALL protect('import_piece');

      -- A file that is whole stays as it is. One that never became whole, because its sender went away, may go.
      CREATE FUNCTION refuse_change_of_file() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.sha256 IS NOT NULL THEN RAISE EXCEPTION 'append-only: a file that is whole is never changed or deleted'; END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
      END $$;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON import_file FOR EACH ROW EXECUTE FUNCTION refuse_change_of_file();
      CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON import_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE FUNCTION refuse_change_of_piece() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE piece import_piece := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
      BEGIN
        IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM import_file f WHERE f.community_id = piece.community_id AND f.id = piece.file_id AND f.sha256 IS NOT NULL) THEN
          RAISE EXCEPTION 'append-only: a file that is whole is never changed or deleted';
        END IF;
        RETURN piece;
      END $$;
      CREATE TRIGGER append_only BEFORE INSERT OR UPDATE OR DELETE ON import_piece FOR EACH ROW EXECUTE FUNCTION refuse_change_of_piece();
      CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON import_piece FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE import_mapping (
        community_id uuid NOT NULL,
        code code_text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        mapping jsonb NOT NULL,
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, code, version),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE import_mapping IS 'how tables of a sender are read; the last version counts for the next file';
      CREATE INDEX import_mapping_created_by ON import_mapping (community_id, created_by);
      CALL protect('import_mapping');
      CALL make_append_only('import_mapping');

      CREATE TABLE reading_import (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        file_id uuid NOT NULL,
        name short_text,
        asked_format text NOT NULL,
        zone short_text,
        offset_minutes integer CHECK (offset_minutes BETWEEN -1080 AND 1080),
        mapping_code code_text,
        mapping_version integer,
        dry_run boolean NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'device', 'system')),
        actor_id uuid,
        request_by text,
        request_key text CHECK (length(request_key) BETWEEN 1 AND 200),
        received_at timestamptz NOT NULL,
        ended_at timestamptz,
        state text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'reading', 'done', 'refused', 'failed', 'undoing', 'undone')),
        entered_at timestamptz,
        lease_token uuid,
        lease_until timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        checked_bytes bigint NOT NULL DEFAULT 0,
        format text CHECK (format IN ('NEM12', 'NEM13', 'GreenButton', 'P1', 'MSCONS', 'D0010', 'CSV', 'XLSX')),
        items bigint CHECK (items >= 0),
        items_taken bigint NOT NULL DEFAULT 0,
        created bigint NOT NULL DEFAULT 0,
        duplicate bigint NOT NULL DEFAULT 0,
        conflict bigint NOT NULL DEFAULT 0,
        held bigint NOT NULL DEFAULT 0,
        unclaimed bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0,
        refusing_problems bigint NOT NULL DEFAULT 0,
        losing_problems bigint NOT NULL DEFAULT 0,
        notes bigint NOT NULL DEFAULT 0,
        refusal_code code_text,
        refusal text,
        undo_asked_by uuid,
        undo_reason short_text,
        undo_refusal text,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, file_id) REFERENCES import_file (community_id, id),
        FOREIGN KEY (community_id, mapping_code, mapping_version) REFERENCES import_mapping (community_id, code, version),
        FOREIGN KEY (community_id, undo_asked_by) REFERENCES person (community_id, id),
        CONSTRAINT reading_import_counts_add_up CHECK (created + duplicate + conflict + held + unclaimed + rejected = items_taken),
        CONSTRAINT reading_import_within_file CHECK (items_taken <= coalesce(items, 0)),
        CONSTRAINT reading_import_done_is_whole CHECK (state <> 'done' OR items_taken = items),
        CONSTRAINT reading_import_refused_says_why CHECK ((state IN ('refused', 'failed')) <= (refusal IS NOT NULL)),
        CONSTRAINT reading_import_refused_took_nothing CHECK (state <> 'refused' OR items_taken = 0)
      );
      COMMENT ON COLUMN reading_import.items IS 'readings in the file, known once all of it was looked at; the numbers of items begin at 1';
      COMMENT ON COLUMN reading_import.entered_at IS 'when it began to take readings: of files that speak of the same registers one at a time does';
      COMMENT ON COLUMN reading_import.request_key IS 'the Idempotency-Key of the request that brought it, and request_by its sender';
      CREATE UNIQUE INDEX reading_import_request ON reading_import (community_id, request_by, request_key) WHERE request_key IS NOT NULL;
      CREATE INDEX reading_import_file ON reading_import (community_id, file_id);
      CREATE INDEX reading_import_mapping ON reading_import (community_id, mapping_code, mapping_version);
      CREATE INDEX reading_import_undo_asked_by ON reading_import (community_id, undo_asked_by);
      CALL protect('reading_import');

      -- The states follow each other; nothing leads out of refused and undone.
      CREATE FUNCTION import_steps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'append-only: an import is undone, never deleted'; END IF;
        IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
          ('received', 'reading'), ('received', 'undoing'), ('received', 'undone'),
          ('reading', 'done'), ('reading', 'refused'), ('reading', 'failed'), ('reading', 'undoing'), ('reading', 'undone'),
          ('done', 'undoing'), ('done', 'undone'), ('failed', 'undoing'), ('failed', 'undone'),
          ('undoing', 'undone'), ('undoing', 'done'), ('undoing', 'failed')) THEN
          RAISE EXCEPTION 'conflict: an import that is % cannot become %', OLD.state, NEW.state;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER steps BEFORE UPDATE OR DELETE ON reading_import FOR EACH ROW EXECUTE FUNCTION import_steps();

      CREATE TABLE import_batch (
        community_id uuid NOT NULL,
        batch_no bigint NOT NULL,
        import_id uuid NOT NULL,
        first_item bigint CHECK (first_item > 0),
        last_item bigint CHECK (last_item >= first_item),
        PRIMARY KEY (community_id, batch_no),
        FOREIGN KEY (community_id, batch_no) REFERENCES reading_batch (community_id, no),
        FOREIGN KEY (community_id, import_id) REFERENCES reading_import (community_id, id),
        CONSTRAINT import_batch_once UNIQUE (community_id, import_id, first_item),
        CONSTRAINT import_batch_from_first_to_last CHECK ((first_item IS NULL) = (last_item IS NULL))
      );
      COMMENT ON COLUMN import_batch.first_item IS 'empty where readings of the file waited unclaimed, and came in when their name was bound';
      CALL protect('import_batch');
      CALL make_append_only('import_batch');

      CREATE TABLE import_register (
        community_id uuid NOT NULL,
        import_id uuid NOT NULL,
        register_no integer NOT NULL REFERENCES register (no),
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL CHECK (to_at >= from_at),
        PRIMARY KEY (community_id, import_id, register_no),
        FOREIGN KEY (community_id, import_id) REFERENCES reading_import (community_id, id)
      );
      COMMENT ON TABLE import_register IS 'of which registers a file speaks, and from the first to the last instant: where its readings are found again';
      CREATE INDEX import_register_register ON import_register (register_no);
      CALL protect('import_register');

      CREATE TABLE import_channel (
        community_id uuid NOT NULL,
        import_id uuid NOT NULL,
        no integer NOT NULL,
        meter text NOT NULL,
        register text NOT NULL,
        unit text NOT NULL,
        count bigint NOT NULL,
        total numeric NOT NULL,
        first_at timestamptz,
        last_at timestamptz,
        PRIMARY KEY (community_id, import_id, no),
        FOREIGN KEY (community_id, import_id) REFERENCES reading_import (community_id, id)
      );
      CALL protect('import_channel');

      CREATE TABLE import_reason (
        community_id uuid NOT NULL,
        import_id uuid NOT NULL,
        status text NOT NULL,
        code text NOT NULL,
        meter text NOT NULL,
        register text NOT NULL,
        from_at text NOT NULL,
        count bigint NOT NULL,
        detail text NOT NULL,
        PRIMARY KEY (community_id, import_id, status, code, meter, register),
        FOREIGN KEY (community_id, import_id) REFERENCES reading_import (community_id, id)
      );
      CALL protect('import_reason');

      CREATE TABLE import_problem (
        community_id uuid NOT NULL,
        import_id uuid NOT NULL,
        no integer NOT NULL CHECK (no BETWEEN 1 AND 10000),
        severity text NOT NULL CHECK (severity IN ('refuses-file', 'loses-record', 'rejects-reading', 'note')),
        line bigint CHECK (line > 0),
        record text,
        column_no integer,
        detail text NOT NULL,
        remedy text NOT NULL,
        content text NOT NULL DEFAULT '' CHECK (length(content) <= 2000),
        PRIMARY KEY (community_id, import_id, no),
        FOREIGN KEY (community_id, import_id) REFERENCES reading_import (community_id, id)
      );
      COMMENT ON TABLE import_problem IS 'the first ten thousand; the row of the import counts all';
      COMMENT ON COLUMN import_problem.content IS 'the line as the file has it, or the reading as it was understood';
      CALL protect('import_problem');

      CREATE TABLE import_repeat (
        community_id uuid NOT NULL REFERENCES community,
        register_no integer NOT NULL REFERENCES register (no),
        at timestamptz NOT NULL,
        sha256 bytea NOT NULL CHECK (length(sha256) = 32),
        payload jsonb NOT NULL,
        batch_no bigint NOT NULL,
        PRIMARY KEY (community_id, register_no, at, sha256),
        FOREIGN KEY (community_id, batch_no) REFERENCES reading_batch (community_id, no)
      );
      COMMENT ON COLUMN import_repeat.payload IS 'the reading as it can be sent again; sha256 is its hash';
      CREATE INDEX import_repeat_register ON import_repeat (register_no);
      CREATE INDEX import_repeat_batch ON import_repeat (community_id, batch_no);
      CALL protect('import_repeat');
      CALL make_append_only('import_repeat');

      CREATE TABLE import_undoing (
        community_id uuid NOT NULL,
        import_id uuid NOT NULL,
        reason short_text NOT NULL,
        undone_by uuid NOT NULL,
        undone_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, import_id),
        FOREIGN KEY (community_id, import_id) REFERENCES reading_import (community_id, id),
        FOREIGN KEY (community_id, undone_by) REFERENCES person (community_id, id)
      );
      CREATE INDEX import_undoing_undone_by ON import_undoing (community_id, undone_by);
      CALL protect('import_undoing');
      CALL make_append_only('import_undoing');

      CREATE TABLE undone_batch (
        community_id uuid NOT NULL,
        batch_no bigint NOT NULL,
        import_id uuid NOT NULL,
        PRIMARY KEY (community_id, batch_no),
        FOREIGN KEY (community_id, batch_no) REFERENCES import_batch (community_id, batch_no),
        FOREIGN KEY (community_id, import_id) REFERENCES import_undoing (community_id, import_id)
      );
      COMMENT ON TABLE undone_batch IS 'batches whose readings may go';
      CREATE INDEX undone_batch_import ON undone_batch (community_id, import_id);
      CALL protect('undone_batch');
      CALL make_append_only('undone_batch');

      -- Like refuse_change, and lets go what came in a batch that was undone.
      CREATE FUNCTION refuse_change_of_reading() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (
          SELECT FROM undone_batch b JOIN community c ON c.id = b.community_id
          WHERE c.no = OLD.community_no AND b.community_id = current_community() AND b.batch_no = OLD.batch_no) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'append-only: rows of reading are never changed or deleted; record a correction instead';
      END $$;
      CREATE FUNCTION refuse_change_unless_undone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (
          SELECT FROM undone_batch b
          WHERE b.community_id = OLD.community_id AND b.community_id = current_community() AND b.batch_no = OLD.batch_no) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'append-only: rows of % are never changed or deleted; record a correction instead', TG_TABLE_NAME;
      END $$;
      DROP TRIGGER append_only ON reading;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reading FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reading();
      DROP TRIGGER append_only ON unclaimed_reading;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON unclaimed_reading FOR EACH ROW EXECUTE FUNCTION refuse_change_unless_undone();
      DROP TRIGGER append_only ON reading_exception;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reading_exception FOR EACH ROW EXECUTE FUNCTION refuse_change_unless_undone();
      GRANT DELETE ON reading, unclaimed_reading, reading_exception TO commonmeter_app;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      REVOKE DELETE ON reading, unclaimed_reading, reading_exception FROM commonmeter_app;
      DROP TRIGGER append_only ON reading;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reading FOR EACH ROW EXECUTE FUNCTION refuse_change();
      DROP TRIGGER append_only ON unclaimed_reading;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON unclaimed_reading FOR EACH ROW EXECUTE FUNCTION refuse_change();
      DROP TRIGGER append_only ON reading_exception;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reading_exception FOR EACH ROW EXECUTE FUNCTION refuse_change();
      DROP FUNCTION refuse_change_of_reading, refuse_change_unless_undone;
      DROP TABLE undone_batch, import_undoing, import_repeat, import_problem, import_reason, import_channel, import_register, import_batch,
        reading_import, import_mapping, import_piece, import_file;
      DROP FUNCTION import_steps, refuse_change_of_piece, refuse_change_of_file;
    `);
  }
}
