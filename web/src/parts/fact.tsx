import { Paper, Text } from '@mantine/core';

/** One figure with its name. */
export function Fact({ name, figure, note }: { name: string; figure: string; note?: string }) {
  return (
    <Paper>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={26} fw={650} lh={1.3} className="figure">
        {figure}
      </Text>
      {note !== undefined && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
