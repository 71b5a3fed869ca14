import { Injectable } from '@nestjs/common';
import { addDays, epochMs, type Instant, instant } from '../../../domain/calendar/period.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { constraintRefusals } from '../../../platform/database/constraints.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import type { Principal } from '../../../platform/http/principal.js';
import { limitOf, type PageQuery } from '../../../platform/http/wire.js';
import { newId } from '../../../platform/ids.js';
import { type Actor, actorOf } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import type { NewVerification, Removal, Shown, Verification } from './devices.schema.js';
import { refuseUnknown, registersOfDevice, runningDevice } from '../registers/exchange-device.js';
import { meterCalled } from '../registers/find-register.js';
import type { Exchange } from '../registers/meter.schema.js';
import { type MeterDescription, MeteringService } from './metering.service.js';
import { linkToDevices, photoViewerOf } from '../photos/photo-viewer.js';

constraintRefusals.set('meter_verification_once', {
  code: 'already-exists',
  sentence: 'This certificate of the meter is recorded; a renewed verification has a certificate of its own.',
});

/** What happens to the devices in meters beside their installation: photos of an exchange, removal, verification. */
@Injectable()
export class DevicesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly metering: MeteringService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** An exchange with photos of both devices. @throws DomainError as the exchange, and `not-found` for a photo */
  exchange(principal: Principal, address: string, { photos = [], ...input }: Exchange): Promise<MeterDescription> {
    const { communityId } = principal;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const meter = await this.metering.exchange(communityId, address, input, actorOf(principal));
      const devices = meter.installations.slice(-2).map(({ id }) => id);
      await linkToDevices(tx, communityId, photoViewerOf(principal), photos, devices, this.clock.now());
      return meter;
    });
  }

  /**
   * Takes the device out that is in, and puts none in its place. From then on the meter measures nothing; what comes in for later is held.
   *
   * @throws DomainError `invalid-input` where a closing reading is missing or the time does not fit, `conflict` where it was read later, `not-found`
   */
  remove(principal: Principal, address: string, input: Removal): Promise<MeterDescription> {
    const { communityId } = principal;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const meter = await meterCalled(tx, communityId, address);
      const device = await runningDevice(tx, communityId, meter);
      const { installationId, from } = device;
      const at = instant(input.at);
      if (epochMs(at) <= epochMs(from))
        throw new DomainError(
          'invalid-input',
          `The device in ${meter.code} went in at ${from}; it comes out after that.`,
        );
      const registers = await registersOfDevice(tx, communityId, device);
      refuseUnknown(input, registers, meter.code);
      await refuseReadLater(tx, communityId, meter, at);
      await tx.query(
        'UPDATE installation SET period = tstzrange(lower(period), $3), removed_because = $4 WHERE community_id = $1 AND id = $2',
        [communityId, installationId, at, input.reason],
      );
      for (const { id, code, kind } of registers) {
        const closing = input.registers.find((given) => given.code === code)?.closing;
        if ((kind === 'cumulative') !== (closing !== undefined)) throw misfit(meter.code, code, kind === 'cumulative');
        await tx.query(
          'UPDATE installation_register SET closing = $4 WHERE community_id = $1 AND installation_id = $2 AND register_id = $3',
          [communityId, installationId, id, closing ?? null],
        );
      }
      const now = this.clock.now();
      await linkToDevices(tx, communityId, photoViewerOf(principal), input.photos ?? [], [installationId], now);
      const data = { at, installation: installationId, reason: input.reason };
      const actor = actorOf(principal);
      await this.audit.record(tx, { actor, type: 'meter.removed', subjectKind: 'meter', subjectId: meter.id, data });
      return this.metering.one(communityId, meter.id);
    });
  }

  /** Links photos to the device that went in last: what its display showed to whoever stood before it. @throws DomainError `invalid-input`, `not-found` */
  photograph(principal: Principal, address: string, { photos }: Shown): Promise<MeterDescription> {
    const { communityId } = principal;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id } = await meterCalled(tx, communityId, address);
      const meter = await this.metering.one(communityId, id);
      const device = meter.installations.at(-1);
      if (!device)
        throw new DomainError('invalid-input', `${meter.code} is worked out from others: it has no display.`);
      await linkToDevices(tx, communityId, photoViewerOf(principal), photos, [device.id], this.clock.now());
      const data = { installation: device.id, photos };
      const actor = actorOf(principal);
      await this.audit.record(tx, { actor, type: 'meter.photographed', subjectKind: 'meter', subjectId: id, data });
      return meter;
    });
  }

  /** Records a verification of the device that went in last, with its certificate. @throws DomainError `already-exists`, `not-found` */
  verify(communityId: string, address: string, input: NewVerification, actor: Actor): Promise<Verification> {
    assert(actor.kind === 'person', 'Verifications are recorded by people.');
    return this.transactions.inCommunity(communityId, async (tx) => {
      const meter = await meterCalled(tx, communityId, address);
      const id = newId();
      await tx.query(
        `INSERT INTO meter_verification (community_id, id, meter_id, days, certificate, serial, recorded_by, recorded_at)
         SELECT $1, $2, $3, daterange($4::date, $5::date), $6, i.serial, $7, $8 FROM installation i
         WHERE i.community_id = $1 AND i.meter_id = $3 ORDER BY lower(i.period) DESC LIMIT 1`,
        [
          ...[communityId, id, meter.id, input.from, addDays(input.until, 1), input.certificate],
          ...[actor.id, this.clock.now()],
        ],
      );
      const data = { ...input };
      await this.audit.record(tx, { actor, type: 'meter.verified', subjectKind: 'meter', subjectId: meter.id, data });
      const [row] = await verificationsOf(tx, communityId, meter.id, null, 1);
      assert(row, 'What was recorded is there.');
      return row;
    });
  }

  /** Verifications of a meter, the last recorded first. */
  verifications(communityId: string, address: string, query: PageQuery) {
    const limit = limitOf(query);
    const [before = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const meter = await meterCalled(tx, communityId, address);
      const rows = await verificationsOf(tx, communityId, meter.id, before, limit + 1);
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }
}

const misfit = (meter: string, register: string, isMissing: boolean): DomainError =>
  new DomainError(
    'invalid-input',
    isMissing
      ? `${meter} ${register} needs the closing reading of the device.`
      : `${meter} ${register} shows no total: leave its closing reading out.`,
  );

/** What was read later is either wrong or proof that the device was still in; somebody has to say which. */
async function refuseReadLater(
  tx: Tx,
  communityId: string,
  meter: { readonly id: string; readonly code: string },
  at: Instant,
): Promise<void> {
  const [later] = await tx.query<{ register: string; at: Instant }>(
    `SELECT r.code AS register, max(coalesce(l.until, l.at)) AS at FROM register r JOIN community c ON c.id = r.community_id
     JOIN reading l ON l.community_no = c.no AND l.register_no = r.no AND l.at >= $3
     WHERE r.community_id = $1 AND r.meter_id = $2 AND (l.at > $3 OR l.until > $3) GROUP BY r.code ORDER BY r.code LIMIT 1`,
    [communityId, meter.id, at],
  );
  if (later)
    throw new DomainError(
      'conflict',
      `${meter.code} ${later.register} was read until ${later.at}: the device came out after that, or those readings are of another meter.`,
    );
}

function verificationsOf(
  tx: Tx,
  communityId: string,
  meterId: string,
  before: string | null,
  limit: number,
): Promise<Verification[]> {
  return tx.query<Verification>(
    `SELECT v.id, m.code AS meter, lower(v.days) AS "from", (upper(v.days) - 1) AS until, v.certificate, v.serial,
            p.name AS "recordedBy", v.recorded_at AS "recordedAt"
     FROM meter_verification v JOIN meter m ON m.community_id = v.community_id AND m.id = v.meter_id
     JOIN person p ON p.community_id = v.community_id AND p.id = v.recorded_by
     WHERE v.community_id = $1 AND v.meter_id = $2 AND ($3::uuid IS NULL OR v.id < $3) ORDER BY v.id DESC LIMIT $4::int`,
    [communityId, meterId, before, limit],
  );
}
