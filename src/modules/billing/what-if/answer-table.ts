import type { Answer } from './answer.schema.js';
import { bearerWords } from './answer.js';

type Figures = Answer['total']['total'];

const figuresOf = ({ now, then, difference }: Figures): string[] => [now ?? '', then ?? '', difference ?? ''];
const others = ['common', 'vacant', 'held'] as const;

/** The answer as a table: for each period, and for all together, a row for each cost and bearer, for each member, and for the sums. */
export function answerTable({ periods, total, currency }: Answer): string[][] {
  const head = ['from', 'to', 'what', 'cost', 'bearer', 'name', 'currency', 'now', 'then', 'difference', 'remark'];
  const row = (days: readonly string[], of: readonly string[], figures: Figures, remark = ''): string[] => [
    ...days,
    ...of,
    currency,
    ...figuresOf(figures),
    remark,
  ];
  const sums = (days: readonly string[], one: Answer['total'] | Answer['periods'][number]): string[][] => [
    ...others.map((bearer) => row(days, ['net', '', bearer, bearerWords[bearer]], one[bearer])),
    row(days, ['total', '', '', 'All costs before tax'], one.total),
    row(days, ['check', '', '', 'Total less everybody who bears it'], one.check),
  ];
  const ofPeriods = periods.flatMap((one) => {
    const days = [one.period.from, one.period.to];
    return [
      ...one.costs.flatMap((cost) => [
        row(days, ['cost', `${cost.source}: ${cost.description}`, '', ''], cost),
        ...cost.shares.map((share) =>
          row(
            days,
            ['share', `${cost.source}: ${cost.description}`, share.member ?? share.bearer, share.space ?? ''],
            share,
          ),
        ),
      ]),
      ...one.members.flatMap(({ member, net, gross, standing, because }) => {
        const remark = standing.now === 'blocked' || standing.then === 'blocked' ? because.join(' ') : '';
        return [
          row(days, ['net', '', member.code, member.name], net, remark),
          row(days, ['gross', '', member.code, member.name], gross, remark),
        ];
      }),
      ...sums(days, one),
    ];
  });
  const together = ['', `${total.compared} of ${total.of} periods`];
  return [
    head,
    ...ofPeriods,
    ...total.members.flatMap(({ member, net, gross }) => [
      row(together, ['net', '', member.code, member.name], net),
      row(together, ['gross', '', member.code, member.name], gross),
    ]),
    ...sums(together, total),
  ];
}
