import { Text } from '@mantine/core';
import type { DaysAlike } from '../../api/generated/types.gen';

/** Which band holds at which hours, for each group of days that are alike; nothing where no price depends on the hour. */
export const Year = ({ year }: { year: readonly DaysAlike[] | null }) =>
  year?.map(({ sentence, hours }) => (
    <Text size="sm" key={sentence} mt="xs">
      <b>{sentence}</b> {hours.map(({ band, from, to }) => `${from}–${to} ${band}`).join(', ')}
    </Text>
  ));
