import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Suspense } from 'react';
import { browserLocale } from '../messages/languages';
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
        <Suspense>
          <Words locale={browserLocale()}>
            <RouterProvider router={router} />
          </Words>
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>
  );
}
