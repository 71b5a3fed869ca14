import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Check } from './check';
import classes from './rules.module.css';
import { counts, emptyTier, limitKinds, minuteSteps, schemes, type TierDraft, type TieredDraft } from './tier-draft';

/** Prices up to limits, and the last one without a limit. */
export function TierFields({
  tiers,
  unit,
  change,
}: {
  tiers: readonly TierDraft[];
  unit: string;
  change: (tiers: readonly TierDraft[]) => void;
}) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const set = (index: number, part: Partial<TierDraft>): void =>
    change(tiers.map((tier, at) => (at === index ? { ...tier, ...part } : tier)));
  const off = (typed: string) => (typed.trim() !== '' && read(typed) === undefined ? say('bill.not-read') : undefined);
  return (
    <>
      {tiers.map(({ upTo, price }, index) => {
        const no = index + 1;
        return (
          <div className={classes.row} key={index}>
            <TextInput
              label={say('tier.up-to', { no, unit })}
              placeholder={say('tier.open')}
              inputMode="decimal"
              value={upTo}
              error={off(upTo)}
              onChange={(event) => set(index, { upTo: event.currentTarget.value })}
            />
            <TextInput
              label={say('tier.price', { no })}
              inputMode="decimal"
              value={price}
              error={off(price)}
              onChange={(event) => set(index, { price: event.currentTarget.value })}
            />
            <Button
              variant="default"
              aria-label={say('tier.remove', { no })}
              disabled={tiers.length === 1}
              onClick={() => change(tiers.filter((_, at) => at !== index))}
            >
              ×
            </Button>
          </div>
        );
      })}
      <Group>
        <Button variant="default" onClick={() => change([...tiers, emptyTier])}>
          {say('tier.add')}
        </Button>
      </Group>
    </>
  );
}

/** Prices by how much was used: what is counted, over what, and the tiers; for all hours, or for each band. */
export function TieredFields({
  draft,
  unit,
  bands,
  set,
}: {
  draft: TieredDraft;
  unit: string;
  bands: readonly string[];
  set: (part: Partial<TieredDraft>) => void;
}) {
  const say = useOfficeWords();
  return (
    <>
      <div className={classes.fields}>
        <NativeSelect
          label={say('tier.scheme')}
          value={draft.scheme}
          data={schemes.map((value) => ({ value, label: say(`tier.scheme.${value}`) }))}
          onChange={(event) => set({ scheme: event.currentTarget.value as TieredDraft['scheme'] })}
        />
        <NativeSelect
          label={say('tier.count')}
          value={draft.count}
          data={counts.map((value) => ({ value, label: say(`tier.count.${value}`) }))}
          onChange={(event) => set({ count: event.currentTarget.value as TieredDraft['count'] })}
        />
        <NativeSelect
          label={say('tier.limits')}
          value={draft.limits}
          data={limitKinds.map((value) => ({ value, label: say(`tier.limits.${value}`) }))}
          onChange={(event) => set({ limits: event.currentTarget.value as TieredDraft['limits'] })}
        />
        {draft.limits === 'per-kW' && (
          <MinutesSelect value={draft.demandMinutes} set={(demandMinutes) => set({ demandMinutes })} />
        )}
        {draft.isByBand && (
          <NativeSelect
            label={say('tier.climbs')}
            value={draft.climbs}
            data={(['band', 'total'] as const).map((value) => ({ value, label: say(`tier.climbs.${value}`) }))}
            onChange={(event) => set({ climbs: event.currentTarget.value as TieredDraft['climbs'] })}
          />
        )}
      </div>
      {bands.length > 0 && (
        <Check label={say('tier.by-band')} value={draft.isByBand} set={(isByBand) => set({ isByBand })} />
      )}
      {draft.isByBand ? (
        bands.map((band) => (
          <fieldset className={classes.part} key={band}>
            <legend>{band}</legend>
            <TierFields
              tiers={draft.bandTiers[band] ?? [emptyTier]}
              unit={unit}
              change={(tiers) => set({ bandTiers: { ...draft.bandTiers, [band]: tiers } })}
            />
          </fieldset>
        ))
      ) : (
        <TierFields tiers={draft.tiers} unit={unit} change={(tiers) => set({ tiers })} />
      )}
    </>
  );
}

/** The length of the mean by which a demand is told. */
export function MinutesSelect({
  value,
  set,
}: {
  value: TieredDraft['demandMinutes'];
  set: (minutes: TieredDraft['demandMinutes']) => void;
}) {
  const say = useOfficeWords();
  return (
    <NativeSelect
      label={say('demand.minutes')}
      value={String(value)}
      data={minuteSteps.map((minutes) => ({ value: String(minutes), label: say('demand.minutes-of', { minutes }) }))}
      onChange={(event) => {
        const chosen = minuteSteps.find((minutes) => String(minutes) === event.currentTarget.value);
        if (chosen !== undefined) set(chosen);
      }}
    />
  );
}
