/** What a meter signed in the Open Charge Metering Format: one record. */
export interface OcmfText {
  readonly kind: 'ocmf';
  /** Of the payload, hex. */
  readonly sha256: string;
  /** The bytes between the pipes, of which the signature is. */
  readonly payload: Buffer;
  /** As it came: `{"SA": …, "SD": …}`. */
  readonly section: string;
}

/** What a gateway signed: a body as it came. Its signature was checked before anything was done with it. */
export interface SignedBody {
  readonly kind: 'ed25519';
  /** Of the payload, hex. */
  readonly sha256: string;
  readonly payload: Buffer;
  /** The parameters of RFC 9421, a space, the signature in base64. */
  readonly section: string;
  readonly signingKey: string;
  readonly keyId: string;
}

/** What came with a signature. */
export type SignedText = OcmfText | SignedBody;

/** What came of looking at a signature. */
export interface Judgement {
  readonly verdict: 'verified' | 'unknown-key' | 'wrong' | 'unsupported';
  /** A sentence. */
  readonly detail: string;
  /** The key that it is of; null unless it was verified. */
  readonly signingKey: string | null;
}
