import { Anchor, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import {
  apportionmentMatrixOfOptions,
  certificatesListOptions,
  keysListOptions,
  sitesListOptions,
  supplierBillsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type {
  ApportionmentMatrix,
  CertificatesListResponse,
  SupplierBillsListResponse,
} from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { minus, sum } from '../figures/exact';
import { dayBefore } from '../figures/figures';
import { useFigures, useWords } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { DifferenceLine } from '../parts/difference-line';
import { ListHead } from '../parts/list-head';

type Certificate = CertificatesListResponse['items'][number];

/** What every member may know of all: the bills of the site, what each cost came to, by whose decision it was shared, and the sealed proof. Of the others it has one figure together. */
export function BookPage() {
  const say = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const { of } = useSearch({ strict: false });
  const [{ data: certificates }, { data: sites }] = useSuspenseQueries({
    queries: [whole(certificatesListOptions()), whole(sitesListOptions())],
  });
  const first = certificates.items.find(({ id }) => id === of) ?? certificates.items[0];
  const months = certificates.items.filter(({ corrects }) => corrects === null);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{say('book.title')}</Title>
        <Text>{say('book.text')}</Text>
      </div>
      {first === undefined ? (
        <Paper>
          <Text>{say('book.none')}</Text>
        </Paper>
      ) : (
        <>
          <NativeSelect
            label={say('runs.period')}
            value={first.id}
            maw={360}
            data={months.map(({ id, period, site }) => ({
              value: id,
              label: [figures.period(period), sites.items.length > 1 ? site : ''].filter(Boolean).join(', '),
            }))}
            onChange={({ currentTarget }) => void navigate({ to: '.', search: { of: currentTarget.value } } as never)}
          />
          <Month
            key={first.id}
            certificate={first}
            corrections={certificates.items.filter(({ corrects }) => corrects === first.run)}
            site={sites.items.find(({ name }) => name === first.site)?.id ?? ''}
          />
        </>
      )}
      <Rules />
    </Stack>
  );
}

interface MonthProps {
  readonly certificate: Certificate;
  readonly corrections: readonly Certificate[];
  readonly site: string;
}

function Month({ certificate, corrections, site }: MonthProps) {
  const { period } = certificate;
  const [{ data: bills }, { data: matrix }] = useSuspenseQueries({
    queries: [
      whole(supplierBillsListOptions()),
      apportionmentMatrixOfOptions({ path: { id: site }, query: { year: dayBefore(period.to).slice(0, 4) } }),
    ],
  });
  const reaching = bills.items.filter(
    (bill) => bill.site.id === site && bill.period.from < period.to && bill.period.to > period.from,
  );
  const rows = matrix.rows.filter((row) => row.period.from === period.from && row.period.to === period.to);
  return (
    <>
      {reaching.map((bill) => (
        <Bill key={bill.id} bill={bill} />
      ))}
      <Costs rows={rows} currency={matrix.currency} />
      <Proof certificates={[certificate, ...corrections]} />
    </>
  );
}

function Bill({ bill }: { bill: SupplierBillsListResponse['items'][number] }) {
  const say = useWords();
  const figures = useFigures();
  const money = (amount: string): string => figures.money(amount, bill.currency);
  return (
    <Paper>
      <ListHead
        title={say('book.bill', { supplier: bill.supplier, number: bill.number })}
        csv={[
          `bill-${bill.number}`,
          ['line', 'description', 'quantity', 'unit', 'price', 'amount', 'currency'],
          ...bill.components.map((one) => [
            ...[String(one.no), one.description, one.quantity ?? '', one.unit ?? '', one.price ?? ''],
            ...[one.amount, bill.currency],
          ]),
        ]}
      />
      <Text size="sm" c="dimmed" mb="xs">
        {figures.period(bill.period)}
        {bill.document && (
          <>
            {', '}
            <Anchor href={`/api/v1/supplier-bills/${bill.id}/document`}>{bill.document.name}</Anchor>
          </>
        )}
      </Text>
      <CardTable
        name={say('book.bill', { supplier: bill.supplier, number: bill.number })}
        heads={[say('bill.what'), say('book.quantity'), say('book.price'), say('costs.amount')]}
        figures={[1, 2, 3]}
        rows={bill.components.map((one) => ({
          key: String(one.no),
          cells: [
            one.description,
            one.quantity === null ? '–' : `${figures.number(one.quantity)} ${one.unit ?? ''}`,
            one.price === null ? '–' : figures.number(one.price),
            money(one.amount),
          ],
        }))}
        foot={{
          key: 'total',
          cells: [say('book.with-tax', { tax: money(bill.tax), gross: money(bill.gross) }), '', '', money(bill.net)],
        }}
      />
    </Paper>
  );
}

function Costs({ rows, currency }: { rows: ApportionmentMatrix['rows']; currency: string }) {
  const say = useWords();
  const figures = useFigures();
  const money = (amount: string): string => figures.money(amount, currency);
  const own = (row: (typeof rows)[number]): string => sum(['0.00', ...Object.values(row.shares)]);
  const together = (of: (row: (typeof rows)[number]) => string): string => sum(['0.00', ...rows.map(of)]);
  const costs = together(({ amount }) => amount);
  const yours = together(own);
  const others = together(({ otherMembers }) => otherMembers);
  const common = together((row) => row.common);
  const vacant = together((row) => row.vacant);
  const held = together((row) => row.held);
  const members = sum([yours, others]);
  return (
    <>
      <Paper>
        <ListHead
          title={say('book.costs')}
          csv={[
            'costs',
            ['cost', 'amount', 'you', 'others', 'common', 'vacant', 'held', 'currency', 'rule', 'decision'],
            ...rows.map((row) => [
              ...[row.description, row.amount, own(row), row.otherMembers, row.common, row.vacant, row.held],
              ...[currency, row.rule?.name ?? '', row.rule?.decision ?? ''],
            ]),
          ]}
        />
        <Text size="sm" c="dimmed" mb="xs">
          {say('shared.before-tax')}
        </Text>
        <CardTable
          name={say('book.costs')}
          heads={[
            say('book.cost'),
            say('costs.amount'),
            say('shared.you'),
            say('book.others'),
            say('book.not-let'),
            say('bill.key'),
          ]}
          figures={[1, 2, 3, 4]}
          rows={rows.map((row) => ({
            key: String(row.costNo),
            cells: [
              row.description,
              money(row.amount),
              money(own(row)),
              money(row.otherMembers),
              money(sum([row.common, row.vacant, row.held])),
              row.rule === null ? say('book.one-space') : `${row.rule.name}, ${row.rule.decision}`,
            ],
          }))}
          foot={{
            key: 'total',
            cells: [
              say('costs.total'),
              money(costs),
              money(yours),
              money(others),
              money(sum([common, vacant, held])),
              '',
            ],
          }}
        />
      </Paper>
      <DifferenceLine
        currency={currency}
        totals={{
          costs,
          members,
          common,
          vacant,
          held,
          difference: minus(costs, sum([members, common, vacant, held])),
        }}
      />
    </>
  );
}

function Proof({ certificates }: { certificates: readonly Certificate[] }) {
  const say = useWords();
  const figures = useFigures();
  return (
    <Paper>
      <Title order={2} size="h4">
        {say('book.proof')}
      </Title>
      <Text size="sm" mb="xs">
        {say('book.proof-text')}
      </Text>
      <Stack gap="sm">
        {certificates.map((one) => (
          <div key={one.id}>
            <Group gap="md">
              <Anchor href={`/api/v1/certificates/${one.id}/document.pdf`}>
                {say(one.corrects === null ? 'book.certificate' : 'book.correction', {
                  at: figures.moment(one.madeAt),
                })}
              </Anchor>
              <Anchor href={`/api/v1/certificates/${one.id}`}>{say('check.json')}</Anchor>
            </Group>
            <Text size="xs" c="dimmed" className="wrap">
              {say('verify.hash')} {one.sha256}
            </Text>
          </div>
        ))}
      </Stack>
    </Paper>
  );
}

/** The rules in force and those that wait for a decision, each with who adopted it. */
function Rules() {
  const say = useWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(whole(keysListOptions()));
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('book.rules')}
      </Title>
      <Stack gap="md">
        {data.items.map((key) => (
          <div key={key.id}>
            <Text fw={600}>{key.name}</Text>
            {key.versions.map((version) => (
              <Text key={version.id} size="sm">
                {say(version.days.to === null ? 'book.since' : 'book.until', {
                  from: figures.day(version.days.from),
                  to: figures.day(version.days.to === null ? version.days.from : dayBefore(version.days.to)),
                })}{' '}
                {version.sentence}{' '}
                {say('why.adopted', {
                  by: version.adoptedBy,
                  on: figures.day(version.adoptedOn),
                  decision: version.decision,
                })}
              </Text>
            ))}
            {key.proposed.length > 0 && <Text size="sm">{say('book.proposed', { count: key.proposed.length })}</Text>}
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
