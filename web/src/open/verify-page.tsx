import { Alert, Button, Container, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import '../api/client';
import { verifyVerifyOptions } from '../api/generated/@tanstack/react-query.gen';
import { ApiProblem } from '../api/problem';
import { useFigures, useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Waiting } from '../parts/waiting';

/** What was issued under a code, for whoever holds the paper: compare the figures, they are the same or the paper is not ours. */
export function VerifyPage() {
  const say = useWords();
  const { code } = useParams({ strict: false });
  const navigate = useNavigate();
  const [typed, setTyped] = useState(code ?? '');
  const found = useQuery({
    ...verifyVerifyOptions({ path: { code: code ?? '' } }),
    enabled: code !== undefined,
    retry: false,
  });
  const isUnknown = found.error instanceof ApiProblem && found.error.status === 404;
  return (
    <Container size="sm" py="xl" component="main">
      <Stack gap="lg">
        <Group gap="sm" wrap="nowrap">
          <img src="/icon.svg" alt="" width={36} height={36} />
          <Title order={1}>{say('verify.title')}</Title>
        </Group>
        <Text>{say('verify.text')}</Text>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() !== '') void navigate({ to: '/verify/$code', params: { code: typed.trim() } });
          }}
        >
          <Group align="flex-end">
            <TextInput
              label={say('check.code')}
              placeholder="XXXX-XXXX-XXXX"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
            <Button type="submit">{say('verify.do')}</Button>
          </Group>
        </form>
        {code !== undefined && found.isPending && <Waiting />}
        {isUnknown && (
          <Alert color="red" icon={<IconCircleX aria-hidden />} title={say('verify.unknown')} role="alert">
            <Text size="sm">{say('verify.unknown-text')}</Text>
          </Alert>
        )}
        {found.isError && !isUnknown && <ProblemNote error={found.error} />}
        {found.data && <Issued issued={found.data} />}
      </Stack>
    </Container>
  );
}

function Issued({ issued }: { issued: import('../api/generated/types.gen').Verified }) {
  const say = useWords();
  const figures = useFigures();
  const isCredited = issued.state === 'credited';
  return (
    <Paper role="status">
      <Group gap="xs" mb="sm">
        <IconCircleCheck aria-hidden color="var(--good)" />
        <Title order={2} size="h4">
          {say(isCredited ? 'verify.credited' : 'verify.issued')}
        </Title>
      </Group>
      <dl className="pairs">
        <dt>{say('send.number')}</dt>
        <dd className="figure">{issued.number}</dd>
        <dt>{say('runs.period')}</dt>
        <dd>{figures.period(issued.period)}</dd>
        <dt>{say('verify.total')}</dt>
        <dd className="figure">{figures.money(issued.gross, issued.currency)}</dd>
        <dt>{say('verify.issued-on')}</dt>
        <dd>{figures.day(issued.issuedOn)}</dd>
        <dt>{say('verify.hash')}</dt>
        <dd className="wrap figure" style={{ whiteSpace: 'normal' }}>
          {issued.sha256}
        </dd>
      </dl>
      <Text size="sm">{say('verify.compare')}</Text>
    </Paper>
  );
}
