import { Injectable } from '@nestjs/common';

/** What is attached to some documents, by the id of the document. */
export type Attach = (communityId: string, documentIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * What is attached to a statement beside its data.
 *
 * Proofs come after documents in the flow, so a document cannot ask for its proof: whoever makes proofs says so here.
 */
@Injectable()
export class Attachments {
  private attach: Attach = () => Promise.resolve(new Map());

  /** From now on documents are drawn with what this gives. */
  comeFrom(attach: Attach): void {
    this.attach = attach;
  }

  /** @returns for documents of which something is known, the text that is attached as `bundle.json` */
  of(communityId: string, documentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.attach(communityId, documentIds);
  }
}
