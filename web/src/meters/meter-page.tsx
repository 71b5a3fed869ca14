import { Alert, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQueries } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import {
  devicesVerificationsOptions,
  exceptionsListOptions,
  meterHealthListOptions,
  metersOneOptions,
  peopleMeOptions,
  readingsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type { MeterHealthListResponse, MetersOneResponse } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { useDeviceWords } from '../messages/devices';
import { useFigures } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { CsvButton } from '../parts/csv-button';
import { ListHead } from '../parts/list-head';
import { ProblemNote } from '../parts/problem-note';
import { Tag } from '../parts/tag';
import { Waiting } from '../parts/waiting';
import { ExchangeForm } from './exchange-form';
import { MeterPhotos } from './meter-photos';
import { ReadBy } from './read-by';
import { toneOf } from './health';

const dayMs = 86_400_000;
const most = 48;

/** All that is known of one meter: how it is, what it said, what waits, its devices and verifications, and who reads it. */
export function MeterPage() {
  const say = useDeviceWords();
  const { meter: address = '' } = useParams({ strict: false });
  const [{ data: meter }, { data: health }, { data: exceptions }, { data: me }] = useSuspenseQueries({
    queries: [
      metersOneOptions({ path: { id: address } }),
      whole(meterHealthListOptions()),
      whole(exceptionsListOptions({ query: { meter: address } })),
      peopleMeOptions(),
    ],
  });
  const open = exceptions.items.filter(({ decision }) => decision === null);
  const mayChange = me.roles.some((role) => role === 'installer' || role === 'treasurer');
  const isPhysical = meter.role !== 'virtual';
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{meter.name}</Title>
        <Text c="dimmed">
          {meter.code}, {say(`tree.${meter.role as 'source'}`)}
        </Text>
      </div>
      <Health rows={health.items.filter((row) => row.meter === meter.code)} />
      {open.length > 0 && (
        <Alert color="yellow" variant="light">
          <Text fw={700}>{say('meter.questions')}</Text>
          <List size="sm">
            {open.map(({ id, detail }) => (
              <List.Item key={id}>{detail}</List.Item>
            ))}
          </List>
          <Text size="sm">{say('meter.questions-how')}</Text>
        </Alert>
      )}
      {meter.registers
        .filter(({ kind }) => kind !== 'virtual')
        .map((register) => (
          <Readings key={register.id} meter={meter.code} register={register} />
        ))}
      <Devices meter={meter} />
      {isPhysical && me.roles.includes('treasurer') && <MeterPhotos meter={meter.code} />}
      {isPhysical && <Verifications meter={meter.id} />}
      {isPhysical && <ReadBy meter={meter} />}
      {mayChange && isPhysical && <ExchangeForm key={meter.installations.length} meter={meter} />}
    </Stack>
  );
}

function Health({ rows }: { rows: MeterHealthListResponse['items'] }) {
  const say = useDeviceWords();
  return rows.map((row) => (
    <Paper key={row.register}>
      <Group gap="xs">
        <Title order={2} size="h4">
          {say('meter.health')}: {row.register}
        </Title>
        <Tag tone={toneOf(row.state)}>{say(`meter.state.${row.state}`)}</Tag>
      </Group>
      <Text size="sm">{row.advice}</Text>
      {row.gaps !== null && (
        <Text size="sm" c="dimmed">
          {say('meter.gaps', { count: row.gaps.count, hours: row.gaps.hours })}
        </Text>
      )}
      {row.clockSkewSeconds !== null && row.clockSkewSeconds !== 0 && (
        <Text size="sm" c="dimmed">
          {say('meter.skew', { seconds: row.clockSkewSeconds })}
        </Text>
      )}
    </Paper>
  ));
}

interface ReadingsProps {
  readonly meter: string;
  readonly register: MetersOneResponse['registers'][number];
}

function Readings({ meter, register }: ReadingsProps) {
  const say = useDeviceWords();
  const figures = useFigures();
  const { lastReading } = register;
  const since = new Date(new Date(lastReading ?? 0).getTime() - dayMs).toISOString();
  const found = useQuery({
    ...readingsListOptions({ query: { register: register.id, from: since, limit: '1000' } }),
    enabled: lastReading !== null,
  });
  const title = say('meter.readings', { register: `${register.code}, ${register.unit}` });
  const newest = found.data?.items.toReversed().slice(0, most) ?? [];
  return (
    <Paper>
      <Title order={2} size="h4">
        {title}
      </Title>
      {lastReading === null && <Text size="sm">{say('meter.none')}</Text>}
      {lastReading !== null && found.isPending && <Waiting lines={2} />}
      {found.isError && <ProblemNote error={found.error} />}
      {newest[0] && (
        <>
          <Text>
            <b className="figure">{`${figures.number(newest[0].value)} ${newest[0].unit}`}</b>,{' '}
            {figures.moment(newest[0].at)}
          </Text>
          <details>
            <summary>{say('meter.newest', { count: newest.length })}</summary>
            <CsvButton
              name={`readings-${meter}-${register.code}`}
              rows={[
                ['at', 'value', 'unit', 'quality', 'corrections'],
                ...newest.map((one) => [
                  ...[one.at, one.value, one.unit, one.quality],
                  one.corrections.map(({ reason }) => reason).join(', '),
                ]),
              ]}
            />
            <CardTable
              name={title}
              heads={[say('meter.at'), say('meter.value'), say('chart.quality')]}
              figures={[1]}
              rows={newest.map((one) => ({
                key: one.at,
                cells: [
                  figures.moment(one.at),
                  figures.number(one.value),
                  [one.quality, ...one.corrections.map(({ reason }) => reason)].join(', '),
                ],
              }))}
            />
          </details>
        </>
      )}
    </Paper>
  );
}

function Devices({ meter }: { meter: MetersOneResponse }) {
  const say = useDeviceWords();
  const figures = useFigures();
  return (
    <Paper>
      <ListHead
        title={say('meter.devices')}
        csv={[
          `devices-${meter.code}`,
          ['number', 'in since', 'out', 'space', 'register', 'opening', 'closing'],
          ...meter.installations.flatMap(({ serial, from, to, space, registers }) =>
            registers.map((one) => [
              ...[serial, from, to ?? '', space ?? '', one.register, one.opening ?? '', one.closing ?? ''],
            ]),
          ),
        ]}
      />
      <CardTable
        name={say('meter.devices')}
        heads={[say('meter.serial'), say('meter.in'), say('meter.out'), say('meter.space')]}
        figures={[]}
        rows={meter.installations.toReversed().map((one) => ({
          key: one.id,
          cells: [
            one.serial || '–',
            figures.moment(one.from),
            one.to === null ? say('meter.still-in') : figures.moment(one.to),
            one.space ?? '–',
          ],
        }))}
      />
    </Paper>
  );
}

function Verifications({ meter }: { meter: string }) {
  const say = useDeviceWords();
  const figures = useFigures();
  const found = useQuery(whole(devicesVerificationsOptions({ path: { id: meter } })));
  return (
    <Paper>
      <ListHead
        title={say('meter.verified')}
        csv={[
          'verifications',
          ['meter', 'from', 'until', 'certificate', 'device', 'recorded by', 'recorded at'],
          ...(found.data?.items ?? []).map((one) => [
            ...[one.meter, one.from, one.until, one.certificate, one.serial, one.recordedBy, one.recordedAt],
          ]),
        ]}
      />
      {found.isPending && <Waiting lines={1} />}
      {found.isError && <ProblemNote error={found.error} />}
      {found.data?.items.length === 0 && <Text size="sm">{say('meter.verified-none')}</Text>}
      {found.data?.items.map((one) => (
        <Text key={one.id} size="sm">
          {say('meter.verified-until', {
            day: figures.day(one.until),
            certificate: one.certificate,
            device: one.serial || '–',
          })}
        </Text>
      ))}
    </Paper>
  );
}
