import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { Instant } from '../../domain/calendar/period.js';
import { Clock } from '../../platform/clock.js';
import type { Principal } from '../../platform/http/principal.js';
import { Metrics } from '../../platform/metrics.js';
import {
  type ItemResult,
  ReadingsService,
  senderOf,
  statuses,
  type TakeResult,
  Unreadable,
} from '../metering/readings/readings.service.js';
import { type DeviceItem, isUnread } from './devices/device-reading.js';
import type { Uplink } from './devices/lorawan.js';
import { HeardFrames } from './heard-frames.js';

/** What became of each channel in a message, in the order in which they stood there. */
export interface DeviceAnswer {
  readonly event: string;
  readonly results: readonly (DeviceItem & Pick<ItemResult, 'status' | 'problem'>)[];
  readonly summary: TakeResult['summary'];
}

/** Takes in what devices say in languages of their own, and counts it. */
@Injectable()
export class DevicesService {
  private readonly frames = new HeardFrames();
  private readonly messages: Counter;
  private readonly channels: Counter;

  constructor(
    private readonly readings: ReadingsService,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    const registers = [metrics.registry];
    this.messages = new Counter({
      name: 'device_messages_total',
      help: 'Messages of devices by their family and by what they told of',
      labelNames: ['family', 'event'],
      registers,
    });
    this.channels = new Counter({
      name: 'device_readings_total',
      help: 'Channels in messages of devices by what became of them',
      labelNames: ['family', 'status'],
      registers,
    });
  }

  /** The time at which a message that says none is taken to have been measured. */
  now(): Instant {
    return this.clock.now();
  }

  /** An uplink of a radio device. Heard twice, it is one. */
  takeUplink(principal: Principal, family: string, { items, event, frame }: Uplink): Promise<DeviceAnswer> {
    if (frame === null) return this.take(principal, family, items, event);
    const atFirst = items.map((item) =>
      isUnread(item) ? item : { ...item, at: this.frames.firstHeard(`${principal.communityId} ${frame}`, item.at) },
    );
    return this.take(principal, family, atFirst, event);
  }

  /** @throws DomainError `too-large`, `too-busy`, as every push */
  async take(
    principal: Principal,
    family: string,
    items: readonly DeviceItem[],
    event = 'readings',
  ): Promise<DeviceAnswer> {
    this.messages.inc({ family, event });
    if (items.length === 0) return { event, results: [], summary: nothing };
    const { results, summary } = await this.readings.takeTranslated(
      principal.communityId,
      senderOf(principal),
      items.map((item) => (isUnread(item) ? new Unreadable({ code: 'invalid-input', detail: item.unread }) : item)),
      family,
    );
    for (const status of statuses) this.channels.inc({ family, status }, summary[status]);
    return {
      event,
      results: items.map((item, index) => {
        const { status = 'rejected', problem } = results[index] ?? {};
        return problem ? { ...item, status, problem } : { ...item, status };
      }),
      summary,
    };
  }
}

const nothing = Object.fromEntries(statuses.map((status) => [status, 0])) as TakeResult['summary'];
