import { useId } from 'react';
import classes from './rules.module.css';

/** Something that is so or is not. */
export function Check({ label, value, set }: { label: string; value: boolean; set: (value: boolean) => void }) {
  const id = useId();
  return (
    <div className={classes.check}>
      <input id={id} type="checkbox" checked={value} onChange={(event) => set(event.currentTarget.checked)} />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}
