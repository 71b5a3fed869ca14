import type { Rotation } from '../modules/proofs/rotate-key.service.js';
import { loadConfig } from '../platform/config.js';
import { nextSecret, takeNextIntoUse } from '../platform/signing-secret.js';
import { openHouse } from './house.js';
import { CommandFailed, exitCodes, type Output } from './output.js';

/** `rotate-signing-key`: the key of each record hands over to one of a new secret. Run again it goes on where it ended. */
export async function rotateSigningKeyCommand(out: Output): Promise<void> {
  const config = { ...loadConfig(), role: 'api' as const, port: 0 };
  const next = await nextSecret(config);
  out.busy('Opening the database');
  const house = await openHouse(config);
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { RotateKeyService } = await import('../modules/proofs/rotate-key.service.js');
    const { Clock } = await import('../platform/clock.js');
    const rotations = await house.api.get(RotateKeyService, { strict: false }).rotate(next);
    const isInUse = await takeNextIntoUse(config, house.api.get(Clock, { strict: false }).now().slice(0, 10));
    const after = isInUse
      ? 'The new secret is in use; the one before is kept beside it. Copy both to where you keep the first.'
      : 'Start all processes with the new secret as SIGNING_SECRET now; until then they sign nothing, and say so.';
    out.answer([...rotations.map(sentence), after].join('\n'), { communities: rotations, isInUse });
  } finally {
    await house.close();
  }
}

const sentence = ({ communityId, from, to }: Rotation): string => {
  if (to === null) return `${communityId}: nothing was signed yet; the first head is signed with the new key.`;
  return from === null ? `${communityId}: ${to} signs already.` : `${communityId}: ${from} handed over to ${to}.`;
};
