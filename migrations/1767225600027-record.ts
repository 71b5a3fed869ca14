import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The record as a tree (ADR 0027): what was written down is sealed into entries, entries make a tree, and its heads are signed.
 *
 * Entries come after the commit of what they tell of, off the path of readings: they are numbered from 0 without a gap, each refers
 * to the one before it, and the database computes every leaf and every node of the tree again before it lets the row in. A head is
 * let in only with the root that the stored nodes fold to, and heads only grow. What opens an entry lies apart (record_opening), so
 * that it can be erased one day and the entry stays.
 *
 * Readings are sealed by batches. Which batches are new is asked by number: those above the settled one that have no row here. A
 * number is settled once it was seen an hour ago, by the database's clock: whoever drew a lower one has ended since, and no dump
 * and restore disturbs that, as it would the numbers of transactions.
 *
 * Finding the readings of a batch takes an index; a BRIN over batch_no costs intake next to nothing, because numbers grow as rows do.
 *
 * Lock risk: an exclusive lock on reading while the index is made; it reads every page once (100 million rows: half a minute).
 * Way back: `down` drops the record; audit entries and readings stay, and a new record begins with them.
 */
export class Record1767225600027 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE INDEX reading_batch_no ON reading USING brin (batch_no) WITH (pages_per_range = 32, autosummarize = on);

      CREATE DOMAIN hash_bytes AS bytea CHECK (length(VALUE) = 32);

      CREATE TABLE record_key (
        community_id uuid NOT NULL REFERENCES community,
        no integer NOT NULL CHECK (no > 0),
        origin short_text NOT NULL CHECK (origin !~ '[\\s+]'),
        public_key hash_bytes NOT NULL,
        since timestamptz NOT NULL,
        PRIMARY KEY (community_id, no),
        CONSTRAINT record_key_once UNIQUE (community_id, public_key)
      );
      COMMENT ON TABLE record_key IS 'keys that heads of the record are signed with; the secret is not in the database';
      CALL protect('record_key');
      CALL make_append_only('record_key');

      CREATE TABLE record_entry (
        community_id uuid NOT NULL REFERENCES community,
        idx bigint NOT NULL CHECK (idx >= 0),
        previous bigint GENERATED ALWAYS AS (CASE WHEN idx = 0 THEN NULL ELSE idx - 1 END) STORED,
        id uuid NOT NULL,
        type short_text NOT NULL CHECK (type ~ '^[A-Za-z0-9 ._:/-]+$'),
        at text NOT NULL CHECK (at ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$'),
        commitment hash_bytes NOT NULL,
        leaf hash_bytes NOT NULL,
        PRIMARY KEY (community_id, idx),
        CONSTRAINT record_entry_once UNIQUE (community_id, id),
        CONSTRAINT record_entry_no_gap FOREIGN KEY (community_id, previous) REFERENCES record_entry (community_id, idx),
        CONSTRAINT record_entry_leaf CHECK (leaf = sha256('\\x00'::bytea || convert_to(
          '{"at":"' || at || '","c":"' || encode(commitment, 'hex') || '","id":"' || id || '","type":"' || type || '","v":1}', 'UTF8')))
      );
      COMMENT ON TABLE record_entry IS 'that something was recorded, and when; what it was is sealed in the commitment';
      CREATE INDEX record_entry_previous ON record_entry (community_id, previous);
      CALL protect('record_entry');
      CALL make_append_only('record_entry');

      CREATE TABLE record_opening (
        community_id uuid NOT NULL,
        entry_id uuid NOT NULL,
        salt hash_bytes NOT NULL,
        PRIMARY KEY (community_id, entry_id),
        FOREIGN KEY (community_id, entry_id) REFERENCES record_entry (community_id, id)
      );
      COMMENT ON TABLE record_opening IS 'what a commitment was made with; the fact is read where it lives';
      CALL protect('record_opening');
      CALL make_append_only('record_opening');

      CREATE TABLE record_batch (
        community_id uuid NOT NULL,
        batch_no bigint NOT NULL,
        entry_id uuid NOT NULL,
        readings integer NOT NULL CHECK (readings >= 0),
        sha256 hash_bytes NOT NULL,
        PRIMARY KEY (community_id, batch_no),
        FOREIGN KEY (community_id, batch_no) REFERENCES reading_batch (community_id, no),
        FOREIGN KEY (community_id, entry_id) REFERENCES record_entry (community_id, id) DEFERRABLE INITIALLY DEFERRED
      );
      COMMENT ON COLUMN record_batch.sha256 IS 'of one line for each reading that came in with the batch, see canonical_reading';
      CREATE INDEX record_batch_entry ON record_batch (community_id, entry_id);
      CALL protect('record_batch');
      CALL make_append_only('record_batch');

      CREATE TABLE record_settled (
        community_id uuid PRIMARY KEY REFERENCES community,
        batch_no bigint NOT NULL DEFAULT 0,
        seen_no bigint NOT NULL DEFAULT 0,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        checked_no bigint NOT NULL DEFAULT 0
      );
      COMMENT ON COLUMN record_settled.batch_no IS 'batches up to this number are all recorded, and none with a lower number can come';
      COMMENT ON COLUMN record_settled.checked_no IS 'where the walk over what is recorded has come to';
      CALL protect('record_settled');

      CREATE TABLE record_node (
        community_id uuid NOT NULL REFERENCES community,
        level integer NOT NULL CHECK (level BETWEEN 1 AND 52),
        index bigint NOT NULL CHECK (index >= 0),
        hash hash_bytes NOT NULL,
        PRIMARY KEY (community_id, level, index)
      );
      COMMENT ON TABLE record_node IS 'the full trees of the record; leaves stand in record_entry';
      CALL protect('record_node');
      CALL make_append_only('record_node');

      CREATE FUNCTION record_tree(community uuid, of_level integer, at_index bigint) RETURNS bytea LANGUAGE sql STABLE AS $$
        SELECT CASE WHEN of_level = 0
          THEN (SELECT leaf::bytea FROM record_entry WHERE community_id = community AND idx = at_index)
          ELSE (SELECT hash::bytea FROM record_node WHERE community_id = community AND level = of_level AND index = at_index) END $$;
      COMMENT ON FUNCTION record_tree IS 'hash of a full tree over 2^level entries';

      CREATE FUNCTION record_root(community uuid, size bigint) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
      DECLARE root bytea; hash bytea; at bigint := size; BEGIN
        IF size = 0 THEN RETURN sha256(''::bytea); END IF;
        -- From the right: the smallest full tree first, as the bits of the size say.
        FOR level IN 0..52 LOOP
          IF at >> level & 1 = 1 THEN
            hash := record_tree(community, level, (size >> level) - 1);
            root := CASE WHEN root IS NULL THEN hash ELSE sha256('\\x01'::bytea || hash || root) END;
          END IF;
        END LOOP;
        RETURN root;
      END $$;
      COMMENT ON FUNCTION record_root IS 'root of the first entries, RFC 9162 section 2.1.1; null where a tree is missing';

      CREATE FUNCTION check_record_node() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.hash IS DISTINCT FROM
           sha256('\\x01'::bytea || record_tree(NEW.community_id, NEW.level - 1, NEW.index * 2)
             || record_tree(NEW.community_id, NEW.level - 1, NEW.index * 2 + 1)) THEN
          RAISE EXCEPTION 'record-differs: tree % of level % is not that of its halves', NEW.index, NEW.level;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER of_its_halves BEFORE INSERT ON record_node FOR EACH ROW EXECUTE FUNCTION check_record_node();

      CREATE TABLE record_head (
        community_id uuid NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        root hash_bytes NOT NULL,
        note text NOT NULL CHECK (length(note) <= 10000),
        key_no integer NOT NULL,
        signed_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, size),
        FOREIGN KEY (community_id, key_no) REFERENCES record_key (community_id, no)
      );
      CREATE INDEX record_head_key ON record_head (community_id, key_no);
      CALL protect('record_head');
      CALL make_append_only('record_head');

      CREATE FUNCTION check_record_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM record_head WHERE community_id = NEW.community_id AND size > NEW.size) THEN
          RAISE EXCEPTION 'record-differs: a longer record was signed already';
        END IF;
        IF NEW.root IS DISTINCT FROM record_root(NEW.community_id, NEW.size) THEN
          RAISE EXCEPTION 'record-differs: % entries do not have this root', NEW.size;
        END IF;
        IF NEW.note NOT LIKE (SELECT origin FROM record_key WHERE community_id = NEW.community_id AND no = NEW.key_no)
             || E'\\n' || NEW.size || E'\\n' || encode(NEW.root, 'base64') || E'\\n\\n%' THEN
          RAISE EXCEPTION 'record-differs: the text that is signed is of another head';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER of_the_tree BEFORE INSERT ON record_head FOR EACH ROW EXECUTE FUNCTION check_record_head();

      CREATE TABLE record_cosignature (
        community_id uuid NOT NULL,
        size bigint NOT NULL,
        person_id uuid NOT NULL,
        key text NOT NULL CHECK (length(key) <= 500),
        line text NOT NULL CHECK (length(line) <= 1000),
        received_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, size, person_id),
        FOREIGN KEY (community_id, size) REFERENCES record_head (community_id, size),
        FOREIGN KEY (community_id, person_id) REFERENCES person (community_id, id)
      );
      CREATE INDEX record_cosignature_person ON record_cosignature (community_id, person_id);
      CALL protect('record_cosignature');
      CALL make_append_only('record_cosignature');

      CREATE TABLE record_alarm (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        kind code_text NOT NULL,
        subject short_text NOT NULL,
        detail text NOT NULL CHECK (length(detail) <= 1000),
        PRIMARY KEY (community_id, id),
        CONSTRAINT record_alarm_once UNIQUE (community_id, kind, subject)
      );
      COMMENT ON TABLE record_alarm IS 'what was found to differ from the record; no head is signed while it does';
      CALL protect('record_alarm');
      CALL make_append_only('record_alarm');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE record_alarm, record_cosignature, record_head, record_node, record_settled, record_batch, record_opening, record_entry, record_key;
      DROP FUNCTION check_record_head, check_record_node, record_root, record_tree;
      DROP DOMAIN hash_bytes;
      DROP INDEX reading_batch_no;
    `);
  }
}
