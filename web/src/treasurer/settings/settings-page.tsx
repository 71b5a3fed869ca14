import { Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSettingsWords } from '../../messages/settings';
import { sections } from './sections';

/** Where everything stands that a community has decided for itself. */
export function SettingsPage() {
  const say = useSettingsWords();
  return (
    <Stack gap="lg" maw={760}>
      <div>
        <Title order={1}>{say('place.settings')}</Title>
        <Text>{say('settings.text')}</Text>
      </div>
      {sections.map(({ to, name, text }) => (
        <Paper key={to}>
          <Title order={2} size="h4">
            <Link to={to}>{say(name)}</Link>
          </Title>
          <Text>{say(text)}</Text>
        </Paper>
      ))}
    </Stack>
  );
}
