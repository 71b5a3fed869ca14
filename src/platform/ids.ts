import { v7 } from 'uuid';

/** A new id, made in the application because PostgreSQL before 18 cannot: time-ordered, so that indexes grow at one end. */
export const newId = (): string => v7();
