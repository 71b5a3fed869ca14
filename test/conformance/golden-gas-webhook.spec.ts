import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { energyOfGas, gasFactor } from '../../src/domain/metering/gas.js';
import { decimal, plain, roundToScale } from '../../src/domain/quantity/decimal.js';
import { signWebhook, verifyWebhook } from '../../src/modules/delivery/webhook-signature.js';

/* Worked examples that others published: gas in kilowatt hours, and the signature of a webhook. */
const file = resolve(__dirname, '../../../shared/data/golden.json');
// The shape of a case follows from its kind; each check below reads its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as any[]) : [];
const the = (kind: string) => cases.find((one) => one.kind === kind);
const published = cases.length === 0 ? it.skip : it;

describe('gas and webhooks as others published them', () => {
  published('gas: volume, correction and calorific value come to the published kWh', () => {
    const { input, expected } = the('gas');
    const day = { from: '2026-01-01', to: '2026-01-02' };
    const values = [{ day: day.from, value: decimal(input.cv) }];
    const energy = energyOfGas(decimal(input.m3), gasFactor(decimal(input.correction), values, day));
    expect(plain(roundToScale(energy, 3, 'half-up'))).toBe(expected.kwh);
  });

  published('webhook: our signature is the published one, and we accept it', () => {
    const { input, expected } = the('webhook');
    const { secret, id, timestamp, payload } = input;
    expect(signWebhook(secret, { id, timestamp, payload })).toBe(expected.signature);
    const headers = { id, timestamp: String(timestamp), signature: expected.signature };
    expect(verifyWebhook(secret, headers, payload, timestamp)).toBe('genuine');
    expect(verifyWebhook(secret, headers, payload, timestamp + 3600)).toBe('too-old');
  });
});
