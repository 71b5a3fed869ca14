/*
 * Who bears a share. Four answers, and no fifth: a member; the empty space, which has a payer of its own or else is the
 * community's loss; the common parts; or "held", the treasurer's named suspense line. Nothing is borne by nobody.
 */

export type Beneficiary =
  | { readonly kind: 'member'; readonly memberId: string }
  | { readonly kind: 'vacant'; readonly spaceId: string; readonly payerMemberId: string | null }
  | { readonly kind: 'common' }
  | { readonly kind: 'held' };

/** What a member or a space is called where everybody can read it, by its id: its code. */
export type Called = (id: string) => string;

const byId: Called = (id) => id;

/**
 * The name of a beneficiary in splits, shares and proofs; part of what decides ties.
 *
 * @param called what the name is made of; the id itself where it is not given
 * @example beneficiaryId({ kind: 'vacant', spaceId: 'stall-4', payerMemberId: null }) → 'vacant:stall-4'
 */
export function beneficiaryId(beneficiary: Beneficiary, called: Called = byId): string {
  switch (beneficiary.kind) {
    case 'member':
      return `member:${called(beneficiary.memberId)}`;
    case 'vacant':
      return `vacant:${called(beneficiary.spaceId)}`;
    case 'common':
    case 'held':
      return beneficiary.kind;
  }
}

/** The member on whose invoice the share goes; null where the community bears it or holds it. */
export function billedMember(beneficiary: Beneficiary): string | null {
  if (beneficiary.kind === 'member') return beneficiary.memberId;
  return beneficiary.kind === 'vacant' ? beneficiary.payerMemberId : null;
}
