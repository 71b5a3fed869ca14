import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Fragment, lazy, Suspense, useRef, useState } from 'react';
import { exceptionsListOptions, peopleMeOptions } from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { KeyCaps } from '../../parts/key-caps';
import { switchSingleKeys, useSingleKeys } from '../../parts/single-keys';
import { choiceOfKey, type Exception, gridKeys, subjectOf } from './exception';
import { ExceptionDetail } from './exception-detail';
import { Waiting } from '../../parts/waiting';
import { ManyDecided } from './many-decided';

const ExceptionGrid = lazy(() => import('./exception-grid'));

/** Everything the readings ask, worked through by keyboard: down the list, look, answer, on to the next. */
export function ReadingsPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const { site } = useSearch({ from: '/inside/readings' });
  const query = { state: 'open' as const, ...(site === undefined ? {} : { site }) };
  const [{ data }, { data: me }] = useSuspenseQueries({
    queries: [whole(exceptionsListOptions({ query })), peopleMeOptions()],
  });
  const [at, setAt] = useState<string>();
  const [choice, setChoice] = useState<string>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const grid = useRef<HTMLDivElement>(null);
  const mayDecide = me.roles.includes('treasurer');
  const here = data.items.find(({ id }) => id === at) ?? data.items[0];
  const picked = data.items.filter(({ id }) => chosen.includes(id));
  const hasKeys = useSingleKeys();
  const press = (key: string, one: Exception): boolean => {
    const meant = mayDecide && hasKeys ? choiceOfKey(key, one) : undefined;
    if (meant !== undefined) setChoice(meant);
    return meant !== undefined;
  };
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('readings.title', { count: data.items.length })}</Title>
        {data.items.length > 0 && (
          <CsvButton
            name="exceptions"
            rows={[
              ['kind', 'subject', 'question', 'at', 'detail'],
              ...data.items.map((one) => [
                ...[one.kind, subjectOf(one), one.kind === 'finding' ? one.rule : one.reason, one.at, one.detail],
              ]),
            ]}
          />
        )}
      </Group>
      {here === undefined ? (
        <Paper>
          <Text role="status">{say('readings.none')}</Text>
        </Paper>
      ) : (
        <>
          <Group justify="space-between">
            {hasKeys ? (
              <Text size="sm">
                {say('readings.keys')}{' '}
                {gridKeys.map(({ key, does }, i) => (
                  <Fragment key={key}>
                    <KeyCaps keys={[key]} /> {say(does)}
                    {i < gridKeys.length - 1 ? ', ' : '.'}
                  </Fragment>
                ))}
              </Text>
            ) : (
              <Text size="sm">{say('readings.keys-off')}</Text>
            )}
            <Button variant="default" onClick={() => switchSingleKeys(!hasKeys)}>
              {say(hasKeys ? 'readings.keys-off-do' : 'readings.keys-on-do')}
            </Button>
          </Group>
          <Suspense fallback={<Waiting />}>
            <ExceptionGrid
              grid={grid}
              items={data.items}
              here={here.id}
              hasKeys={hasKeys}
              goTo={(id) => {
                setAt(id);
                setChoice(undefined);
              }}
              press={press}
              chosen={chosen}
              choose={setChosen}
            />
          </Suspense>
          {mayDecide && picked.length > 0 && <ManyDecided picked={picked} done={() => setChosen([])} />}
          <ExceptionDetail
            key={here.id}
            exception={here}
            mayDecide={mayDecide}
            choice={choice}
            choose={setChoice}
            decided={() => {
              const next = data.items[data.items.indexOf(here) + 1] ?? data.items[data.items.indexOf(here) - 1];
              setAt(next?.id);
              setChoice(undefined);
              grid.current?.focus();
            }}
          />
        </>
      )}
      <Text size="sm" c="dimmed">
        {figures.number(String(data.items.length))} {say('readings.count')}
      </Text>
    </Stack>
  );
}
