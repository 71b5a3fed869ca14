import type { ErasureReply } from '../modules/erasure/erasure.schema.js';
import { loadConfig } from '../platform/config.js';
import { openHouse } from './house.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';

export interface EraseMemberOptions {
  readonly community: string;
  readonly dryRun: boolean;
}

/** `erase-member`: takes at once what is personal of a member that has left, and says what is kept until when; or only says it. */
export async function eraseMemberCommand(
  out: Output,
  member: string,
  { community, dryRun }: EraseMemberOptions,
): Promise<void> {
  out.busy('Opening the database');
  const house = await openHouse({ ...loadConfig(), role: 'api', port: 0 });
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { ExportService } = await import('../modules/archive/export.service.js');
    const { ErasureService } = await import('../modules/erasure/erasure.service.js');
    const { system } = await import('../modules/access/access-changes.service.js');
    const communityId = await house.api.get(ExportService, { strict: false }).idOf(community);
    const service = house.api.get(ErasureService, { strict: false });
    const reply = await service.erase(communityId, member, dryRun, system);
    out.answer(textOf(reply).join('\n'), reply);
  } finally {
    await house.close();
  }
}

function textOf({ member, done, obstacles, removed, kept, entries }: ErasureReply): string[] {
  if (obstacles.length > 0)
    return [`${member.code} cannot be erased yet:`, ...obstacles.map((obstacle) => `  ${obstacle}`)];
  const gone = table(
    [done ? 'gone' : 'would go', 'how many'],
    removed.map(({ what, count }) => [what, String(count)]),
  );
  const stays = table(
    ['kept', 'how many', 'until', 'why'],
    kept.map(({ what, count, until, why }) => [what, String(count), until ?? 'always', why]),
  );
  const opened = `${entries} entries of the record ${done ? 'open' : 'would open'} no more; its root stays, and every proof of others.`;
  return [`${member.code} ${done ? 'was' : 'would be'} erased.`, '', gone, '', stays, '', opened];
}
