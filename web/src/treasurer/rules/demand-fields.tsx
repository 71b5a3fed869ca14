import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Check } from './check';
import { numbersOf } from './numbers';
import classes from './rules.module.css';
import { type DemandDraft, emptyWindow, schemes, type WindowDraft } from './tier-draft';
import { MinutesSelect, TierFields } from './tier-fields';

interface Props {
  readonly draft: DemandDraft;
  readonly bands: readonly string[];
  readonly set: (part: Partial<DemandDraft>) => void;
}

/** Money for the highest mean power of each month: of what, in which windows, and what earlier months still count for. */
export function DemandFields({ draft, bands, set }: Props) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const figure = (name: 'powerFactor' | 'least' | 'ratchet') => ({
    inputMode: 'decimal' as const,
    value: draft[name],
    error: draft[name].trim() !== '' && read(draft[name]) === undefined ? say('bill.not-read') : undefined,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <div className={classes.fields}>
        <NativeSelect
          label={say('demand.unit')}
          value={draft.unit}
          data={['kW', 'kVA']}
          onChange={(event) => set({ unit: event.currentTarget.value as DemandDraft['unit'] })}
        />
        <MinutesSelect value={draft.minutes} set={(minutes) => set({ minutes })} />
        <NativeSelect
          label={say('demand.per')}
          value={draft.per}
          data={(['month', 'day'] as const).map((value) => ({ value, label: say(`charge.per.${value}`) }))}
          onChange={(event) => set({ per: event.currentTarget.value as DemandDraft['per'] })}
        />
        <NativeSelect
          label={say('tier.scheme')}
          value={draft.scheme}
          data={schemes.map((value) => ({ value, label: say(`tier.scheme.${value}`) }))}
          onChange={(event) => set({ scheme: event.currentTarget.value as DemandDraft['scheme'] })}
        />
        {draft.unit === 'kVA' && (
          <TextInput
            label={say('demand.power-factor')}
            description={say('key.limit-note')}
            {...figure('powerFactor')}
          />
        )}
        <TextInput
          label={say('demand.least', { unit: draft.unit })}
          description={say('key.limit-note')}
          {...figure('least')}
        />
        <TextInput label={say('demand.ratchet')} description={say('key.limit-note')} {...figure('ratchet')} />
        {draft.ratchet.trim() !== '' && (
          <>
            <TextInput
              label={say(draft.isRatchetNamed ? 'demand.ratchet-named' : 'demand.ratchet-months')}
              value={draft.ratchetMonths}
              error={
                numbersOf(draft.ratchetMonths, 1, draft.isRatchetNamed ? 12 : 60) ? undefined : say('demand.months-off')
              }
              onChange={(event) => set({ ratchetMonths: event.currentTarget.value })}
            />
            <NativeSelect
              label={say('demand.earlier')}
              value={draft.earlier}
              data={(['must-be-known', 'as-known'] as const).map((value) => ({
                value,
                label: say(`demand.earlier.${value}`),
              }))}
              onChange={(event) => set({ earlier: event.currentTarget.value as DemandDraft['earlier'] })}
            />
          </>
        )}
      </div>
      {draft.ratchet.trim() !== '' && (
        <Check
          label={say('demand.named')}
          value={draft.isRatchetNamed}
          set={(isRatchetNamed) => set({ isRatchetNamed })}
        />
      )}
      <Windows draft={draft} bands={bands} set={set} />
    </>
  );
}

function Windows({ draft: { windows, unit }, bands, set }: Props) {
  const say = useOfficeWords();
  const change = (index: number, part: Partial<WindowDraft>): void =>
    set({ windows: windows.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <>
      {windows.map((window, index) => (
        <fieldset className={classes.part} key={index}>
          <legend>{say('demand.window', { no: index + 1 })}</legend>
          <div className={classes.fields}>
            {windows.length > 1 && (
              <TextInput
                label={say('demand.window-name')}
                value={window.name}
                onChange={(event) => change(index, { name: event.currentTarget.value })}
              />
            )}
            <TextInput
              label={say('demand.months')}
              description={say('demand.months-note')}
              value={window.months}
              error={numbersOf(window.months, 1, 12) ? undefined : say('demand.months-off')}
              onChange={(event) => change(index, { months: event.currentTarget.value })}
            />
          </div>
          {bands.map((band) => (
            <Check
              key={band}
              label={say('demand.only-band', { band })}
              value={window.bands.includes(band)}
              set={(isIn) =>
                change(index, { bands: bands.filter((one) => (one === band ? isIn : window.bands.includes(one))) })
              }
            />
          ))}
          <TierFields tiers={window.tiers} unit={unit} change={(tiers) => change(index, { tiers })} />
          {windows.length > 1 && (
            <Group>
              <Button variant="default" onClick={() => set({ windows: windows.filter((_, at) => at !== index) })}>
                {say('demand.window-remove', { no: index + 1 })}
              </Button>
            </Group>
          )}
        </fieldset>
      ))}
      <Group>
        <Button variant="default" onClick={() => set({ windows: [...windows, emptyWindow] })}>
          {say('demand.window-add')}
        </Button>
      </Group>
    </>
  );
}
