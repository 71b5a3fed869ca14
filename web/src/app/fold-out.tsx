import { Children, type ReactNode } from 'react';
import classes from './shell.module.css';

/**
 * A short list that a button with `popoverTarget` folds out: the browser's own popover, which closes at Escape and at a press beside it, gives the
 * focus back, and weighs nothing.
 */
export function FoldOut({ id, at, children }: { id: string; at: 'top' | 'bottom'; children: ReactNode }) {
  return (
    <div
      id={id}
      popover="auto"
      className={classes.foldOut}
      data-at={at}
      onClick={({ currentTarget }) => currentTarget.hidePopover()}
    >
      <ul>
        {Children.map(children, (one) => (
          <li>{one}</li>
        ))}
      </ul>
    </div>
  );
}
