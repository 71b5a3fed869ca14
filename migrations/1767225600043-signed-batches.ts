import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys that devices sign with, and the signatures that came with readings.
 *
 * A gateway signs what it pushes with Ed25519; its keys belong to its device key, two at most at a time, so that one takes over from the
 * other. A meter that signs for itself (OCMF) has the keys of its makers. A key is never changed: it is registered and, once, revoked.
 *
 * With a batch stands what was signed, the signature and what it was found to be. What was signed may be erased, and its hash stays:
 * the signature of a gateway is over that hash, so that it can be checked for ever.
 *
 * Batches without a signature get no row, and nothing is asked of them. A device of which a signature is demanded says so in its key.
 *
 * Lock risk: a moment's exclusive lock on access_token, for a column with a constant default. Way back: `down` drops keys and
 * signatures; readings stay.
 */
export class SignedBatches1767225600043 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE access_token ADD COLUMN must_sign boolean NOT NULL DEFAULT false;
      ALTER TABLE access_token ADD CONSTRAINT access_token_people_do_not_sign CHECK (kind = 'device' OR NOT must_sign);

      CREATE TABLE signing_key (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        key_id text NOT NULL GENERATED ALWAYS AS (encode(substr(sha256(public_key), 1, 8), 'hex')) STORED,
        algorithm text NOT NULL CHECK (algorithm ~ '^(ed25519|[A-Za-z0-9]{5,30})$'),
        public_key bytea NOT NULL CHECK (length(public_key) BETWEEN 32 AND 1000),
        token_id uuid,
        meter_id uuid,
        since timestamptz NOT NULL,
        registered_by uuid NOT NULL,
        revoked_at timestamptz,
        revoked_by uuid,
        revoked_because short_text,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, token_id) REFERENCES access_token (community_id, id),
        FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id),
        FOREIGN KEY (community_id, registered_by) REFERENCES person (community_id, id),
        FOREIGN KEY (community_id, revoked_by) REFERENCES person (community_id, id),
        CONSTRAINT signing_key_of_one CHECK (num_nonnulls(token_id, meter_id) = 1 AND (token_id IS NOT NULL) = (algorithm = 'ed25519')),
        CONSTRAINT signing_key_revoked_by_somebody CHECK (num_nonnulls(revoked_at, revoked_by, revoked_because) IN (0, 3))
      );
      COMMENT ON COLUMN signing_key.public_key IS 'SubjectPublicKeyInfo, DER';
      COMMENT ON COLUMN signing_key.key_id IS 'the first eight bytes of the SHA-256 of the key, in hex';
      CREATE UNIQUE INDEX signing_key_of_a_gateway ON signing_key (community_id, public_key) WHERE token_id IS NOT NULL;
      CREATE UNIQUE INDEX signing_key_of_a_meter ON signing_key (community_id, public_key, meter_id) WHERE meter_id IS NOT NULL;
      CREATE INDEX signing_key_token ON signing_key (community_id, token_id);
      CREATE INDEX signing_key_meter ON signing_key (community_id, meter_id);
      CREATE INDEX signing_key_registered_by ON signing_key (community_id, registered_by);
      CREATE INDEX signing_key_revoked_by ON signing_key (community_id, revoked_by);
      CALL protect('signing_key');
      REVOKE DELETE, TRUNCATE ON signing_key FROM commonmeter_app;

      CREATE FUNCTION signing_key_steps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'INSERT' THEN
          IF NEW.token_id IS NOT NULL AND (SELECT count(*) FROM signing_key k WHERE k.community_id = NEW.community_id AND k.token_id = NEW.token_id
              AND k.revoked_at IS NULL) >= 2 THEN
            RAISE EXCEPTION 'conflict: the device has two keys that work; revoke one before another is registered';
          END IF;
          RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
          AND to_jsonb(NEW) - '{key_id,revoked_at,revoked_by,revoked_because}'::text[]
            = to_jsonb(OLD) - '{key_id,revoked_at,revoked_by,revoked_because}'::text[] THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'append-only: a signing key is registered and revoked, and never changed';
      END $$;
      CREATE TRIGGER steps BEFORE INSERT OR UPDATE OR DELETE ON signing_key FOR EACH ROW EXECUTE FUNCTION signing_key_steps();

      CREATE TABLE batch_signature (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        batch_no bigint NOT NULL,
        at timestamptz NOT NULL,
        kind text NOT NULL CHECK (kind IN ('ed25519', 'ocmf')),
        verdict text NOT NULL CHECK (verdict IN ('verified', 'unknown-key', 'wrong', 'unsupported')),
        detail text NOT NULL CHECK (length(detail) <= 1000),
        signing_key_id uuid,
        sha256 hash_bytes NOT NULL,
        payload bytea,
        signature text NOT NULL CHECK (length(signature) <= 4000),
        PRIMARY KEY (community_id, id),
        CONSTRAINT batch_signature_once UNIQUE (community_id, batch_no),
        FOREIGN KEY (community_id, batch_no) REFERENCES reading_batch (community_id, no),
        FOREIGN KEY (community_id, signing_key_id) REFERENCES signing_key (community_id, id),
        CONSTRAINT batch_signature_names_its_key CHECK ((verdict = 'verified') = (signing_key_id IS NOT NULL)),
        CONSTRAINT batch_signature_of_its_payload CHECK (payload IS NULL OR sha256 = sha256(payload))
      );
      COMMENT ON COLUMN batch_signature.sha256 IS 'of what was signed, as it came';
      COMMENT ON COLUMN batch_signature.payload IS 'what was signed, as it came; empty where it was erased';
      COMMENT ON COLUMN batch_signature.signature IS 'ed25519: the parameters of RFC 9421, a space, the signature in base64; ocmf: the section of the signature';
      CREATE INDEX batch_signature_key ON batch_signature (community_id, signing_key_id);
      CALL protect('batch_signature');
      REVOKE DELETE, TRUNCATE ON batch_signature FROM commonmeter_app;

      CREATE FUNCTION batch_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND NEW.payload IS NULL AND to_jsonb(NEW) - 'payload' = to_jsonb(OLD) - 'payload' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'append-only: of a signature nothing is changed; what was signed may be erased';
      END $$;
      CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON batch_signature FOR EACH ROW EXECUTE FUNCTION batch_signature_stays();

      ALTER TABLE reading_import DROP CONSTRAINT reading_import_format_check;
      ALTER TABLE reading_import ADD CONSTRAINT reading_import_format_check
        CHECK (format IN ('NEM12', 'NEM13', 'GreenButton', 'P1', 'MSCONS', 'D0010', 'OCMF', 'CSV', 'XLSX'));
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE reading_import DROP CONSTRAINT reading_import_format_check;
      ALTER TABLE reading_import ADD CONSTRAINT reading_import_format_check
        CHECK (format IN ('NEM12', 'NEM13', 'GreenButton', 'P1', 'MSCONS', 'D0010', 'CSV', 'XLSX'));
      DROP TABLE batch_signature, signing_key;
      DROP FUNCTION batch_signature_stays, signing_key_steps;
      ALTER TABLE access_token DROP CONSTRAINT access_token_people_do_not_sign, DROP COLUMN must_sign;
    `);
  }
}
