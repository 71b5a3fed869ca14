import { Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { deviceKeysListOptions, sitesListOptions } from '../api/generated/@tanstack/react-query.gen';
import type { MetersOneResponse } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { useDeviceWords } from '../messages/devices';
import { useFigures } from '../messages/words';

/** The keys that may send readings of a meter: its own, those of its site, and those of the whole community. An approver may not see keys, and sees nothing here. */
export function ReadBy({ meter }: { meter: MetersOneResponse }) {
  const say = useDeviceWords();
  const figures = useFigures();
  const keys = useQuery({ ...whole(deviceKeysListOptions()), retry: false });
  const sites = useQuery(whole(sitesListOptions()));
  if (!keys.data || !sites.data) return null;
  const site = sites.data.items.find(({ code }) => code === meter.site)?.id;
  const reading = keys.data.items.filter(
    ({ revokedAt, siteId, meterIds }) =>
      revokedAt === null && (meterIds.length > 0 ? meterIds.includes(meter.id) : siteId === null || siteId === site),
  );
  return (
    <Paper>
      <Title order={2} size="h4">
        {say('meter.read-by')}
      </Title>
      {reading.length === 0 && <Text size="sm">{say('meter.no-key')}</Text>}
      {reading.map(({ id, name, prefix, lastUsedAt }) => (
        <Text key={id} size="sm">
          {say('meter.key', {
            name,
            prefix,
            at: lastUsedAt === null ? say('meter.never') : figures.moment(lastUsedAt),
          })}
        </Text>
      ))}
    </Paper>
  );
}
