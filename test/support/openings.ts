import { type OpeningsFile, openingsFormat } from '../../src/domain/proof/audit-run.js';
import { commitToRun, sharedOn, whole } from '../../src/domain/proof/run-sums.js';
import { certificateFile, chanceOf, key, names, runId, statementOf } from './bundle.js';

/** What the auditor of the small hall is given. */
export function openingsOfHall(): OpeningsFile {
  const statements = names.map(statementOf);
  const made = commitToRun(key.name, runId, statements, chanceOf('a'));
  if (made === null) throw new Error('Four members are enough.');
  const { lists, own } = made;
  return {
    ...{ format: openingsFormat, origin: key.name, run: runId, register: [...names], lists },
    members: statements.map((statement) => ({
      unitId: statement.member.number,
      openings: lists.map(({ of, list, exponent }, i) => {
        const printed = whole(
          sharedOn(statement)
            .find((one) => one.of === of)!
            .you(statement),
          exponent,
        );
        const amount = list === 'charges' ? printed : -printed;
        return { amount: String(amount > 0n ? amount : 0n), ...own.get(statement.member.number)![i]! };
      }),
    })),
    certificate: certificateFile().content,
  };
}
