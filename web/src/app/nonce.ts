/** The number with which this very page lets styles be written into it; the server makes another for each answer. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
