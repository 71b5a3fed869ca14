import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { isNegative, magnitude } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Tag } from '../../parts/tag';
import type { Choices } from './choices';
import { emptyRow, type HolderRow, wholeOf } from './holder-rows';
import classes from './rules.module.css';

/** Whom a part belongs to: whoever has a space, a member wherever it is, or the community. */
export function HolderSelect({
  label,
  value,
  choices,
  withCommon,
  set,
}: {
  label: string;
  value: string;
  choices: Choices;
  withCommon: boolean;
  set: (holder: string) => void;
}) {
  const say = useOfficeWords();
  const group = (kind: 'space' | 'member', options: Choices['spaces']) =>
    options.map((one) => ({ value: `${kind} ${one.value}`, label: one.label }));
  return (
    <NativeSelect
      label={label}
      value={value}
      data={[
        { value: '', label: '' },
        { group: say('holder.spaces'), items: group('space', choices.spaces) },
        { group: say('holder.members'), items: group('member', choices.members) },
        ...(withCommon ? [{ value: 'common', label: say('holder.common') }] : []),
      ]}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

/** Parts by name, row after row, with what they come to and what is missing to the whole. */
export function HolderFields({
  rows,
  choices,
  withCommon,
  change,
}: {
  rows: readonly HolderRow[];
  choices: Choices;
  withCommon: boolean;
  change: (rows: readonly HolderRow[]) => void;
}) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const set = (index: number, part: Partial<HolderRow>): void =>
    change(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const known = new Set(rows.map(({ holder }) => holder));
  const fill = (kind: 'space' | 'member', options: Choices['spaces']): void =>
    change([
      ...rows.filter(({ holder, part }) => holder !== '' || part !== ''),
      ...options.flatMap(({ value }) =>
        known.has(`${kind} ${value}`) ? [] : [{ holder: `${kind} ${value}`, part: '' }],
      ),
    ]);
  return (
    <>
      {rows.map(({ holder, part }, index) => {
        const no = index + 1;
        const isOff = part.trim() !== '' && read(part) === undefined;
        return (
          <div className={classes.row} key={index}>
            <HolderSelect
              label={say('holder.who', { no })}
              value={holder}
              choices={choices}
              withCommon={withCommon}
              set={(value) => set(index, { holder: value })}
            />
            <TextInput
              label={say('holder.part', { no })}
              value={part}
              inputMode="decimal"
              error={isOff ? say('bill.not-read') : undefined}
              onChange={(event) => set(index, { part: event.currentTarget.value })}
            />
            <Button
              variant="default"
              aria-label={say('holder.remove', { no })}
              disabled={rows.length === 1}
              onClick={() => change(rows.filter((_, at) => at !== index))}
            >
              ×
            </Button>
          </div>
        );
      })}
      <Group gap="xs">
        <Button variant="default" onClick={() => change([...rows, emptyRow])}>
          {say('holder.add')}
        </Button>
        <Button variant="default" onClick={() => fill('space', choices.spaces)}>
          {say('holder.all-spaces')}
        </Button>
        <Button variant="default" onClick={() => fill('member', choices.members)}>
          {say('holder.all-members')}
        </Button>
      </Group>
      <WholeLine parts={rows.map(({ part }) => part)} />
    </>
  );
}

/** What parts come to, exactly, and how far that is from the whole. */
export function WholeLine({ parts }: { parts: readonly string[] }) {
  const say = useOfficeWords();
  const { number, read } = useFigures();
  const { sum, whole, missing, isExact } = wholeOf(parts, read);
  const off = number(magnitude(missing));
  return (
    <Text size="sm" role="status" className="figure" style={{ whiteSpace: 'normal' }}>
      {say('whole.sum', { sum: number(sum) })}{' '}
      <Tag tone={isExact ? 'good' : 'warn'}>
        {isExact
          ? say('whole.exact')
          : say(isNegative(missing) ? 'whole.over' : 'whole.missing', { off, whole: number(whole) })}
      </Tag>
    </Text>
  );
}
