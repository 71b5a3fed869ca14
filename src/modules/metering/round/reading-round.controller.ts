import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { plain } from '../../../domain/quantity/decimal.js';
import { csvType, download, firstAccepted } from '../../../platform/http/csv.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam } from '../../../platform/http/wire.js';
import { roundFormats, roundReply, type RoundQuery, roundQuery } from './reading-round.schema.js';
import { type ReadingRound, ReadingRoundService } from './reading-round.service.js';
import { roundCsv } from './round-csv.format.js';
import { drawRound } from './round-page.js';
import { onDisplay, whyLeftOut, whyNoRange } from './round-words.js';

const pdfType = 'application/pdf';
const mediaTypes = { json: 'application/json', csv: csvType, pdf: pdfType } as const;

@Controller('sites')
export class ReadingRoundController {
  constructor(private readonly rounds: ReadingRoundService) {}

  /** The list with which somebody reads meters by hand: to print, to fill in as a table, or as data. */
  @Get(':id/reading-round')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'What is to be read at the site on a day, in walking order.', roundReply, Object.values(mediaTypes))
  async round(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: roundQuery }) { on, format: asked }: RoundQuery,
    @CurrentPrincipal() { communityId }: Principal,
    @Headers('accept') accept?: string,
  ) {
    const round = await this.rounds.of(communityId, id, on);
    const accepted = firstAccepted(accept, Object.values(mediaTypes));
    const format = asked ?? roundFormats.find((one) => mediaTypes[one] === accepted) ?? 'json';
    const name = `reading-round-${round.site.code}-${round.on}`;
    if (format === 'csv') return download(roundCsv(round), csvType, `${name}.csv`);
    if (format === 'pdf') return download(drawRound(round), pdfType, `${name}.pdf`);
    return written(round);
  }
}

function written({ site, on, rows, leftOut }: ReadingRound) {
  return {
    site,
    on,
    rows: rows.map((row) => {
      const { expected, last, multiplier } = row;
      const known = 'because' in expected ? null : expected;
      return {
        ...row,
        multiplier: plain(multiplier),
        last: last && { ...last, value: onDisplay(row, last.value) },
        expected: known && {
          low: onDisplay(row, known.low),
          high: onDisplay(row, known.high),
          mayWrap: known.mayWrap,
          perDay: plain(known.perDay),
        },
        noRange: 'because' in expected ? whyNoRange(expected) : null,
      };
    }),
    leftOut: leftOut.map((one) => ({ ...one, reason: whyLeftOut(one) })),
  };
}
