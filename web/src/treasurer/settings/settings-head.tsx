import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSettingsWords } from '../../messages/settings';

/** The title of a page of the settings, below the way back. */
export function SettingsHead({ title, children }: { title: string; children?: ReactNode }) {
  const say = useSettingsWords();
  return (
    <div>
      <Text size="sm">
        <Link to="/settings">{say('place.settings')}</Link>
        {children}
      </Text>
      <Title order={1} size="h2">
        {title}
      </Title>
    </div>
  );
}
