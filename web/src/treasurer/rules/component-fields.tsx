import { NativeSelect, TextInput } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Check } from './check';
import { DemandFields } from './demand-fields';
import classes from './rules.module.css';
import { type ComponentDraft, componentKinds, pers, pointsOf, prorations, units } from './tariff-draft';
import { TieredFields } from './tier-fields';

interface Props {
  readonly draft: ComponentDraft;
  /** What prices may go by. */
  readonly bands: readonly string[];
  readonly set: (part: Partial<ComponentDraft>) => void;
}

const perUnit: readonly ComponentDraft['kind'][] = ['per-unit', 'levy', 'export-credit'];
const withUnit: readonly ComponentDraft['kind'][] = [...perUnit, 'time-of-use', 'tiered', 'series'];
const withAmount: readonly ComponentDraft['kind'][] = [
  ...perUnit,
  ...(['standing', 'periodic', 'minimum', 'maximum', 'discount'] as const),
];
const periodic: readonly ComponentDraft['kind'][] = ['periodic', 'minimum', 'maximum'];
const adjusting: readonly ComponentDraft['kind'][] = ['minimum', 'maximum', 'discount'];

/** One price of a tariff: its kind, its name on the statement, and whatever that kind needs. */
export function ComponentFields({
  draft,
  bands,
  before,
  set,
}: Props & { /** Names of the prices before it. */ before: readonly string[] }) {
  const say = useOfficeWords();
  const { kind } = draft;
  return (
    <>
      <div className={classes.fields}>
        <NativeSelect
          label={say('component.kind')}
          value={kind}
          data={componentKinds.map((value) => ({ value, label: say(`component.${value}`) }))}
          onChange={(event) => set({ kind: event.currentTarget.value as ComponentDraft['kind'] })}
        />
        <TextInput
          label={say('component.name')}
          required
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {withAmount.includes(kind) && <AmountField draft={draft} set={set} />}
        {withUnit.includes(kind) && (
          <NativeSelect
            label={say('component.unit')}
            value={draft.unit}
            data={units.map((value) => ({ value, label: say(`unit.${value}`) }))}
            onChange={(event) => set({ unit: event.currentTarget.value as ComponentDraft['unit'] })}
          />
        )}
        {(kind === 'per-unit' || kind === 'export-credit') && bands.length > 0 && (
          <NativeSelect
            label={say('component.band')}
            value={draft.band}
            data={[{ value: '', label: say('component.band-all') }, ...bands]}
            onChange={(event) => set({ band: event.currentTarget.value })}
          />
        )}
        {periodic.includes(kind) && (
          <NativeSelect
            label={say('component.per')}
            value={draft.per}
            data={pers.map((value) => ({ value, label: say(`component.per.${value}`) }))}
            onChange={(event) => set({ per: event.currentTarget.value as ComponentDraft['per'] })}
          />
        )}
        {((periodic.includes(kind) && draft.per !== 'period') ||
          (kind === 'demand' && draft.demand.per === 'month')) && (
          <NativeSelect
            label={say('component.proration')}
            value={draft.proration}
            data={prorations.map((value) => ({ value, label: say(`component.proration.${value}`) }))}
            onChange={(event) => set({ proration: event.currentTarget.value as ComponentDraft['proration'] })}
          />
        )}
        {kind === 'levy' && (
          <TextInput
            label={say('component.rate')}
            description={say('component.rate-note')}
            required
            value={draft.rate}
            onChange={(event) => set({ rate: event.currentTarget.value })}
          />
        )}
        {kind === 'time-of-use' && <BandPrices draft={draft} bands={bands} set={set} />}
      </div>
      {kind === 'tiered' && (
        <TieredFields
          draft={draft.tiered}
          unit={draft.unit}
          bands={bands}
          set={(part) => set({ tiered: { ...draft.tiered, ...part } })}
        />
      )}
      {kind === 'demand' && (
        <DemandFields
          draft={draft.demand}
          bands={bands}
          set={(part) => set({ demand: { ...draft.demand, ...part } })}
        />
      )}
      {kind === 'series' && <SeriesFields draft={draft} set={set} />}
      {adjusting.includes(kind) &&
        before.map((name) => (
          <Check
            key={name}
            label={say('component.of', { name })}
            value={draft.of.includes(name)}
            set={(isIn) => set({ of: before.filter((one) => (one === name ? isIn : draft.of.includes(one))) })}
          />
        ))}
    </>
  );
}

function AmountField({ draft: { kind, amount }, set }: Omit<Props, 'bands'>) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const label = perUnit.includes(kind)
    ? 'component.per-unit-price'
    : kind === 'standing'
      ? 'component.per-day'
      : kind === 'discount'
        ? 'component.percent'
        : 'component.amount';
  return (
    <TextInput
      label={say(label)}
      required
      inputMode="decimal"
      value={amount}
      error={amount.trim() !== '' && read(amount) === undefined ? say('bill.not-read') : undefined}
      onChange={(event) => set({ amount: event.currentTarget.value })}
    />
  );
}

/** A price for each band; which hours that is, the calendar says. */
function BandPrices({ draft: { prices }, bands, set }: Props) {
  const say = useOfficeWords();
  const { read } = useFigures();
  if (bands.length === 0) return <p>{say('component.no-bands')}</p>;
  return bands.map((band) => {
    const typed = prices[band] ?? '';
    return (
      <TextInput
        key={band}
        label={say('component.band-price', { band })}
        inputMode="decimal"
        value={typed}
        error={typed.trim() !== '' && read(typed) === undefined ? say('bill.not-read') : undefined}
        onChange={(event) => set({ prices: { ...prices, [band]: event.currentTarget.value } })}
      />
    );
  });
}

/** A price for each stretch of time, pasted as a spreadsheet has it. */
function SeriesFields({ draft: { series, points }, set }: Omit<Props, 'bands'>) {
  const say = useOfficeWords();
  return (
    <>
      <TextInput
        label={say('component.series-name')}
        required
        value={series}
        onChange={(event) => set({ series: event.currentTarget.value })}
      />
      <label>
        {say('component.points')}
        <textarea
          rows={6}
          className={classes.points}
          value={points}
          onChange={(event) => set({ points: event.currentTarget.value })}
        />
      </label>
      {points.trim() !== '' && pointsOf(points) === undefined && <p>{say('component.points-off')}</p>}
    </>
  );
}
