import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { peopleMeOptions, statementsListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { todayIn } from '../figures/today';
import { useWords } from '../messages/words';
import { Choice } from '../parts/choice';
import { UseByDay } from './use-by-day';
import { UseByPeriod } from './use-by-period';
import { UseInMoney } from './use-in-money';

export interface UseSearch {
  readonly by?: 'day' | 'interval';
  readonly show?: 'money';
  /** A day: itself, or of the month that is shown. */
  readonly on?: string;
  readonly member?: string;
}

/** What a member used and what it cost: by what was billed, by the day and by the half-hour. */
export function UsePage() {
  const say = useWords();
  const search: UseSearch = useSearch({ strict: false });
  const [{ data: me }, { data: all }] = useSuspenseQueries({
    queries: [peopleMeOptions(), whole(statementsListOptions())],
  });
  const member = me.memberIds.find((id) => id === search.member) ?? me.memberIds[0];
  if (member === undefined)
    return (
      <Paper>
        <Title order={1} size="h3">
          {say('use.title')}
        </Title>
        <Text>{say('my.nobody')}</Text>
      </Paper>
    );
  const statements = all.items.filter(({ memberId, kind }) => memberId === member && kind === 'invoice');
  const { by, show } = search;
  const today = todayIn(me.community.zone);
  const on = search.on ?? statements[0]?.period.from ?? today;
  const own = search.member === undefined ? {} : { member: search.member };
  return (
    <Stack gap="lg">
      <Title order={1}>{say('use.title')}</Title>
      {me.memberIds.length > 1 && <Whose ids={me.memberIds} member={member} search={search} />}
      <Group gap="sm">
        <Choice
          name={say('use.by')}
          options={[
            { label: say('use.periods'), search: { ...own, ...(show ? { show } : {}) }, isHere: by === undefined },
            { label: say('use.days'), search: { ...own, by: 'day', on }, isHere: by === 'day' },
            { label: say('use.half-hours'), search: { ...own, by: 'interval', on }, isHere: by === 'interval' },
          ]}
        />
        {by === undefined && (
          <Choice
            name={say('use.show')}
            options={[
              { label: say('use.quantity'), search: own, isHere: show === undefined },
              { label: say('use.money'), search: { ...own, show: 'money' }, isHere: show === 'money' },
            ]}
          />
        )}
      </Group>
      {by === undefined && show === undefined && (
        <UseByPeriod member={member} own={own} latest={statements[0]} today={today} />
      )}
      {by === undefined && show === 'money' && <UseInMoney statements={statements.slice(0, 13)} />}
      {by !== undefined && (
        <UseByDay
          key={`${by} ${on}`}
          member={member}
          own={own}
          by={by}
          on={on}
          today={today}
          zone={me.community.zone}
        />
      )}
    </Stack>
  );
}

function Whose({ ids, member, search }: { ids: readonly string[]; member: string; search: UseSearch }) {
  const say = useWords();
  const { data } = useSuspenseQuery(whole(statementsListOptions()));
  const nameOf = (id: string): string => data.items.find(({ memberId }) => memberId === id)?.memberCode ?? id;
  return (
    <Choice
      name={say('use.whose')}
      options={ids.map((id) => ({ label: nameOf(id), search: { ...search, member: id }, isHere: id === member }))}
    />
  );
}
