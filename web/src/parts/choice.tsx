import { Link } from '@tanstack/react-router';
import classes from './choice.module.css';

interface ChoiceProps {
  readonly name: string;
  readonly options: readonly { readonly label: string; readonly search: object; readonly isHere: boolean }[];
}

/** Ways to look at the same page, of which one is taken; which, stands in the address. */
export function Choice({ name, options }: ChoiceProps) {
  return (
    <nav aria-label={name} className={`${classes.choice ?? ''} no-print`}>
      {options.map(({ label, search, isHere }) => (
        <Link
          key={label}
          to="."
          search={search as never}
          replace
          className={classes.one}
          data-here={isHere || undefined}
          aria-current={isHere ? 'true' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
