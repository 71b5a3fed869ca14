import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which communities there are, for the program itself: devices at a broker are those of one community, and none of them says of which.
 * A transaction that says `app.operator` reads the rows of `community` and nothing of what is in them; it writes none.
 *
 * Lock risk: a moment's exclusive lock on `community`. Way back: `down` restores the policy.
 */
export class Operator1767225600012 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(
      `ALTER POLICY of_community ON community
       USING (id = current_community() OR current_setting('app.operator', true) = 'on')
       WITH CHECK (id = current_community())`,
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      'ALTER POLICY of_community ON community USING (id = current_community()) WITH CHECK (id = current_community())',
    );
  }
}
