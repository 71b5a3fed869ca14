import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import {
  accountsOfMemberOptions,
  membersOneOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { isNegative, magnitude } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Fact } from '../../parts/fact';
import { Tag } from '../../parts/tag';
import { Waiting } from '../../parts/waiting';
import { Account } from './account';
import { Documents } from './documents';
import { Stays } from './stays';

const MemberQuestions = lazy(() => import('../questions/member-questions'));

/** Everything about one member: the account with its reasons, the spaces by time, the documents, and what was asked. */
export function MemberPage() {
  const say = useOfficeWords();
  const { money, moment } = useFigures();
  const { member: code = '' } = useParams({ strict: false });
  const [{ data: member }, { data: account }, { data: me }] = useSuspenseQueries({
    queries: [
      membersOneOptions({ path: { id: code } }),
      accountsOfMemberOptions({ path: { id: code } }),
      peopleMeOptions(),
    ],
  });
  const mayChange = me.roles.includes('treasurer');
  const due = account.closing;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <div>
          <Text size="sm">
            <Link to="/members">{say('place.members')}</Link>
          </Text>
          <Title order={1} size="h2">
            {member.name}
          </Title>
          {member.erasedAt !== null && (
            <Group gap="xs">
              <Tag>{say('erasure.erased')}</Tag>
              <Text size="sm">{say('erasure.erased-at', { at: moment(member.erasedAt) })}</Text>
            </Group>
          )}
          <Text c="dimmed">{[member.code, member.trade].filter((part) => part !== '').join(', ')}</Text>
        </div>
        {mayChange && member.erasedAt === null && (
          <Button component={Link} to={`/payments?member=${encodeURIComponent(member.code)}` as '/payments'}>
            {say('payment.enter')}
          </Button>
        )}
      </Group>
      <div className="facts">
        <Fact
          name={say(isNegative(due) ? 'member.in-credit' : 'member.owes')}
          figure={money(magnitude(due), account.currency)}
          note={say('member.open-invoices', { count: account.open.length })}
        />
        {member.erasedAt === null && (
          <Paper>
            <Text size="sm" c="dimmed">
              {say('member.contact')}
            </Text>
            <Text className="wrap">{member.contactName || member.name}</Text>
            <Text size="sm" className="wrap">
              {member.email === '' ? say('member.no-email') : <a href={`mailto:${member.email}`}>{member.email}</a>}
            </Text>
            {member.address !== '' && <Text size="sm">{member.address}</Text>}
          </Paper>
        )}
      </div>
      <Stays member={member} mayChange={mayChange} />
      <Account account={account} />
      <Documents member={member.code} />
      <Suspense fallback={<Waiting lines={2} />}>
        <MemberQuestions member={member.code} />
      </Suspense>
      {mayChange && member.erasedAt === null && (
        <Text size="sm">
          <Link to="/members/$member/erasure" params={{ member: member.code }}>
            {say('erasure.open')}
          </Link>
        </Text>
      )}
    </Stack>
  );
}
