/** The civil day of an instant in a zone. */
export const dayIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** The civil day that it is now in a zone. */
export const todayIn = (zone: string): string => dayIn(zone, new Date());
