import classes from './key-caps.module.css';

/** Keys as they are printed on a keyboard, one after another. */
export function KeyCaps({ keys }: { keys: readonly string[] }) {
  return (
    <span className={classes.caps}>
      {keys.map((key) => (
        <kbd key={key} className={classes.cap}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
