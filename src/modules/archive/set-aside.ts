import type { Tx } from '../../platform/database/transactions.js';

/*
 * Rows that come back have been let in before, one after the other, over years; here they come table by table. Every constraint of
 * PostgreSQL and every trigger is asked about them again but those that look at the way of a row instead of the row. They are named
 * here, each with what stands in for it, and are set aside within the one transaction that restores; if it fails they never were.
 */
const setAside: readonly (readonly [table: string, trigger: string, instead: string])[] = [
  ['run_cost', 'frozen_insert', 'runs come before their figures, and most of them are issued'],
  ['run_delta', 'frozen_insert', 'see run_cost'],
  ['run_issue', 'frozen_insert', 'see run_cost'],
  ['run_line', 'frozen_insert', 'see run_cost'],
  ['run_share', 'frozen_insert', 'see run_cost; that shares come to the cost is asked of every cost'],
  ['run_use', 'frozen_insert', 'see run_cost'],
  ['billing_run', 'way_fits', 'what was corrected when is settled; that a correction is of an issued run is asked'],
  ['fund_draw', 'draws', 'it adds to what was drawn, which came with the fund; that both agree is asked of the fund'],
  [
    'advance_set_off',
    'sets_off',
    'it adds to what was set off, which came with the advance; that both agree is asked of the advance',
  ],
  ['key_proposal', 'decided_once', 'a proposal that comes back is decided already'],
  ['key_version', 'two_people', 'asks what the community has agreed today, of versions from before'],
  [
    'record_head',
    'newest_key',
    'heads from before a key was rotated come after it; that each is signed with its key is asked',
  ],
  [
    'record_alarm',
    'follows',
    'alarms come before what cleared them; one that nothing cleared is open, and nothing is signed',
  ],
  ['occupancy', 'member_is_there', 'a member that was erased since was there when it came'],
  ['role_grant', 'member_is_there', 'see occupancy'],
  ['booking', 'member_is_there', 'see occupancy'],
  ['reading_reduction', 'weigh', 'what went by retention was weighed when it went'],
  ['reading_reduction', 'remove', 'what went by retention is not there to be removed again'],
];

/** Sets aside what only looks at the way of a row. As the owner of the tables. */
export async function setTriggersAside(tx: Tx): Promise<void> {
  for (const [table, trigger] of setAside) await tx.query(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`);
}

/** Asks everything that was put off until the end, and puts back what was set aside. */
export async function putTriggersBack(tx: Tx): Promise<void> {
  await tx.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const [table, trigger] of setAside) await tx.query(`ALTER TABLE ${table} ENABLE TRIGGER ${trigger}`);
}
