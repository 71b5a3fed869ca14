import { Button, Group, List, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import {
  billingOverrideMutation,
  exceptionsListOptions,
  exceptionsResolveMutation,
  runViewsIssuesOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type { ExceptionsListResponse, RunIssue } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useSaid } from '../messages/said';
import { useFigures } from '../messages/words';
import { CsvButton } from '../parts/csv-button';
import { ProblemNote } from '../parts/problem-note';
import { Tag } from '../parts/tag';
import { choiceWord } from './readings/choice-words';
import { EstimateInstead } from './readings/estimate-instead';
import { type Choice, saidOf } from './readings/exception';
import type { StepProps } from './step';

type Exception = ExceptionsListResponse['items'][number];

/** So many estimates are tried at once; of more, each is tried where they are worked through one by one. */
const few = 5;

/** What the readings ask: each exception with what it compares and the answers it takes; and what the last calculation found. */
export default function ReadingsStep({ run, roles }: StepProps) {
  const say = useOfficeWords();
  const [{ data: exceptions }, { data: issues }] = useSuspenseQueries({
    queries: [
      whole(exceptionsListOptions({ query: { site: run.site.code, state: 'open' } })),
      runViewsIssuesOptions({ path: { id: run.id } }),
    ],
  });
  const mayDecide = roles.includes('treasurer');
  const isFew = exceptions.items.length <= few;
  // What is asked above is not told a second time.
  const isAsked = ({ code, subject }: RunIssue): boolean =>
    code === 'open-exception' ||
    exceptions.items.some(
      (one) =>
        one.kind === 'finding' && one.rule === code && subject.label === `${one.meter ?? ''} ${one.register ?? ''}`,
    );
  const found = issues.items.filter((one) => !isAsked(one));
  return (
    <Stack gap="lg">
      <section aria-labelledby="asked">
        <Title order={2} size="h3" id="asked" mb="sm">
          {say('readings.title', { count: exceptions.items.length })}
        </Title>
        {exceptions.items.length > 0 && (
          <Text mb="sm">
            <Link to={`/readings?site=${run.site.code}` as '/readings'}>{say('readings.work')}</Link>
          </Text>
        )}
        {exceptions.items.length === 0 && (
          <Paper>
            <Text>{say('readings.none')}</Text>
          </Paper>
        )}
        <Stack gap="sm">
          {exceptions.items.map((one) => (
            <ExceptionPaper key={one.id} exception={one} mayDecide={mayDecide} isOneOfFew={isFew} />
          ))}
        </Stack>
      </section>
      {found.length > 0 && (
        <section aria-labelledby="found">
          <Group justify="space-between" mb="sm">
            <Title order={2} size="h3" id="found">
              {say('readings.found')}
            </Title>
            <CsvButton
              name="findings"
              rows={[
                ['finding', 'severity', 'of', 'from', 'to', 'detail', 'remedy', 'taken on because'],
                ...found.map((one) => [
                  ...[one.code, one.severity, one.subject.label, one.from ?? '', one.to ?? ''],
                  ...[one.detail, one.remedy, one.override?.reason ?? ''],
                ]),
              ]}
            />
          </Group>
          <Stack gap="sm">
            {found.map((issue) => (
              <IssuePaper
                key={issue.fingerprint}
                run={run.id}
                issue={issue}
                mayDecide={mayDecide && run.status === 'open'}
              />
            ))}
          </Stack>
        </section>
      )}
      <Group>
        <Button component={Link} to={`/runs/${run.id}/preview` as '/runs'}>
          {say('readings.next')}
        </Button>
      </Group>
    </Stack>
  );
}

/** A decision needs a reason: it stays on the account. */
function ReasonForm({
  choices,
  send,
  busy,
  error,
}: {
  choices: readonly { readonly name: string; readonly label: string }[];
  send: (choice: string, reason: string) => void;
  busy: boolean;
  error: unknown;
}) {
  const say = useOfficeWords();
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  return (
    <Stack gap="xs">
      <TextInput
        label={say('decide.reason')}
        value={reason}
        error={asked && reason.trim() === '' ? say('decide.reason-missing') : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
        maw={560}
      />
      {error !== null && error !== undefined && <ProblemNote error={error} />}
      <Group gap="sm">
        {choices.map(({ name, label }, i) => (
          <Button
            key={name}
            variant={i === 0 ? 'filled' : 'default'}
            disabled={busy}
            onClick={() => {
              setAsked(true);
              if (reason.trim() !== '') send(name, reason.trim());
            }}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

function ExceptionPaper({
  exception,
  mayDecide,
  isOneOfFew,
}: {
  exception: Exception;
  mayDecide: boolean;
  isOneOfFew: boolean;
}) {
  const say = useOfficeWords();
  const figures = useFigures();
  const client = useQueryClient();
  const resolve = useMutation({ ...exceptionsResolveMutation(), onSuccess: () => void client.invalidateQueries() });
  const said = useSaid();
  const told = said.told(saidOf(exception));
  const label = (choice: string): string => say(choiceWord(choice as Choice));
  // An exchange is told with its own readings, at the meter.
  const choices = exception.choices.filter((choice) => choice !== 'exchange-found');
  return (
    <Paper component="article">
      <Group justify="space-between" align="flex-start" mb="xs">
        <Title order={3} size="h5">
          {exception.kind === 'finding'
            ? `${exception.meter ?? exception.site}: ${said.title(exception.rule)}`
            : `${exception.meter} ${exception.register}`}
        </Title>
        <Tag tone={exception.kind === 'finding' && exception.severity === 'warning' ? 'calm' : 'warn'}>
          {say(`exception.${exception.kind}`)}
        </Tag>
      </Group>
      <Text mb="xs" lang={told.lang}>
        {told.detail}
      </Text>
      {exception.kind !== 'finding' && (
        <dl className="pairs">
          <dt>{say('exception.at')}</dt>
          <dd>{figures.moment(exception.at)}</dd>
          {exception.known && (
            <>
              <dt>{say('exception.known')}</dt>
              <dd className="figure">
                {figures.number(exception.known.value)} {exception.unit}
              </dd>
            </>
          )}
          <dt>{say('exception.says')}</dt>
          <dd className="figure">
            {figures.number(exception.value)} {exception.unit}
          </dd>
        </dl>
      )}
      {exception.kind === 'finding' && (
        <Text size="sm" c="dimmed" mb="xs" lang={told.lang}>
          {told.remedy}
        </Text>
      )}
      {mayDecide && isOneOfFew && <EstimateInstead exception={exception} />}
      {mayDecide && choices.length > 0 && (
        <ReasonForm
          choices={choices.map((name) => ({ name, label: label(name) }))}
          busy={resolve.isPending}
          error={resolve.error}
          send={(choice, reason) =>
            resolve.mutate({
              path: { id: exception.id },
              body: { choice: choice as Exception['choices'][number], reason },
            })
          }
        />
      )}
    </Paper>
  );
}

const issueTones = { blocking: 'bad', warning: 'warn', info: 'calm' } as const;

function IssuePaper({ run, issue, mayDecide }: { run: string; issue: RunIssue; mayDecide: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const client = useQueryClient();
  const said = useSaid();
  // Its sentences have figures that it does not tell apart.
  const lang = useIntl().locale.startsWith('en') ? undefined : 'en';
  const override = useMutation({ ...billingOverrideMutation(), onSuccess: () => void client.invalidateQueries() });
  const needsAnswer = issue.severity === 'blocking' && issue.override === null;
  return (
    <Paper component="article">
      <Group justify="space-between" align="flex-start" mb="xs">
        <Title order={3} size="h5">
          {issue.subject.label}: {said.title(issue.code)}
        </Title>
        <Tag tone={issue.override ? 'calm' : issueTones[issue.severity]}>
          {say(issue.override ? 'issue.overridden' : `issue.${issue.severity}`)}
        </Tag>
      </Group>
      <Text lang={lang}>{figures.sentence(issue.detail)}</Text>
      <List size="sm" mt={4}>
        <List.Item lang={issue.override ? undefined : lang}>
          {issue.override ? say('issue.because', { reason: issue.override.reason }) : figures.sentence(issue.remedy)}
        </List.Item>
      </List>
      {mayDecide && needsAnswer && issue.overridable && (
        <ReasonForm
          choices={[{ name: 'override', label: say('issue.take-on') }]}
          busy={override.isPending}
          error={override.error}
          send={(_, reason) => override.mutate({ path: { id: run, no: String(issue.no) }, body: { reason } })}
        />
      )}
    </Paper>
  );
}
