/** Something that is not as the record says. */
export interface Difference {
  readonly kind:
    | 'fact-changed'
    | 'fact-missing'
    | 'entry-changed'
    | 'readings-changed'
    | 'tree-changed'
    | 'key-differs'
    /** A run of which no certificate is made, for it would not add up. */
    | 'certificate-differs';
  /** What it is about: an entry, a batch, a tree, a size. */
  readonly subject: string;
  readonly detail: string;
}
