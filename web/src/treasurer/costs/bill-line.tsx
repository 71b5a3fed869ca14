import { Button, NativeSelect, Text, TextInput } from '@mantine/core';
import { isZero, minus } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { type DraftLine, productOf } from './bill-draft';
import classes from './costs.module.css';

const kinds = ['energy', 'standing', 'levy', 'demand', 'late-fee', 'other'] as const;

export interface Choices {
  readonly keys: readonly string[];
  readonly taxCodes: readonly string[];
}

/** One line of a bill as it is typed, with quantity × price beside the amount. */
export function BillLine({
  no,
  line,
  choices,
  change,
  remove,
}: {
  no: number;
  line: DraftLine;
  choices: Choices;
  change: (line: DraftLine) => void;
  remove: (() => void) | undefined;
}) {
  const say = useOfficeWords();
  const { read, number } = useFigures();
  const set = (part: Partial<DraftLine>): void => change({ ...line, ...part });
  const typed = (name: keyof DraftLine) => ({
    value: line[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  const figure = (name: 'quantity' | 'price' | 'amount' | 'tax') => ({
    ...typed(name),
    inputMode: 'decimal' as const,
    error:
      line[name].trim() !== '' && read(line[name]) === undefined
        ? say('bill.not-read', { example: number('1234.56') })
        : undefined,
  });
  return (
    <fieldset className={classes.line}>
      <legend>{say('bill.line-no', { no })}</legend>
      <TextInput className={classes.long} label={say('bill.what')} required {...typed('description')} />
      <NativeSelect
        label={say('bill.kind')}
        value={line.kind}
        data={kinds.map((value) => ({ value, label: say(`bill.line-kind.${value}`) }))}
        onChange={(event) => set({ kind: event.currentTarget.value as DraftLine['kind'] })}
      />
      {line.kind === 'energy' && <TextInput label={say('bill.band')} {...typed('band')} />}
      <TextInput label={say('bill.quantity')} {...figure('quantity')} />
      <TextInput label={say('bill.unit')} {...typed('unit')} />
      <TextInput label={say('bill.price')} {...figure('price')} />
      <TextInput label={say('bill.amount')} required {...figure('amount')} />
      <TextInput label={say('bill.tax')} required {...figure('tax')} />
      <NativeSelect
        label={say('bill.tax-code')}
        required
        value={line.taxCode}
        data={['', ...choices.taxCodes]}
        onChange={(event) => set({ taxCode: event.currentTarget.value })}
      />
      <NativeSelect
        label={say('bill.key')}
        required
        value={line.key}
        data={['', ...choices.keys]}
        onChange={(event) => set({ key: event.currentTarget.value })}
      />
      <Product line={line} />
      {remove && (
        <Button variant="default" onClick={remove} className={classes.remove}>
          {say('bill.line-remove', { no })}
        </Button>
      )}
    </fieldset>
  );
}

/** Quantity × price with all its digits, beside what is billed: the supplier rounds, and the difference shows by how much. */
function Product({ line }: { line: DraftLine }) {
  const say = useOfficeWords();
  const { number, read } = useFigures();
  const exact = productOf(line, read);
  const amount = read(line.amount);
  if (exact === undefined) return null;
  const off = amount === undefined ? undefined : minus(amount, exact);
  return (
    <Text size="sm" className={classes.long}>
      {say('bill.product', { product: number(exact) })}{' '}
      {off !== undefined && !isZero(off) && say('bill.product-off', { off: number(off) })}
    </Text>
  );
}
