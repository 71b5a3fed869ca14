import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { problemsPage } from '../../platform/http/problem.js';
import type { Principal } from '../../platform/http/principal.js';
import { ReadingsService, senderOf, type TakeResult, Unreadable } from '../metering/readings/readings.service.js';
import { type DeviceItem, isUnread, readingOf, unreadOf } from './devices/device-reading.js';
import { type OcmfReading, type OcmfRecord, readOcmf } from './files/ocmf/ocmf-record.js';
import type { OcmfReply } from './hooks.schema.js';

type Answer = OcmfReply['records'][number];

/** Takes in what the meters of charge points sign, record by record: each is a batch of its own, kept with its signature. */
@Injectable()
export class ChargePointsService {
  constructor(private readonly readings: ReadingsService) {}

  /** @throws DomainError `too-large`, `too-busy`, as every push; what is wrong with a record is answered with it */
  async take(principal: Principal, texts: readonly string[]): Promise<OcmfReply> {
    const read = texts.map(recordOf);
    const known = read.flatMap((one) => ('problem' in one ? [] : [one]));
    const results = await this.readings.takeSeveral(
      principal.communityId,
      known.map(({ items, record: { signed } }) => ({
        ...{ sender: senderOf(principal), source: 'ocmf', isTranslated: true, signed },
        items: items.map((item) =>
          isUnread(item) ? new Unreadable({ code: 'invalid-input', detail: item.unread }) : item,
        ),
      })),
    );
    const answers = new Map(known.map((one, i) => [one, results[i]]));
    return {
      records: read.map((one, index): Answer => {
        if ('problem' in one) return { index, signature: null, problem: one.problem, results: [] };
        return { index, problem: null, ...answerOf(one.items, answers.get(one)) };
      }),
    };
  }
}

type Read = { readonly record: OcmfRecord; readonly items: readonly DeviceItem[] };

function recordOf(text: string): Read | { readonly problem: NonNullable<Answer['problem']> } {
  try {
    const record = readOcmf(text);
    return { record, items: record.readings.map((reading) => itemOf(record.meter, reading)) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message: detail } = error;
    return { problem: { type: `${problemsPage}#${code}`, code, detail } };
  }
}

function itemOf(meter: string, reading: OcmfReading): DeviceItem {
  const { register } = reading;
  if ('lost' in reading) return unreadOf({ meter, register }, `This reading was not taken: ${reading.lost}.`);
  const item = readingOf({ meter, register, at: reading.at }, reading.value, reading.unit);
  return isUnread(item) ? item : { ...item, quality: reading.quality };
}

function answerOf(items: readonly DeviceItem[], result: TakeResult | undefined): Pick<Answer, 'signature' | 'results'> {
  const { verdict, detail } = result?.signature ?? { verdict: 'unsupported' as const, detail: 'It was not looked at.' };
  return {
    signature: { verdict, detail },
    results: items.map((item, index) => {
      const { status = 'rejected', problem } = result?.results[index] ?? {};
      return problem ? { ...item, status, problem } : { ...item, status };
    }),
  };
}
