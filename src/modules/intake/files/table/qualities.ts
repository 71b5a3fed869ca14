import type { Quality } from '../../../../domain/metering/reading.js';
import { wordsOf } from './names.js';

/*
 * Signs of quality in tables: letters, words, and what networks write. The same letter means different things to different senders, so
 * a sign that is not here, as F, is asked about and not guessed.
 */

const known = new Map<string, Quality | null>();
const add = (quality: Quality | null, signs: string): void => {
  for (const sign of signs.split(', ')) known.set(sign, quality);
};

add(
  'actual',
  'a, act, actual, actual read, r, real, reale, effettiva, effettivo, reel, reelle, mesure, mesuree, brut, measured, gemessen, valid, validated, v, gultig, wahrer wert, w, uitgelezen, gevalideerd, gemeten, l1, ok, good, normal, routine, initial, smart',
);
add(
  'estimated',
  'e, est, estimated, estimate, estimated read, geschatzt, schatzung, prognose, geschat, estime, estimee, estimado, estimada, stimata, stimato, l3, vorlaufig, deemed, d',
);
add('substituted', 's, sub, substituted, substitute, ersatzwert, ersatz, l2, corrected, corrige, corrigee');
add(
  'customer',
  'c, customer, own, own read, self, kunde, selbstablesung, klant, client, cliente, autolettura, autoreleve',
);
add('derived', 'calculated, computed, derived, berechnet, rechnerisch, calcule, calculada, calcolata');
add(null, 'n, missing, no data, fehlt, fehlend, unknown, ontbrekend, manquant, mancante, ausente');

/** Italian networks write E for what was measured (effettivo) and S for what was estimated (stimato). */
const italian = new Map<string, Quality>([
  ['e', 'actual'],
  ['s', 'estimated'],
]);

export type QualityOf = (sign: string) => Quality | null | undefined;

/**
 * Reads the signs of a column of quality.
 *
 * @param name of the column
 * @param declared what the sender declared, by the sign as it is written
 * @returns for a sign its quality, null for no data, undefined where it is unknown; no sign at all is a reading like any other
 */
export function qualitiesOf(name: string, declared: Readonly<Record<string, Quality>>): QualityOf {
  const isItalian = wordsOf(name).some((word) => word === 'dato' || word === 'lettura');
  const asked = new Map<string, Quality | null | undefined>([['', 'actual']]);
  return (sign) => {
    const held = asked.get(sign);
    if (held !== undefined || asked.has(sign)) return held;
    const plain = wordsOf(sign).join(' ');
    const found = Object.hasOwn(declared, sign)
      ? declared[sign]
      : ((isItalian ? italian.get(plain) : undefined) ?? known.get(plain));
    if (asked.size < 1000) asked.set(sign, found);
    return found;
  };
}
