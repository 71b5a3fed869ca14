import { Group, Title } from '@mantine/core';
import { CsvButton } from './csv-button';

interface ListHeadProps {
  readonly title: string;
  /** The name of the file without its ending, and its rows, the first with the heads. */
  readonly csv: readonly [name: string, ...rows: readonly (readonly string[])[]];
}

/** The title of a list, and beside it the list as a file, where there is anything in it. */
export function ListHead({ title, csv: [name, ...rows] }: ListHeadProps) {
  return (
    <Group justify="space-between" mb="xs">
      <Title order={2} size="h4">
        {title}
      </Title>
      {rows.length > 1 && <CsvButton name={name} rows={rows} />}
    </Group>
  );
}
