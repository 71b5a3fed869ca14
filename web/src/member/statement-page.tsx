import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Fragment } from 'react';
import { invoicesGetOptions, statementsGetOptions } from '../api/generated/@tanstack/react-query.gen';
import type { Invoice } from '../api/generated/types.gen';
import { useFigures, useWords, type WordKey } from '../messages/words';
import { ListHead } from '../parts/list-head';
import classes from './lines.module.css';
import { questionsOf, QuestionTag } from './question';
import { sections } from './sections';
import { SharedBills } from './shared-bills';
import { modelOf, type StatementModel } from './statement-model';
import { UseChart } from './use-chart';
import { WhyDrawer } from './why-drawer';

/** A statement as it was sealed. Every line answers why; the open answer stands in the address. */
export function StatementPage() {
  const say = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const { number = '' } = useParams({ strict: false });
  const { line } = useSearch({ strict: false });
  const [{ data: invoice }, { data: sealed }] = useSuspenseQueries({
    queries: [invoicesGetOptions({ path: { id: number } }), statementsGetOptions({ path: { id: number } })],
  });
  const model = modelOf(sealed);
  const ask = (no?: number): void =>
    void navigate({ to: '.', search: no === undefined ? {} : { line: no }, replace: true } as never);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h2">
            {say('statement.title', { period: figures.period(invoice.period) })}
          </Title>
          <Text c="dimmed">
            {invoice.number}
            {model ? `, ${model.member.name}` : ''}
          </Text>
        </div>
        <Button
          component="a"
          href={`/api/v1/invoices/${invoice.id}/document.pdf`}
          variant="default"
          className="no-print"
        >
          PDF
        </Button>
      </Group>
      <Paper p="lg">
        <Text c="dimmed">{say('statement.total')}</Text>
        <Text fz={36} fw={700} lh={1.2} className="figure">
          {figures.money(invoice.gross, invoice.currency)}
        </Text>
        <Text>{say('my.due', { day: figures.dueDay(invoice.dueOn) })}</Text>
        {invoice.creditedBy !== null && (
          <Text fw={650}>{say('statement.credited', { number: invoice.creditedBy })}</Text>
        )}
      </Paper>
      <Lines invoice={invoice} ask={ask} />
      {model && <Balance model={model} />}
      {model?.use?.map((use, i) => (
        <UseChart key={i} use={use} />
      ))}
      {model && <SharedBills sharing={model.sharing} currency={model.currency} />}
      {model && <Check model={model} />}
      <WhyDrawer
        invoice={invoice.number}
        memberId={invoice.memberId}
        currency={invoice.currency}
        line={line}
        close={() => ask()}
      />
    </Stack>
  );
}

function Lines({ invoice, ask }: { invoice: Invoice; ask: (no: number) => void }) {
  const say = useWords();
  const figures = useFigures();
  const questions = useQuery(questionsOf(invoice.number)).data?.items ?? [];
  const money = (amount: string): string => figures.money(amount, invoice.currency);
  const nameOf = (section: string): string => {
    const key = sections[section];
    return key ? say(key) : section.replaceAll('-', ' ');
  };
  const names = [...new Set(invoice.lines.map(({ section }) => nameOf(section)))];
  return (
    <Paper>
      <ListHead
        title={say('statement.lines')}
        csv={[
          `statement-${invoice.number}`,
          ['line', 'section', 'what', 'net', 'currency', 'tax code', 'why'],
          ...invoice.lines.map((one) => [
            ...[String(one.no), one.section, one.description, one.net, invoice.currency, one.taxCode],
            one.why.sentence,
          ]),
        ]}
      />
      <Table role="table" aria-label={say('statement.lines')} className={classes.lines}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            <Table.Th role="columnheader">{say('bill.what')}</Table.Th>
            <Table.Th role="columnheader" ta="right">
              {say('bill.net')}
            </Table.Th>
            <Table.Th role="columnheader" className="no-print">
              {say('statement.why-column')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {names.map((section) => (
            <Fragment key={section}>
              <Table.Tr role="row">
                <Table.Th role="rowheader" colSpan={3} scope="colgroup">
                  {section}
                </Table.Th>
              </Table.Tr>
              {invoice.lines
                .filter((one) => nameOf(one.section) === section)
                .map((one) => (
                  <Table.Tr role="row" key={one.no}>
                    <Table.Td role="cell">
                      {one.description}
                      <Text size="sm" c="dimmed">
                        {one.why.sentence}
                      </Text>
                      {questions
                        .filter(({ line }) => line.no === one.no)
                        .slice(0, 1)
                        .map(({ id, state }) => (
                          <QuestionTag key={id} state={state} />
                        ))}
                    </Table.Td>
                    <Table.Td role="cell" className="right figure">
                      {money(one.net)}
                    </Table.Td>
                    <Table.Td role="cell" className="no-print">
                      <Button
                        size="compact-md"
                        variant="default"
                        mih={36}
                        onClick={() => ask(one.no)}
                        aria-label={say('statement.why-of', { line: one.description, amount: money(one.net) })}
                      >
                        {say('statement.why')}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Fragment>
          ))}
        </Table.Tbody>
        <Table.Tfoot role="rowgroup">
          <Table.Tr role="row">
            <Table.Th role="rowheader">{say('statement.net')}</Table.Th>
            <Table.Th role="rowheader" ta="right" className="figure">
              {money(invoice.net)}
            </Table.Th>
            <Table.Td role="cell" />
          </Table.Tr>
          {invoice.taxes.map(({ code, label, net, tax }) => (
            <Table.Tr role="row" key={code}>
              <Table.Td role="cell">{say('statement.tax-on', { label, net: money(net) })}</Table.Td>
              <Table.Td role="cell" className="right figure">
                {money(tax)}
              </Table.Td>
              <Table.Td role="cell" />
            </Table.Tr>
          ))}
          <Table.Tr role="row" fw={700}>
            <Table.Th role="rowheader">{say('statement.total')}</Table.Th>
            <Table.Th role="rowheader" ta="right" className="figure">
              {money(invoice.gross)}
            </Table.Th>
            <Table.Td role="cell" />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Paper>
  );
}

const entryWords: Readonly<Record<string, WordKey>> = {
  charges: 'balance.charges',
  payment: 'balance.payment',
  credit: 'balance.credit',
  adjustment: 'balance.adjustment',
  advance: 'balance.advance',
  'set-off': 'balance.set-off',
};

function Balance({ model }: { model: StatementModel }) {
  const say = useWords();
  const figures = useFigures();
  const { opening, entries, closing } = model.balance;
  const wordOf = (kind: string): string => {
    const key = entryWords[kind];
    return key ? say(key) : kind.replaceAll('-', ' ');
  };
  const rows = [
    [say('balance.opening'), opening.amount],
    ...entries.map(({ kind, amount, document }) => [[wordOf(kind), document].filter(Boolean).join(' '), amount]),
  ] as const;
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('balance.title')}
      </Title>
      <Table>
        <Table.Tbody>
          {rows.map(([name = '', amount = ''], i) => (
            <Table.Tr key={i}>
              <Table.Td>{name}</Table.Td>
              <Table.Td className="right figure">{figures.money(amount, model.currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th>{say('balance.closing')}</Table.Th>
            <Table.Th ta="right" className="figure">
              {figures.money(closing, model.currency)}
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Paper>
  );
}

function Check({ model }: { model: StatementModel }) {
  const say = useWords();
  const figures = useFigures();
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('check.title')}
      </Title>
      <Text>{say('check.text')}</Text>
      <dl className="pairs" style={{ marginTop: 8 }}>
        <dt>{say('check.code')}</dt>
        <dd className="figure">{model.verification.code}</dd>
        {model.approvals.map(({ name, on, step }) => (
          <Fragment key={step}>
            <dt>{say(step === 'approved' ? 'approve.approved' : 'approve.prepared')}</dt>
            <dd>{say('approve.by', { name, at: figures.day(on) })}</dd>
          </Fragment>
        ))}
      </dl>
      <Group gap="md" className="no-print">
        <Link to="/verify/$code" params={{ code: model.verification.code }}>
          {say('check.verify')}
        </Link>
        <Anchor href={`/api/v1/invoices/${model.number}/document.json`}>{say('check.json')}</Anchor>
      </Group>
    </Paper>
  );
}
