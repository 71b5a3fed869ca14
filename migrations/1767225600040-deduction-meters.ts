import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Meters that stand behind the meter of a space and count what a key may take off: water that never reaches the sewer.
 *
 * Lock risk: a moment's exclusive lock on `meter`; the check is validated by a scan of its few rows. Way back: `down`; there must be no such meter.
 */
export class DeductionMeters1767225600040 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(roles("'source', 'sub', 'virtual', 'deduction'"));
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(roles("'source', 'sub', 'virtual'"));
  }
}

const roles = (known: string): string => `
  ALTER TABLE meter DROP CONSTRAINT meter_role_check;
  ALTER TABLE meter ADD CONSTRAINT meter_role_check CHECK (role IN (${known}));`;
