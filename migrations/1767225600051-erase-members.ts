import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The two functions that erase a member: at once what is personal, and the books when their years have passed.
 *
 * They act as the owner of the tables and are the only way; the application may call them and do nothing of it by itself. Both weigh again
 * what stands in the way, count what they take, and answer with it; the entry of the record is written by whoever calls them, and asked for
 * at the commit.
 *
 * Lock risk: none, functions only. Way back: `down` drops them.
 */
export class EraseMembers1767225600051 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`${personal}${books}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP FUNCTION erase_member_personal, erase_member_books');
  }
}

/** Runs a statement of an erasure and counts what it took under a name. */
const take = (what: string, sql: string): string => `
        ${sql};
        GET DIAGNOSTICS gone = ROW_COUNT;
        taken := taken || jsonb_build_object('${what}', coalesce((taken->>'${what}')::bigint, 0) + gone);`;

const here = 'community_id = current_community()';
/** Nobody reads the file any more, in SQL over a row of import_file. */
const settled = (file: string): string =>
  `NOT EXISTS (SELECT FROM reading_import i WHERE i.${here} AND i.file_id = ${file}.id AND i.state IN ('received', 'reading', 'undoing'))`;

const personal = `
      CREATE FUNCTION erase_member_personal(of_member uuid, erasure uuid, at timestamptz) RETURNS jsonb LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        obstacle text; gone bigint; taken jsonb := '{}'; held text := current_setting('app.photos', true);
        acting uuid[]; leaving uuid[]; nameless uuid[]; names text[]; addresses text[]; wrote uuid[]; files uuid[]; now_said timestamptz := at;
      BEGIN
        IF at > latest_now() THEN RAISE EXCEPTION 'conflict: nothing is erased on a day that has not come'; END IF;
        PERFORM 1 FROM member m WHERE m.${here} AND m.id = of_member FOR UPDATE;
        IF NOT FOUND THEN RAISE EXCEPTION 'not-found: there is no such member here'; END IF;
        SELECT o INTO obstacle FROM obstacles_to_erasure(of_member, (SELECT (at AT TIME ZONE c.zone)::date FROM community c WHERE c.id = current_community())) o LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION 'conflict: the member cannot be erased yet. %', obstacle; END IF;
        INSERT INTO erasure (community_id, id, kind, member_id, at, xact)
          VALUES (current_community(), erasure, 'member-personal', of_member, at, pg_current_xact_id());
        PERFORM set_config('app.photos', 'all', true);

        -- Who acts for the member; of these who is nothing else here any more; and of those who never decided anything for the community.
        SELECT coalesce(array_agg(DISTINCT g.person_id), '{}') INTO acting FROM role_grant g WHERE g.${here} AND g.member_id = of_member;
        SELECT coalesce(array_agg(p), '{}') INTO leaving FROM unnest(acting) p WHERE NOT EXISTS (
          SELECT FROM role_grant g WHERE g.${here} AND g.person_id = p AND g.revoked_at IS NULL AND g.member_id IS DISTINCT FROM of_member);
        SELECT coalesce(array_agg(p), '{}') INTO nameless FROM unnest(leaving) p WHERE NOT EXISTS (
          SELECT FROM role_grant g WHERE g.${here} AND g.person_id = p AND g.member_id IS DISTINCT FROM of_member);
        SELECT array_agg(DISTINCT n) FILTER (WHERE length(n) > 2) INTO names FROM (
          SELECT unnest(ARRAY[m.name::text, m.contact_name, m.email, m.address]) AS n FROM member m WHERE m.${here} AND m.id = of_member
          UNION ALL SELECT unnest(ARRAY[p.name::text, p.email]) FROM person p WHERE p.${here} AND p.id = ANY (nameless)) x;
        names := coalesce(names, '{}');
        SELECT coalesce(array_agg(lower(e)), '{}') INTO addresses FROM (
          SELECT m.email AS e FROM member m WHERE m.${here} AND m.id = of_member
          UNION ALL SELECT p.email FROM person p WHERE p.${here} AND p.id = ANY (leaving)) x WHERE e <> '';

        ${take('roles', `UPDATE role_grant g SET revoked_at = now_said WHERE g.${here} AND g.member_id = of_member AND g.revoked_at IS NULL`)}
        ${take('sessions', `DELETE FROM session s WHERE s.${here} AND s.person_id = ANY (leaving)`)}
        ${take('logInLinks', `DELETE FROM log_in_link l WHERE l.${here} AND l.person_id = ANY (leaving)`)}
        ${take('passkeys', `DELETE FROM passkey k WHERE k.${here} AND k.person_id = ANY (leaving)`)}
        ${take('secondFactors', `DELETE FROM authenticator a WHERE a.${here} AND a.person_id = ANY (leaving)`)}
        ${take('secondFactors', `DELETE FROM recovery_code c WHERE c.${here} AND c.person_id = ANY (leaving)`)}
        ${take('secondFactors', `DELETE FROM proof_pause p WHERE p.${here} AND p.person_id = ANY (leaving)`)}
        ${take('tokens', `DELETE FROM access_token t WHERE t.${here} AND t.person_id = ANY (leaving)`)}
        ${take(
          'mails',
          `UPDATE mail m SET recipient = 'erased', state = CASE m.state WHEN 'waiting' THEN 'dropped' ELSE m.state END,
            settled_at = coalesce(m.settled_at, now_said), reason = CASE m.state WHEN 'waiting' THEN 'Its member was erased.' ELSE m.reason END
          WHERE m.${here} AND lower(m.recipient) = ANY (addresses)`,
        )}
        ${take(
          'copies',
          `DELETE FROM idempotency i WHERE i.${here} AND (i.principal LIKE ANY (SELECT '%' || p || '%' FROM unnest(leaving) p)
            OR i.response::text LIKE ANY (SELECT '%' || x || '%' FROM unnest(acting || of_member) x)
            OR EXISTS (SELECT FROM unnest(names) n WHERE position(n IN i.response::text) > 0))`,
        )}
        DELETE FROM reading_photo r USING photo p WHERE r.${here} AND p.${here} AND p.id = r.photo_id AND (p.member_id = of_member OR p.sent_by = ANY (nameless));
        DELETE FROM device_photo r USING photo p WHERE r.${here} AND p.${here} AND p.id = r.photo_id AND (p.member_id = of_member OR p.sent_by = ANY (nameless));
        ${take('photos', `DELETE FROM photo p WHERE p.${here} AND (p.member_id = of_member OR p.sent_by = ANY (nameless))`)}

        SELECT coalesce(array_agg(s.id), '{}') INTO wrote FROM dispute_step s JOIN dispute d ON d.community_id = s.community_id AND d.id = s.dispute_id
          WHERE s.${here} AND d.member_id = of_member;
        ${take('questions', `UPDATE dispute_step s SET text = 'Erased.' WHERE s.${here} AND s.id = ANY (wrote)`)}
        PERFORM shred(erasure, wrote);
        ${take(
          'bookingNotes',
          `UPDATE booking b SET note = '', cancel_reason = CASE WHEN b.cancel_reason IS NOT NULL THEN 'Erased.' END
          WHERE b.${here} AND b.member_id = of_member AND (b.note <> '' OR b.cancel_reason IS NOT NULL)`,
        )}
        ${take(
          'planNotes',
          `UPDATE advance_plan a SET note = '' FROM occupancy o WHERE a.${here} AND o.${here} AND o.id = a.occupancy_id AND o.member_id = of_member AND a.note <> ''`,
        )}
        ${take(
          'findings',
          `UPDATE run_issue i SET subject_label = CASE WHEN i.subject_kind = 'member' THEN m.code ELSE replace(i.subject_label, m.name, m.code) END,
            detail = replace(i.detail, m.name, m.code), remedy = replace(i.remedy, m.name, m.code)
          FROM member m WHERE i.${here} AND m.${here} AND m.id = of_member
            AND ((i.subject_kind = 'member' AND i.subject_id = of_member::text) OR position(m.name IN i.subject_label || i.detail || i.remedy) > 0)`,
        )}

        -- Files that only this member's people have sent, and what was quoted of them.
        SELECT coalesce(array_agg(f.id), '{}') INTO files FROM import_file f WHERE f.${here} AND f.sha256 IS NOT NULL AND f.erased_at IS NULL AND ${settled('f')}
          AND EXISTS (SELECT FROM reading_import i WHERE i.${here} AND i.file_id = f.id AND i.actor_kind = 'person' AND i.actor_id = ANY (nameless))
          AND NOT EXISTS (SELECT FROM reading_import i WHERE i.${here} AND i.file_id = f.id AND (i.actor_kind <> 'person' OR i.actor_id <> ALL (nameless)));
        UPDATE import_problem p SET content = '' FROM reading_import i WHERE p.${here} AND i.${here} AND i.id = p.import_id AND i.file_id = ANY (files);
        UPDATE reading_import i SET name = NULL WHERE i.${here} AND i.file_id = ANY (files);
        DELETE FROM import_piece p WHERE p.${here} AND p.file_id = ANY (files);
        ${take('files', `UPDATE import_file f SET erased_at = now_said WHERE f.${here} AND f.id = ANY (files)`)}
        ${take(
          'payloads',
          `UPDATE batch_signature s SET payload = NULL FROM reading_batch b WHERE s.${here} AND b.${here} AND b.no = s.batch_no AND s.payload IS NOT NULL
            AND (b.actor_kind = 'person' AND b.actor_id = ANY (nameless) OR s.kind = 'ocmf' AND EXISTS (
              SELECT FROM signing_key k JOIN installation n ON n.${here} AND n.meter_id = k.meter_id
              JOIN occupancy o ON o.${here} AND o.space_id = n.space_id AND o.member_id = of_member
              WHERE k.${here} AND k.id = s.signing_key_id AND o.days @> (s.at AT TIME ZONE 'UTC')::date))`,
        )}
        ${take('outbox', `DELETE FROM outbox o WHERE o.${here} AND o.done_at IS NOT NULL AND EXISTS (SELECT FROM unnest(names) n WHERE position(n IN o.payload::text) > 0)`)}

        ${take('people', `UPDATE person p SET email = '', name = CASE WHEN p.id = ANY (nameless) THEN 'Former member' ELSE p.name END WHERE p.${here} AND p.id = ANY (leaving)`)}
        ${take(
          'contact',
          `UPDATE member m SET name = 'Former member', contact_name = '', email = '', address = '', trade = '', erased_at = now_said
          WHERE m.${here} AND m.id = of_member`,
        )}
        PERFORM set_config('app.photos', coalesce(held, ''), true);
        RETURN jsonb_build_object('taken', taken, 'entries', (SELECT count(*) FROM record_shredded s WHERE s.${here} AND s.erasure_id = erasure),
          'entriesSha256', shredded_by(erasure), 'deciding', cardinality(leaving) - cardinality(nameless), 'otherRoles', cardinality(acting) - cardinality(leaving));
      END $$;
      COMMENT ON FUNCTION erase_member_personal IS 'takes what is personal of a member and need not be kept; says how much of what';
      REVOKE ALL ON FUNCTION erase_member_personal FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION erase_member_personal TO commonmeter_app;`;

const books = `
      CREATE FUNCTION erase_member_books(of_member uuid, erasure uuid, at timestamptz) RETURNS jsonb LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        gone bigint; taken jsonb := '{}'; today date; kept date; issued uuid[]; said uuid[];
      BEGIN
        IF at > latest_now() THEN RAISE EXCEPTION 'conflict: nothing is erased on a day that has not come'; END IF;
        PERFORM 1 FROM member m WHERE m.${here} AND m.id = of_member AND m.erased_at IS NOT NULL FOR UPDATE;
        IF NOT FOUND THEN RAISE EXCEPTION 'conflict: what is personal of a member goes first'; END IF;
        SELECT (at AT TIME ZONE c.zone)::date INTO today FROM community c WHERE c.id = current_community();
        IF NOT EXISTS (SELECT FROM community_policy p WHERE p.${here} AND p.name = 'keeping' AND p.days @> today) THEN
          RAISE EXCEPTION 'conflict: no policy says how long books are kept';
        END IF;
        kept := books_kept_until(of_member, today);
        IF kept > today THEN RAISE EXCEPTION 'conflict: the books of this member are kept until %', kept; END IF;
        INSERT INTO erasure (community_id, id, kind, member_id, at, xact)
          VALUES (current_community(), erasure, 'member-books', of_member, at, pg_current_xact_id());

        SELECT coalesce(array_agg(i.id), '{}') INTO issued FROM invoice i WHERE i.${here} AND i.member_id = of_member;
        ${take('documents', `UPDATE document d SET state = 'erased', content = NULL, sha256 = NULL WHERE d.${here} AND d.invoice_id = ANY (issued)`)}
        ${take('statements', `UPDATE invoice_statement s SET body = NULL, sha256 = NULL WHERE s.${here} AND s.invoice_id = ANY (issued)`)}
        ${take('lines', `UPDATE invoice_line l SET description = 'Erased.', quantity = NULL, unit = NULL, price = NULL, why = '{}' WHERE l.${here} AND l.invoice_id = ANY (issued)`)}
        UPDATE invoice i SET code = 'erased-' || i.id, reason = CASE WHEN i.reason IS NOT NULL THEN 'Erased.' END WHERE i.${here} AND i.id = ANY (issued);
        SELECT coalesce(array_agg(a.id), '{}') INTO said FROM audit_entry a WHERE a.${here} AND a.subject_kind = 'member' AND a.subject_id = of_member::text;
        UPDATE audit_entry a SET data = '{}' WHERE a.${here} AND a.id = ANY (said);
        PERFORM shred(erasure, issued || said);
        ${take('lines', `UPDATE run_line l SET description = 'Erased.', why = '{}' WHERE l.${here} AND l.member_id = of_member`)}
        ${take('openings', `DELETE FROM run_sum_opening o WHERE o.${here} AND o.member_id = of_member`)}
        ${take(
          'payments',
          `UPDATE payment p SET reference = '', reason = CASE WHEN p.reason IS NOT NULL THEN 'Erased.' END WHERE p.${here} AND p.member_id = of_member`,
        )}
        ${take(
          'entries',
          `UPDATE journal_entry e SET text = 'Erased.' WHERE e.${here} AND e.id IN (SELECT p.entry_id FROM posting p WHERE p.${here} AND p.member_id = of_member)
            AND e.kind NOT IN ('cost-accrued', 'costs-shared')`,
        )}
        ${take('declarations', `UPDATE qualifying_use u SET evidence = 'Erased.' FROM occupancy o WHERE u.${here} AND o.${here} AND o.id = u.occupancy_id AND o.member_id = of_member`)}
        ${take('plans', `UPDATE advance_plan a SET agreed_by = 'Erased.' FROM occupancy o WHERE a.${here} AND o.${here} AND o.id = a.occupancy_id AND o.member_id = of_member`)}
        ${take(
          'findings',
          `UPDATE run_issue i SET subject_label = CASE WHEN i.subject_kind = 'member' THEN 'Erased.' ELSE i.subject_label END,
            detail = CASE WHEN i.subject_kind = 'member' THEN 'Erased.' ELSE i.detail END, remedy = CASE WHEN i.subject_kind = 'member' THEN 'Erased.' ELSE i.remedy END
          WHERE i.${here} AND i.subject_kind = 'member' AND i.subject_id = of_member::text`,
        )}
        ${take('codes', `UPDATE member m SET code = 'erased-' || right(replace(m.id::text, '-', ''), 16) WHERE m.${here} AND m.id = of_member`)}
        RETURN jsonb_build_object('taken', taken, 'entries', (SELECT count(*) FROM record_shredded s WHERE s.${here} AND s.erasure_id = erasure),
          'entriesSha256', shredded_by(erasure));
      END $$;
      COMMENT ON FUNCTION erase_member_books IS 'takes what was kept of an erased member for its books, when their years have passed';
      REVOKE ALL ON FUNCTION erase_member_books FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION erase_member_books TO commonmeter_app;`;
