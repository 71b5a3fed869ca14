import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { csvRows, csvType, download, firstAccepted } from '../../../platform/http/csv.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { idParam, type IdParam } from '../../../platform/http/wire.js';
import { seenBy } from '../../community/places.service.js';
import { ApportionmentMatrix, matrixTable } from './apportionment-matrix.js';
import { matrix, matrixQuery, type MatrixQuery } from './apportionment-matrix.schema.js';

const jsonType = 'application/json';

@Controller('sites')
export class ApportionmentMatrixController {
  constructor(private readonly matrices: ApportionmentMatrix) {}

  /** Every cost of the runs issued for a year, the version of the rule that shared it, and what each member bore. */
  @Get(':id/apportionment-matrix')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The matrix; a member sees the own column, and the others together.', matrix, [jsonType, csvType])
  async of(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: matrixQuery }) { year, format }: MatrixQuery,
    @Headers('accept') accept?: string,
  ) {
    const found = await this.matrices.of(principal.communityId, id, year, seenBy(principal));
    const isCsv = format === 'csv' || (format === undefined && firstAccepted(accept, [jsonType, csvType]) === csvType);
    return isCsv
      ? download(csvRows(matrixTable(found)), csvType, `apportionment-${found.site.code}-${year}.csv`)
      : found;
  }
}
