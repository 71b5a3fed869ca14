import type { MeterHealthListResponse } from '../api/generated/types.gen';
import type { Tone } from '../parts/tag';

type State = MeterHealthListResponse['items'][number]['state'];

const tones: Readonly<Partial<Record<State, Tone>>> = { ok: 'good', late: 'warn', skewed: 'warn' };

export const toneOf = (state: State): Tone => tones[state] ?? 'bad';
