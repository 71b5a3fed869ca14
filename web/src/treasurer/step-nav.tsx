import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { VisuallyHidden } from '@mantine/core';
import { useOfficeWords } from '../messages/office';
import { type Step, steps } from './next-step';
import classes from './step-nav.module.css';

/** The six steps; each can be gone to, and says whether it lies behind. */
export function StepNav({ run, here, done }: { run: string; here: Step; done: ReadonlySet<Step> }) {
  const say = useOfficeWords();
  return (
    <nav aria-label={say('steps.name')} className="no-print">
      <ol className={classes.steps}>
        {steps.map((step, i) => (
          <li key={step}>
            <Link
              to="/runs/$run/$step"
              params={{ run, step }}
              className={classes.step}
              data-here={step === here || undefined}
              data-done={done.has(step) || undefined}
              aria-current={step === here ? 'step' : undefined}
            >
              <span className={classes.number} aria-hidden>
                {done.has(step) ? <IconCheck size={16} /> : i + 1}
              </span>
              <span>{say(`steps.${step}`)}</span>
              {done.has(step) && <VisuallyHidden>{say('steps.done')}</VisuallyHidden>}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
