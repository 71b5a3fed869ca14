import { z } from 'zod';
import { DomainError } from '../../domain/errors.js';
import { InvalidRequest } from '../../platform/http/validation.js';

/*
 * Who writes a rule asks again with every word whether it could be adopted, and is mostly told no, because it is not finished. That is
 * the answer asked for and no failure of the request: it comes as a refusal in the reply, with the code and sentence that adopting would
 * be answered with.
 */

export const refusal = z
  .object({
    code: z.string().meta({ description: 'As in `docs/problems.md`.' }),
    detail: z.string(),
    component: z.string().nullable().meta({ description: 'The component of a tariff that is to be mended.' }),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Refusal', description: 'What adopting the version would be refused for.' });
export type Refusal = z.infer<typeof refusal>;

/** The decision behind what is only being written. */
export const undecided = { adoptedBy: '', adoptedOn: '', decision: '' };

/** What was told; or what else there is to say, with the refusal. Our own bugs are no refusals. */
export async function toldOrRefused<Told, Silent>(
  told: Promise<Told>,
  silent: Silent,
): Promise<(Told & { refused: null }) | (Silent & { refused: Refusal })> {
  try {
    return { ...(await told), refused: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message: detail, facts } = error;
    const component = facts['component'];
    const errors = error instanceof InvalidRequest ? [...error.errors] : [];
    return {
      ...silent,
      refused: { code, detail, component: typeof component === 'string' ? component : null, errors },
    };
  }
}
