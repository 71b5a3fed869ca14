import type { Statement } from '../api/generated/types.gen';

/** What the pages take from the sealed statement; its whole is described by its format. */
export interface StatementModel {
  readonly number: string;
  readonly currency: string;
  readonly kind: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly disputeBy?: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly member: { readonly name: string; readonly units?: readonly string[] };
  readonly balance: {
    readonly opening: { readonly amount: string };
    readonly entries: readonly { readonly kind: string; readonly amount: string; readonly document?: string }[];
    readonly closing: string;
  };
  readonly payment?: {
    readonly accountName?: string;
    readonly sortCode?: string;
    readonly accountNumber?: string;
    readonly iban?: string;
    readonly reference?: string;
  };
  readonly use?: readonly Use[];
  readonly sharing: readonly Shared[];
  readonly approvals: readonly { readonly name: string; readonly on: string; readonly step: string }[];
  readonly verification: { readonly code: string; readonly link: string; readonly sha256: string };
}

export interface Use {
  readonly unit?: string;
  readonly utility?: string;
  readonly glance: { readonly total: string; readonly perDay?: string; readonly costPerDay?: string };
  readonly history: readonly {
    readonly from: string;
    readonly to: string;
    readonly quantity: string | null;
    readonly estimated: boolean;
  }[];
}

export interface Shared {
  readonly title: string;
  readonly document?: string;
  readonly difference: string;
  readonly components: readonly {
    readonly label: string;
    readonly amount: string;
    readonly members: string;
    readonly you: string;
    readonly sharedBy: string;
  }[];
  readonly total: { readonly amount: string; readonly members: string; readonly you: string };
}

/** The statement as the pages read it; undefined of a format that came after them. */
export const modelOf = (statement: Statement): StatementModel | undefined =>
  statement.format === 'commonmeter.statement/1' ? (statement as unknown as StatementModel) : undefined;
