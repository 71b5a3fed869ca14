import { TextInput, type TextInputProps } from '@mantine/core';

/** A civil day, picked or typed with what the browser has for it. */
export function DayInput({
  value,
  onDay,
  ...rest
}: Omit<TextInputProps, 'onChange' | 'type'> & { onDay: (day: string) => void }) {
  return <TextInput {...rest} type="date" value={value} onChange={(event) => onDay(event.currentTarget.value)} />;
}
