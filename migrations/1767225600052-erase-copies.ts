import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Copies go by policy: files and signed payloads whose readings were taken in, photos of displays, to whom a mail went, log-ins that ended.
 *
 * The policy `keeping` says after how many months each; null keeps it. What goes is counted and hashed first, over one line for each thing
 * in the order of their ids, and count and hash stand in the record: who kept a copy can show what it was, and nobody can say that another
 * went. Nothing of it is spoken of by a fact of the record but by its hash, which stays.
 *
 * A file that is being read or undone stays, and so does a photo of a reading about which somebody has to decide.
 *
 * Lock risk: none, functions only. Way back: `down` drops them; what went does not come back.
 */
export class EraseCopies1767225600052 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE FUNCTION keeping_since(term text, at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
        SELECT at - make_interval(months => (p.terms->>term)::integer) FROM community_policy p JOIN community c ON c.id = p.community_id
        WHERE p.${here} AND p.name = 'keeping' AND p.days @> (at AT TIME ZONE c.zone)::date $$;
      COMMENT ON FUNCTION keeping_since IS 'what is older than this is not kept; nothing where it is kept for ever';

      CREATE FUNCTION copies_due(at timestamptz) RETURNS TABLE (what text, count bigint, sha256 text) LANGUAGE sql STABLE AS $$
        SELECT x.what, x.count, encode(sha256(convert_to(x.lines, 'UTF8')), 'hex') FROM (
          ${copies.map(({ what, line, from }) => `SELECT '${what}' AS what, count(*), string_agg(${line} || E'\\n', '' ORDER BY x.id) AS lines FROM ${from} x WHERE x.${here} AND ${due(what, 'copies_due')}`).join('\n          UNION ALL ')}
        ) x WHERE x.count > 0 $$;
      COMMENT ON FUNCTION copies_due IS 'what need not be kept any more: how many, and the hash over a line for each';

      CREATE FUNCTION erase_copies(erasure uuid, at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE taken jsonb; held text := current_setting('app.photos', true); files uuid[]; photos uuid[];
      BEGIN
        IF at > latest_now() THEN RAISE EXCEPTION 'conflict: nothing is erased on a day that has not come'; END IF;
        PERFORM set_config('app.photos', 'all', true);
        SELECT jsonb_object_agg(d.what, jsonb_build_object('count', d.count, 'sha256', d.sha256)) INTO taken FROM copies_due(at) d;
        IF taken IS NULL THEN RAISE EXCEPTION 'conflict: there is nothing that could go'; END IF;
        INSERT INTO erasure (community_id, id, kind, at, xact) VALUES (current_community(), erasure, 'copies', at, pg_current_xact_id());
        SELECT coalesce(array_agg(x.id), '{}') INTO files FROM import_file x WHERE x.${here} AND ${due('files')};
        DELETE FROM import_piece p WHERE p.${here} AND p.file_id = ANY (files);
        UPDATE import_file f SET erased_at = erase_copies.at WHERE f.${here} AND f.id = ANY (files);
        UPDATE batch_signature x SET payload = NULL WHERE x.${here} AND ${due('payloads')};
        SELECT coalesce(array_agg(x.id), '{}') INTO photos FROM photo x WHERE x.${here} AND ${due('photos')};
        DELETE FROM reading_photo r WHERE r.${here} AND r.photo_id = ANY (photos);
        DELETE FROM device_photo r WHERE r.${here} AND r.photo_id = ANY (photos);
        DELETE FROM photo p WHERE p.${here} AND p.id = ANY (photos);
        UPDATE mail x SET recipient = 'erased' WHERE x.${here} AND ${due('mails')};
        DELETE FROM session x WHERE x.${here} AND ${due('sessions')};
        DELETE FROM log_in_link x WHERE x.${here} AND ${due('logInLinks')};
        PERFORM set_config('app.photos', coalesce(held, ''), true);
        RETURN jsonb_build_object('taken', taken, 'entries', 0, 'entriesSha256', shredded_by(erasure));
      END $$;
      COMMENT ON FUNCTION erase_copies IS 'takes the copies that the policy "keeping" does not keep; says how many, and their hashes';
      REVOKE ALL ON FUNCTION erase_copies FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION erase_copies TO commonmeter_app;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP FUNCTION erase_copies, copies_due, keeping_since');
  }
}

const here = 'community_id = current_community()';

interface Copy {
  readonly what: string;
  readonly from: string;
  /** What is hashed of a thing, in SQL over the row `x`. */
  readonly line: string;
  readonly where: string;
}

const hashed = (column: string): string => `concat_ws(' ', x.id, encode(${column}, 'hex'))`;

const copies: readonly Copy[] = [
  {
    what: 'files',
    from: 'import_file',
    line: hashed('x.sha256'),
    where: `x.sha256 IS NOT NULL AND x.erased_at IS NULL
      AND EXISTS (SELECT FROM reading_import i WHERE i.${here} AND i.file_id = x.id)
      AND NOT EXISTS (SELECT FROM reading_import i WHERE i.${here} AND i.file_id = x.id AND (i.state IN ('received', 'reading', 'undoing')
        OR coalesce(i.ended_at, i.received_at) >= keeping_since('payloadMonths', at)))
      AND keeping_since('payloadMonths', at) IS NOT NULL`,
  },
  {
    what: 'payloads',
    from: 'batch_signature',
    line: hashed('x.sha256'),
    where: `x.payload IS NOT NULL AND x.at < keeping_since('payloadMonths', at)`,
  },
  {
    what: 'photos',
    from: 'photo',
    line: hashed('x.sha256'),
    where: `x.sent_at < keeping_since('photoMonths', at) AND NOT EXISTS (
        SELECT FROM reading_photo r JOIN reading_exception e ON e.community_id = r.community_id AND e.register_id = r.register_id AND e.at = r.at
        WHERE r.${here} AND r.photo_id = x.id
          AND NOT EXISTS (SELECT FROM exception_decision d WHERE d.community_id = e.community_id AND d.exception_id = e.id))`,
  },
  {
    what: 'mails',
    from: 'mail',
    line: `concat_ws(' ', x.id, x.message_id)`,
    where: `x.state <> 'waiting' AND x.recipient <> 'erased' AND x.settled_at < keeping_since('mailMonths', at)`,
  },
  {
    what: 'sessions',
    from: 'session',
    line: 'x.id::text',
    where: `coalesce(x.ended_at, x.expires_at) < keeping_since('sessionMonths', at)`,
  },
  {
    what: 'logInLinks',
    from: 'log_in_link',
    line: 'x.id::text',
    where: `x.expires_at < keeping_since('sessionMonths', at)`,
  },
];

/** The condition of a kind of copies; the instant is that of the function, whatever columns there are. */
const due = (what: string, of = 'erase_copies'): string =>
  (copies.find((one) => one.what === what)?.where ?? 'false').replaceAll("', at)", `', ${of}.at)`);
