import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import {
  meterHealthListOptions,
  metersListOptions,
  peopleMeOptions,
  siteBalanceBalanceOptions,
  unclaimedListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type { MeterHealthListResponse, MetersListResponse } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { addDays, monthOf } from '../figures/figures';
import { dayIn } from '../figures/today';
import { useDeviceWords } from '../messages/devices';
import { useFigures } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { CsvButton } from '../parts/csv-button';
import { Tag } from '../parts/tag';
import { toneOf } from './health';

const urgency = ['silent', 'stuck', 'never-seen', 'expired', 'skewed', 'late', 'ok'];
/** From the supply down: what stands behind what. */
const roles = ['source', 'sub', 'deduction', 'virtual'] as const;

/** The meters of a site from the supply down, how each is and what to do, the most urgent first, and what is left between supply and meters. */
export function MetersPage() {
  const say = useDeviceWords();
  const { site } = useSearch({ strict: false });
  const query = { ...(site === undefined ? {} : { site }) };
  const [{ data: health }, { data: meters }, { data: unclaimed }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(meterHealthListOptions({ query })),
      whole(metersListOptions({ query })),
      whole(unclaimedListOptions()),
      peopleMeOptions(),
    ],
  });
  const well = health.items.filter(({ state }) => state === 'ok').length;
  const sites = [...new Set(meters.items.map((one) => one.site))];
  const mayChange = me.roles.some((role) => role === 'installer' || role === 'treasurer');
  const read = meters.items.flatMap(({ registers }) => registers.flatMap(({ lastReading }) => lastReading ?? []));
  const lastDay = read.length === 0 ? undefined : dayIn(me.community.zone, new Date(read.toSorted().at(-1) ?? 0));
  return (
    <Stack gap="lg">
      <Title order={1}>{say('meters.title')}</Title>
      <Group gap="sm" justify="space-between">
        <Text>{say('meters.summary', { well, all: health.items.length })}</Text>
        <Group gap="sm">
          {meters.items.length > 0 && <CsvButton name="meters" rows={rowsOf(meters.items, health.items)} />}
          <Button component={Link} to="/meters/unclaimed" variant="default">
            {say('tree.unclaimed', { count: unclaimed.items.length })}
          </Button>
          {mayChange && (
            <Button component={Link} to="/meters/add">
              {say('tree.add')}
            </Button>
          )}
        </Group>
      </Group>
      {meters.items.length === 0 && (
        <Paper>
          <Text>{say('meters.none')}</Text>
        </Paper>
      )}
      {lastDay !== undefined && sites.map((one) => <Balance key={one} site={one} lastDay={lastDay} />)}
      {roles.map((role) => (
        <Branch
          key={role}
          role={role}
          meters={meters.items.filter((meter) => meter.role === role)}
          health={health.items}
        />
      ))}
    </Stack>
  );
}

type Health = MeterHealthListResponse['items'][number];

const rowsOf = (meters: MetersListResponse['items'], health: readonly Health[]): readonly (readonly string[])[] => [
  ['meter', 'name', 'site', 'role', 'register', 'unit', 'state', 'last reading', 'advice', 'verified until'],
  ...meters.flatMap((meter) =>
    meter.registers.map((register) => {
      const found = health.find((row) => row.meter === meter.code && row.register === register.code);
      return [
        ...[meter.code, meter.name, meter.site, meter.role, register.code, register.unit],
        ...[found?.state ?? '', register.lastReading ?? '', found?.advice ?? '', meter.verifiedUntil ?? ''],
      ];
    }),
  ),
];

interface BranchProps {
  readonly role: (typeof roles)[number];
  readonly meters: readonly { readonly code: string; readonly name: string }[];
  readonly health: readonly Health[];
}

function Branch({ role, meters, health }: BranchProps) {
  const say = useDeviceWords();
  const figures = useFigures();
  if (meters.length === 0) return null;
  const rows = meters
    .flatMap((meter): { meter: typeof meter; row: Health | undefined }[] => {
      const registers = health.filter((row) => row.meter === meter.code);
      return registers.length === 0 ? [{ meter, row: undefined }] : registers.map((row) => ({ meter, row }));
    })
    .toSorted((a, b) => urgency.indexOf(a.row?.state ?? 'ok') - urgency.indexOf(b.row?.state ?? 'ok'));
  return (
    <Paper ml={role === 'source' ? 0 : { base: 0, sm: 'lg' }}>
      <Title order={2} size="h4" mb="xs">
        {say(`tree.${role}`)}
      </Title>
      <CardTable
        name={say(`tree.${role}`)}
        heads={[say('meters.meter'), say('meters.state'), say('meters.last'), say('meters.advice')]}
        figures={[]}
        rows={rows.map(({ meter, row }) => ({
          key: `${meter.code} ${row?.register ?? ''}`,
          cells: [
            <Link key="meter" to="/meters/$meter" params={{ meter: meter.code }}>
              {[meter.code, meter.name, row?.register].filter(Boolean).join(', ')}
            </Link>,
            row ? (
              <Tag key="state" tone={toneOf(row.state)}>
                {say(`meter.state.${row.state}`)}
              </Tag>
            ) : (
              '–'
            ),
            row === undefined || row.lastReading === null ? '–' : figures.moment(row.lastReading),
            row?.advice ?? '–',
          ],
        }))}
      />
    </Paper>
  );
}

/** The last month of which the readings go to its end, else the days so far. */
function Balance({ site, lastDay }: { site: string; lastDay: string }) {
  const say = useDeviceWords();
  const figures = useFigures();
  const month = monthOf(addDays(lastDay, -1));
  const period = month.to <= lastDay ? month : monthOf(lastDay, -1);
  const found = useQuery(siteBalanceBalanceOptions({ path: { id: site }, query: period }));
  const shown = (figure: string | null, unit: string): string =>
    figure === null ? '–' : `${figures.number(figure)} ${unit}`;
  return found.data?.items.map((row) => (
    <Paper key={row.utility}>
      <Group gap="xs">
        <Title order={2} size="h4">
          {say('balance.of', { period: figures.period(period) })}
        </Title>
        <Tag tone={row.state === 'ok' ? 'good' : row.state === 'notable' ? 'warn' : 'bad'}>
          {say(`balance.state.${row.state}`)}
        </Tag>
      </Group>
      <dl className="pairs">
        <dt>{say('balance.supplied')}</dt>
        <dd className="figure">{shown(row.supplied, row.unit)}</dd>
        <dt>{say('balance.metered')}</dt>
        <dd className="figure">{shown(row.metered, row.unit)}</dd>
        <dt>{say('balance.residual')}</dt>
        <dd className="figure">{shown(row.residual, row.unit)}</dd>
      </dl>
      {row.percent !== null && <Text size="sm">{say('balance.percent', { percent: row.percent })}</Text>}
      {row.missing.length > 0 && (
        <Text size="sm">
          {say('balance.missing', { meters: [...new Set(row.missing.map(({ meter }) => meter))].join(', ') })}
        </Text>
      )}
    </Paper>
  ));
}
