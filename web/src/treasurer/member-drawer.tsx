import { Drawer, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { runViewsSharesOptions } from '../api/generated/@tanstack/react-query.gen';
import type { RunPreview } from '../api/generated/types.gen';
import { sum } from '../figures/exact';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { CsvButton } from '../parts/csv-button';
import { ProblemNote } from '../parts/problem-note';
import { Waiting } from '../parts/waiting';
import { WideTable } from '../parts/wide-table';

type Previewed = RunPreview['members'][number];

/** A member's lines before they are sent, each with its sum; and below each cost who else bears it. */
export function MemberDrawer({
  run,
  member,
  currency,
  close,
}: {
  run: string;
  member: Previewed | undefined;
  currency: string;
  close: () => void;
}) {
  const say = useOfficeWords();
  return (
    <Drawer
      opened={member !== undefined}
      onClose={close}
      position="right"
      size="xl"
      title={member?.member.name ?? ''}
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      {member && <Lines run={run} member={member} currency={currency} />}
    </Drawer>
  );
}

function Lines({ run, member, currency }: { run: string; member: Previewed; currency: string }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const shares = useQuery(runViewsSharesOptions({ path: { id: run } }));
  // A line of a shared area names what is shared before its cost.
  const isOf = (share: Share & { description: string }, line: string): boolean =>
    share.member === member.member.code &&
    (share.description === line || (share.part === 'residual' && line.endsWith(`: ${share.description}`)));
  const costsOf = (line: string): readonly number[] => [
    ...new Set((shares.data?.items ?? []).filter((share) => isOf(share, line)).map(({ costNo }) => costNo)),
  ];
  return (
    <Stack gap="md">
      <Text>
        {say('drawer.total', {
          net: figures.money(member.net, currency),
          tax: figures.money(member.tax, currency),
          gross: figures.money(member.gross, currency),
        })}
      </Text>
      {shares.isError && <ProblemNote error={shares.error} />}
      {member.lines.map((line) => (
        <section key={line.no} aria-labelledby={`line-${line.no}`}>
          <Title
            order={3}
            size="h5"
            id={`line-${line.no}`}
            style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}
          >
            <span>{line.description}</span>
            <span className="figure">{figures.money(line.net, currency)}</span>
          </Title>
          <Text size="sm">{line.sentence}</Text>
          {line.taxBecause !== '' && (
            <Text size="sm" c="dimmed">
              {line.taxBecause}
            </Text>
          )}
          {shares.isPending ? (
            <Waiting lines={1} />
          ) : (
            costsOf(line.description).map((no) => (
              <details key={no}>
                <summary>{say('drawer.everybody')}</summary>
                <Everybody
                  no={no}
                  shares={shares.data?.items.filter(({ costNo }) => costNo === no) ?? []}
                  own={member.member.code}
                  currency={currency}
                />
              </details>
            ))
          )}
        </section>
      ))}
    </Stack>
  );
}

interface Share {
  readonly no: number;
  readonly kind: 'member' | 'vacant' | 'common' | 'held';
  readonly part: 'own' | 'residual';
  readonly member: string | null;
  readonly space: string | null;
  readonly weight: string;
  readonly amount: string;
}

interface EverybodyProps {
  /** Of the cost. */
  readonly no: number;
  readonly shares: readonly Share[];
  readonly own: string;
  readonly currency: string;
}

/** All shares of a cost; they come to it exactly. */
function Everybody({ no, shares, own, currency }: EverybodyProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <>
      <CsvButton
        name={`shares-of-cost-${no}`}
        rows={[
          ['borne as', 'part', 'member', 'space', 'weight', 'amount', 'currency'],
          ...shares.map((share) => [
            ...[share.kind, share.part, share.member ?? '', share.space ?? '', share.weight, share.amount, currency],
          ]),
        ]}
      />
      <WideTable name={say('drawer.everybody')} verticalSpacing={2} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('drawer.who')}</Table.Th>
            <Table.Th ta="right">{say('drawer.weight')}</Table.Th>
            <Table.Th ta="right">{say('drawer.part')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shares.map((share) => (
            <Table.Tr key={share.no} fw={share.member === own ? 650 : undefined}>
              <Table.Td>
                {share.kind === 'member' ? share.member : `${say(`difference.${share.kind}`)} ${share.space ?? ''}`}
                {share.part === 'residual' && ` (${say('drawer.residual')})`}
              </Table.Td>
              <Table.Td className="right figure">{figures.number(share.weight)}</Table.Td>
              <Table.Td className="right figure">{figures.money(share.amount, currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th colSpan={2}>{say('costs.total')}</Table.Th>
            <Table.Th ta="right" className="figure">
              {figures.money(sum(shares.map(({ amount }) => amount)), currency)}
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </WideTable>
    </>
  );
}
