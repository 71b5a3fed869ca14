/** What German-speaking countries call the tax and what goes with it. */
export interface TaxWords {
  readonly tax: string;
  readonly taxNumber: string;
  readonly simplified: string;
  /** That the receiver accounts for the tax, as the law wants it written. */
  readonly reverse: string;
}

/** @source UStG (Germany) §§ 14a (5), 27a; UStDV § 33 */
export const german: TaxWords = {
  tax: 'Umsatzsteuer',
  taxNumber: 'USt-IdNr.',
  simplified: 'Kleinbetragsrechnung',
  reverse: 'Steuerschuldnerschaft des Leistungsempfängers',
};

/** @source UStG 1994 (Austria) § 11 (1), (1a), (6) */
export const austrian: TaxWords = {
  tax: 'Umsatzsteuer',
  taxNumber: 'UID-Nr.',
  simplified: 'Kleinbetragsrechnung',
  reverse: 'Übergang der Steuerschuld auf den Leistungsempfänger',
};

/** @source MWSTG (Switzerland) art. 26, 45 */
export const swiss: TaxWords = {
  tax: 'MWST',
  taxNumber: 'MWST-Nr.',
  simplified: 'vereinfachte Rechnung',
  reverse: 'Bezugsteuer: Sie rechnen die Steuer ab',
};
