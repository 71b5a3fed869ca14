import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { ChangeEvent } from 'react';
import { useSettingsWords } from '../../messages/settings';
import type { Field } from './terms';

interface Props {
  readonly field: Field;
  readonly text: string;
  readonly change: (text: string) => void;
}

/** One term, with what it is called and what an empty field means. */
export function TermField({ field: { path, kind, options, empty }, text, change }: Props) {
  const say = useSettingsWords();
  const key = path.at(-1) ?? '';
  const label = say(`term.${key}` as 'term.days');
  const onChange = (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>): void =>
    change(event.currentTarget.value);
  const note =
    empty === 'null' || empty === 'left-out'
      ? { description: say(kind === 'count' ? 'policy.empty-ever' : 'policy.empty') }
      : {};
  if (kind === 'yes-no') {
    const data = [
      { value: 'true', label: say('policy.yes') },
      { value: 'false', label: say('policy.no') },
    ];
    return <NativeSelect label={label} value={text} data={data} onChange={onChange} />;
  }
  if (kind === 'choice') {
    const data = options.map((value) => ({ value, label: say(`option.${value}` as 'option.off') }));
    return <NativeSelect label={label} value={text} data={data} onChange={onChange} />;
  }
  if (kind === 'list') {
    return (
      <Textarea
        label={`${label}: ${say('policy.list')}`}
        description={say('policy.list-note')}
        autosize={false}
        rows={8}
        value={text}
        onChange={onChange}
      />
    );
  }
  if (kind === 'long') {
    return <Textarea label={label} autosize={false} rows={3} maxLength={1000} value={text} onChange={onChange} />;
  }
  return (
    <TextInput
      label={label}
      {...note}
      required={empty === undefined}
      inputMode={kind === 'count' ? 'numeric' : 'text'}
      value={text}
      onChange={onChange}
    />
  );
}
