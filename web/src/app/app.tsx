import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Words } from '../messages/words';
import { styleNonce } from './nonce';
import { queries } from '../api/queries';
import { router } from './router';
import { theme, variables } from './theme';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      deduplicateInlineStyles
    >
      <QueryClientProvider client={queries}>
        <Words>
          <RouterProvider router={router} />
        </Words>
      </QueryClientProvider>
    </MantineProvider>
  );
}
