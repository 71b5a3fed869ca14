import classes from './tag.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** A state in a word or two. The word says it; the colour only repeats it. */
export function Tag({ tone = 'calm', children }: { tone?: Tone; children: string }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}
