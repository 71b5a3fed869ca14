import { Anchor, Drawer, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lineChainOfOptions } from '../api/generated/@tanstack/react-query.gen';
import type { LineChain } from '../api/generated/types.gen';
import { useFigures, useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Waiting } from '../parts/waiting';
import { QuestionOfLine } from './question';

interface WhyProps {
  readonly invoice: string;
  readonly memberId: string;
  readonly currency: string;
  readonly line: number | undefined;
  readonly close: () => void;
}

/** From a line back to what it came from: share, rule, bill, readings. Each step is a fact that was stored and not changed since. */
export function WhyDrawer({ invoice, memberId, currency, line, close }: WhyProps) {
  const say = useWords();
  const chain = useQuery({
    ...lineChainOfOptions({ path: { id: invoice, no: String(line ?? 1) } }),
    enabled: line !== undefined,
  });
  return (
    <Drawer
      opened={line !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title={say('why.title')}
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      {chain.isPending && <Waiting />}
      {chain.isError && <ProblemNote error={chain.error} again={() => void chain.refetch()} />}
      {chain.data && line !== undefined && (
        <Stack gap="md">
          <Chain chain={chain.data} currency={currency} />
          <QuestionOfLine key={line} invoice={invoice} memberId={memberId} line={line} />
        </Stack>
      )}
    </Drawer>
  );
}

function Chain({ chain, currency }: { chain: LineChain; currency: string }) {
  const say = useWords();
  const figures = useFigures();
  const money = (amount: string): string => figures.money(amount, currency);
  const { line, shares, cost, rule, bill, uses } = chain;
  return (
    <Stack gap="md">
      <div>
        <Title order={3} size="h4">
          {line.description}: <span className="figure">{money(line.net)}</span>
        </Title>
        <Text>{line.sentence}</Text>
      </div>
      {shares.length > 0 && (
        <Paper>
          <Title order={4} size="h5">
            {say('why.share')}
          </Title>
          {shares.map((share, i) => (
            <Text key={i} size="sm">
              {say('why.share-sum', {
                pool: money(share.pool),
                weight: figures.number(share.weight),
                whole: figures.number(share.whole),
                amount: money(share.amount),
              })}
            </Text>
          ))}
        </Paper>
      )}
      {rule && (
        <Paper>
          <Title order={4} size="h5">
            {say(rule.kind === 'key' ? 'why.key' : 'why.tariff', { name: rule.name })}
          </Title>
          <Text size="sm">
            {say('why.adopted', { by: rule.adoptedBy, on: figures.day(rule.adoptedOn), decision: rule.decision })}
          </Text>
        </Paper>
      )}
      <Paper>
        <Title order={4} size="h5">
          {say('why.cost')}
        </Title>
        <Text size="sm">
          {cost.description}: {money(cost.amount)}
        </Text>
        {bill && (
          <Text size="sm">
            {say('why.bill', {
              supplier: bill.supplier,
              number: bill.number,
              component: bill.component.description,
              amount: money(bill.component.amount),
            })}{' '}
            {bill.document && <Anchor href={bill.document.href}>{bill.document.name}</Anchor>}
          </Text>
        )}
        {chain.charge && <Text size="sm">{chain.charge.description}</Text>}
        {chain.fund && <Text size="sm">{`${chain.fund.name}, ${chain.fund.funder}`}</Text>}
      </Paper>
      {uses.length > 0 && (
        <Paper>
          <Title order={4} size="h5">
            {say('why.readings')}
          </Title>
          <List size="sm">
            {uses.map((use) => (
              <List.Item key={`${use.meter} ${use.register} ${use.band} ${use.from}`}>
                {say('why.use', {
                  meter: use.meter,
                  quantity: `${figures.number(use.quantity)} ${use.unit}`,
                  from: figures.moment(use.from),
                  to: figures.moment(use.to),
                  count: use.readings.count,
                  estimated: use.readings.estimated,
                })}
                {use.opening && use.closing && (
                  <Text size="sm">
                    {say('why.displays', {
                      opening: figures.number(use.opening.value),
                      closing: figures.number(use.closing.value),
                    })}
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
        </Paper>
      )}
    </Stack>
  );
}
