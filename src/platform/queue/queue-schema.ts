import { runMigrations } from 'bullmq';
import type { ClientBase } from 'pg';
import { applicationRole, queueSchema } from '../database/connection.js';

/**
 * Makes or updates BullMQ's own tables in their schema. The queue holds ids and no facts, so the application's role may do
 * with it all that BullMQ does, a sequence for each new queue among it.
 *
 * @param owner a connection of the user who owns the tables
 */
export async function prepareQueueSchema(owner: ClientBase): Promise<void> {
  await runMigrations(owner, queueSchema);
  await owner.query(`
    GRANT USAGE, CREATE ON SCHEMA ${queueSchema} TO ${applicationRole};
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA ${queueSchema} TO ${applicationRole};
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${queueSchema} TO ${applicationRole};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${queueSchema} TO ${applicationRole};
  `);
}
