import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Check } from './check';
import { bandsOf, type Choices } from './choices';
import { GenerationFields } from './generation-fields';
import { HolderFields, WholeLine } from './holder-fields';
import {
  emptyPiece,
  type Kind,
  type LimitDraft,
  limitPers,
  type PieceDraft,
  residuals,
  type RuleDraft,
  simpleKinds,
} from './key-draft';
import classes from './rules.module.css';

interface Props {
  readonly draft: RuleDraft;
  readonly choices: Choices;
  readonly change: (draft: RuleDraft) => void;
}
type SetProps = Omit<Props, 'change'> & { readonly set: (part: Partial<RuleDraft>) => void };

/** Two levels of parts are what a meeting can follow, and what the service takes. */
const deepest = 2;

/** By what a cost is shared: the kind, and whatever that kind needs; a rule of parts is made of rules again. */
export function RuleFields({ draft, choices, change, depth = 0 }: Props & { depth?: number }) {
  const say = useOfficeWords();
  const set = (part: Partial<RuleDraft>): void => change({ ...draft, ...part });
  const kinds: readonly Kind[] = [
    ...simpleKinds,
    ...(depth < deepest ? (['composite'] as const) : []),
    ...(depth === 0 ? (['generation'] as const) : []),
  ];
  const isSimple = simpleKinds.some((kind) => kind === draft.kind);
  return (
    <>
      <div className={classes.fields}>
        <NativeSelect
          label={say('key.kind')}
          required
          value={draft.kind}
          data={[{ value: '', label: '' }, ...kinds.map((value) => ({ value, label: say(`rule.${value}`) }))]}
          onChange={(event) => set({ kind: event.currentTarget.value as RuleDraft['kind'] })}
        />
        {draft.kind === 'metered' && <MeteredFields draft={draft} choices={choices} set={set} />}
        {draft.kind === 'peak' && (
          <NativeSelect
            label={say('key.peak')}
            value={draft.peakOf}
            data={(['site', 'own'] as const).map((value) => ({ value, label: say(`key.peak.${value}`) }))}
            onChange={(event) => set({ peakOf: event.currentTarget.value as RuleDraft['peakOf'] })}
          />
        )}
        {draft.kind === 'bookings' && <BookingFields draft={draft} choices={choices} set={set} />}
      </div>
      {draft.kind === 'metered' && (
        <Check label={say('key.deducted')} value={draft.isDeducted} set={(isDeducted) => set({ isDeducted })} />
      )}
      {draft.kind === 'fixed' && (
        <HolderFields rows={draft.rows} choices={choices} withCommon change={(rows) => set({ rows })} />
      )}
      {draft.kind === 'composite' && <Pieces draft={draft} choices={choices} set={set} depth={depth} />}
      {draft.kind === 'generation' && <GenerationFields draft={draft} choices={choices} set={set} />}
      {isSimple && <Check label={say('key.limited')} value={draft.isLimited} set={(isLimited) => set({ isLimited })} />}
      {isSimple && draft.isLimited && <LimitFields draft={draft} choices={choices} set={set} />}
    </>
  );
}

function MeteredFields({ draft, choices, set }: SetProps) {
  const say = useOfficeWords();
  const bands = bandsOf(draft.by, choices.calendars);
  const isByOrigin = draft.by.startsWith('generation ');
  return (
    <>
      <NativeSelect
        label={say('key.by')}
        value={draft.by}
        data={[
          { value: '', label: say('key.by-nothing') },
          ...choices.calendars.map(({ code, name }) => ({ value: `calendar ${code}`, label: name })),
          ...choices.generations.map(({ value, label }) => ({
            value: `generation ${value}`,
            label: say('key.by-generation', { name: label }),
          })),
        ]}
        onChange={(event) => set({ by: event.currentTarget.value, band: '' })}
      />
      {draft.by !== '' && (
        <NativeSelect
          label={say('key.band')}
          value={draft.band}
          data={[{ value: '', label: isByOrigin ? '' : say('key.band-all') }, ...bands]}
          onChange={(event) => set({ band: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        label={say('key.residual')}
        description={say('key.residual-note')}
        value={draft.residual}
        data={residuals.map((value) => ({ value, label: say(`key.residual.${value}`) }))}
        onChange={(event) => set({ residual: event.currentTarget.value as RuleDraft['residual'] })}
      />
      {draft.residual === 'to-common' && (
        <NativeSelect
          label={say('key.residual-key')}
          required
          value={draft.residualKey}
          data={[{ value: '', label: '' }, ...choices.pools]}
          onChange={(event) => set({ residualKey: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function BookingFields({ draft, choices, set }: SetProps) {
  const say = useOfficeWords();
  return (
    <>
      <NativeSelect
        label={say('key.resource')}
        required
        value={draft.resource}
        data={[{ value: '', label: '' }, ...choices.resources]}
        {...(choices.resources.length === 0 ? { description: say('key.resource-none') } : {})}
        onChange={(event) => set({ resource: event.currentTarget.value })}
      />
      <NativeSelect
        label={say('key.booked-by')}
        value={draft.bookedBy}
        data={(['minutes', 'price'] as const).map((value) => ({ value, label: say(`key.booked-by.${value}`) }))}
        onChange={(event) => set({ bookedBy: event.currentTarget.value as RuleDraft['bookedBy'] })}
      />
    </>
  );
}

function LimitFields({ draft, set }: SetProps) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const amount = (which: 'cap' | 'floor') => {
    const { amount: typed, per } = draft[which];
    const isOff = typed.trim() !== '' && read(typed) === undefined;
    const put = (part: Partial<LimitDraft>): void => set({ [which]: { amount: typed, per, ...part } });
    return (
      <>
        <TextInput
          label={say(`key.${which}`)}
          description={say('key.limit-note')}
          inputMode="decimal"
          value={typed}
          error={isOff ? say('bill.not-read') : undefined}
          onChange={(event) => put({ amount: event.currentTarget.value })}
        />
        <NativeSelect
          label={say(`key.${which}-per`)}
          value={per}
          data={limitPers.map((value) => ({ value, label: say(`key.per.${value}`) }))}
          onChange={(event) => put({ per: event.currentTarget.value as LimitDraft['per'] })}
        />
      </>
    );
  };
  return (
    <div className={classes.fields}>
      {amount('floor')}
      {amount('cap')}
      <NativeSelect
        label={say('key.rest')}
        value={draft.rest}
        data={(['common', 'held'] as const).map((value) => ({ value, label: say(`key.rest.${value}`) }))}
        onChange={(event) => set({ rest: event.currentTarget.value as RuleDraft['rest'] })}
      />
    </div>
  );
}

function Pieces({ draft: { pieces }, choices, set, depth }: SetProps & { depth: number }) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const change = (index: number, part: Partial<PieceDraft>): void =>
    set({ pieces: pieces.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <>
      {pieces.map(({ part, of }, index) => {
        const no = index + 1;
        return (
          <fieldset className={classes.part} key={index}>
            <legend>{say('key.piece', { no })}</legend>
            <div className={classes.fields}>
              <TextInput
                label={say('key.piece-part', { no })}
                required
                inputMode="decimal"
                value={part}
                error={part.trim() !== '' && read(part) === undefined ? say('bill.not-read') : undefined}
                onChange={(event) => change(index, { part: event.currentTarget.value })}
              />
            </div>
            <RuleFields draft={of} choices={choices} change={(next) => change(index, { of: next })} depth={depth + 1} />
            {pieces.length > 2 && (
              <Group>
                <Button variant="default" onClick={() => set({ pieces: pieces.filter((_, at) => at !== index) })}>
                  {say('key.piece-remove', { no })}
                </Button>
              </Group>
            )}
          </fieldset>
        );
      })}
      <Group>
        <Button variant="default" onClick={() => set({ pieces: [...pieces, emptyPiece] })}>
          {say('key.piece-add')}
        </Button>
      </Group>
      <WholeLine parts={pieces.map(({ part }) => part)} />
    </>
  );
}
