import { Body, Controller, Headers, Post, Query } from '@nestjs/common';
import { csvRows, csvType, download, firstAccepted } from '../../../platform/http/csv.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { Stateless } from '../../../platform/http/stateless.js';
import { answer } from './answer.schema.js';
import { answerTable } from './answer-table.js';
import { formats, question, type Question, type WhatIfQuery, whatIfQuery } from './question.schema.js';
import { drawVote } from './vote-page.js';
import { WhatIf } from './what-if.js';

const pdfType = 'application/pdf';
const mediaTypes = { json: 'application/json', csv: csvType, pdf: pdfType } as const;

/** Questions that are answered and leave nothing behind. */
@Controller('simulations')
export class SimulationsController {
  constructor(private readonly whatIf: WhatIf) {}

  /** What every member would have paid in past periods, had a key, a tariff, an occupancy, a space or a meter been otherwise. */
  @Post('billing-run')
  @Allow('treasurer', 'approver', 'auditor')
  @Stateless()
  @Reply(
    200,
    'Both sides and their difference, by cost and by member; nothing is stored.',
    answer,
    Object.values(mediaTypes),
  )
  async billingRun(
    @CurrentPrincipal() { communityId }: Principal,
    @Body({ schema: question }) body: Question,
    @Query({ schema: whatIfQuery }) { format: asked }: WhatIfQuery,
    @Headers('accept') accept?: string,
  ) {
    const found = await this.whatIf.answer(communityId, body);
    const accepted = firstAccepted(accept, Object.values(mediaTypes));
    const format = asked ?? formats.find((one) => mediaTypes[one] === accepted) ?? 'json';
    const name = `what-if-${found.site.code}`;
    if (format === 'csv') return download(csvRows(answerTable(found)), csvType, `${name}.csv`);
    if (format === 'pdf') return download(drawVote(found), pdfType, `${name}.pdf`);
    return found;
  }
}
