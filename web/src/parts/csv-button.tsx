import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { csvOf } from '../figures/csv';
import { useWords } from '../messages/words';

/** Saves what the table beside it shows, digit for digit. */
export function CsvButton({ name, rows }: { name: string; rows: readonly (readonly string[])[] }) {
  const say = useWords();
  const save = (): void => {
    // The mark tells spreadsheets that the file is UTF-8.
    const address = URL.createObjectURL(new Blob(['\ufeff', csvOf(rows)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return (
    <Button variant="default" leftSection={<IconDownload size={18} aria-hidden />} onClick={save} className="no-print">
      {say('csv.save')}
    </Button>
  );
}
