/** Something that is not as the record says. */
export interface Difference {
  readonly kind:
    'fact-changed' | 'fact-missing' | 'entry-changed' | 'readings-changed' | 'tree-changed' | 'key-differs';
  /** What it is about: an entry, a batch, a tree, a size. */
  readonly subject: string;
  readonly detail: string;
}
