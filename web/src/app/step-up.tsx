import { lazy, Suspense, useEffect, useState } from 'react';
import { setAsker } from '../auth/step-up';

const Dialog = lazy(() => import('./step-up-dialog'));

/** Puts up the dialog that proves a second factor, whenever the service asks for one once more. */
export function StepUp() {
  const [settle, setSettle] = useState<(isProved: boolean) => void>();
  useEffect(() => setAsker(() => new Promise<boolean>((resolve) => setSettle(() => resolve))), []);
  if (!settle) return null;
  return (
    <Suspense>
      <Dialog
        settle={(isProved) => {
          settle(isProved);
          setSettle(undefined);
        }}
      />
    </Suspense>
  );
}
