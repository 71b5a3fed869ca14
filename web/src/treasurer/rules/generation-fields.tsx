import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';
import type { Choices } from './choices';
import { HolderFields, HolderSelect } from './holder-fields';
import { emptyRow } from './holder-rows';
import { allotments, hoursOf, type RuleDraft, type TableDraft } from './key-draft';
import classes from './rules.module.css';

interface Props {
  readonly draft: RuleDraft;
  readonly choices: Choices;
  readonly set: (part: Partial<RuleDraft>) => void;
}

/** How what is made on the site is allotted, interval by interval. */
export function GenerationFields({ draft, choices, set }: Props) {
  const say = useOfficeWords();
  const { allotment } = draft;
  return (
    <>
      <NativeSelect
        label={say('allot.how')}
        value={allotment}
        data={allotments.map((value) => ({ value, label: say(`allot.${value}`) }))}
        onChange={(event) => set({ allotment: event.currentTarget.value as RuleDraft['allotment'] })}
      />
      {(allotment === 'static' || allotment === 'hybrid') && <Tables draft={draft} choices={choices} set={set} />}
      {allotment === 'priority' && <Ranks draft={draft} choices={choices} set={set} />}
    </>
  );
}

function Tables({ draft: { tables }, choices, set }: Props) {
  const say = useOfficeWords();
  const change = (index: number, part: Partial<TableDraft>): void =>
    set({ tables: tables.map((table, at) => (at === index ? { ...table, ...part } : table)) });
  return (
    <>
      {tables.map(({ hours, rows }, index) => (
        <fieldset className={classes.part} key={index}>
          <legend>{say('allot.table', { no: index + 1 })}</legend>
          <TextInput
            label={say('allot.hours')}
            description={say('allot.hours-note')}
            value={hours}
            error={hoursOf(hours) ? undefined : say('allot.hours-off')}
            onChange={(event) => change(index, { hours: event.currentTarget.value })}
          />
          <HolderFields
            rows={rows}
            choices={choices}
            withCommon={false}
            change={(next) => change(index, { rows: next })}
          />
          {tables.length > 1 && (
            <Group>
              <Button variant="default" onClick={() => set({ tables: tables.filter((_, at) => at !== index) })}>
                {say('allot.table-remove', { no: index + 1 })}
              </Button>
            </Group>
          )}
        </fieldset>
      ))}
      <Group>
        <Button variant="default" onClick={() => set({ tables: [...tables, { hours: '', rows: [emptyRow] }] })}>
          {say('allot.table-add')}
        </Button>
      </Group>
    </>
  );
}

function Ranks({ draft: { order }, choices, set }: Props) {
  const say = useOfficeWords();
  const change = (rank: number, holders: readonly string[]): void =>
    set({ order: order.map((one, at) => (at === rank ? holders : one)).filter((one) => one.length > 0) });
  return (
    <>
      {order.map((holders, rank) => (
        <fieldset className={classes.part} key={rank}>
          <legend>{say('allot.rank', { no: rank + 1 })}</legend>
          {holders.map((holder, index) => (
            <HolderSelect
              key={index}
              label={say('holder.who', { no: index + 1 })}
              value={holder}
              choices={choices}
              withCommon={false}
              set={(value) => change(rank, holders.with(index, value))}
            />
          ))}
          <Group>
            <Button variant="default" onClick={() => change(rank, [...holders, ''])}>
              {say('allot.rank-same')}
            </Button>
            {(order.length > 1 || holders.length > 1) && (
              <Button variant="default" onClick={() => change(rank, holders.slice(0, -1))}>
                {say('allot.rank-less')}
              </Button>
            )}
          </Group>
        </fieldset>
      ))}
      <Group>
        <Button variant="default" onClick={() => set({ order: [...order, ['']] })}>
          {say('allot.rank-add')}
        </Button>
      </Group>
    </>
  );
}
