import type { Tx } from '../../../platform/database/transactions.js';
import { judgeSignatures, type SignedPush } from '../signatures/keep-signatures.js';
import type { Judgement } from '../signatures/signed-text.js';
import type { IntakeGround } from '../registers/register-catalog.js';
import type { ItemProblem, ReadingItem } from './reading-item.js';
import type { Push } from './reading.types.js';

/** A signed push, with its place among the others. */
export type Signed = SignedPush & { readonly push: number };

export const noJudgements: ReadonlyMap<number, Judgement> = new Map();

/** The pushes that came signed, each with the meter that its readings name, where that is known. */
export function signedOf(
  pushes: readonly Push[],
  read: readonly (readonly (ReadingItem | ItemProblem)[])[],
  batchNos: readonly string[],
  ground: IntakeGround,
): Signed[] {
  return pushes.flatMap(({ signed, receivedAt }, push): Signed[] => {
    if (signed === undefined) return [];
    const named = read[push]?.flatMap((item) => ('code' in item ? [] : [ground.find(item.meter, item.register)]));
    const meterId = named?.find((register) => register !== undefined)?.meterId ?? null;
    return [{ push, signed, receivedAt, meterId, batchNo: batchNos[push] ?? '' }];
  });
}

/** What came of each signature, by the place of its push. */
export async function judged(tx: Tx, signed: readonly Signed[]): Promise<Map<number, Judgement>> {
  const judgements = await judgeSignatures(tx, signed);
  return new Map(signed.map(({ push }, i) => [push, judgements[i] as Judgement]));
}
