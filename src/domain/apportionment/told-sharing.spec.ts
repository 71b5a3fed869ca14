import {
  basis,
  booking,
  composite,
  cost,
  d,
  deduction,
  fixed,
  headedPieces,
  limited,
  metered,
  october,
  peak,
  peaks,
  per,
  pieces,
  rosa,
  space,
  stall,
  stays,
  subject,
  use,
  zone,
} from '../../../test/support/told-hall.js';
import { expectTold, type Said } from '../../../test/support/told.js';
import { apportion } from './apportion.js';
import { withoutDeducted } from './deducted.js';
import { occupancyPieces } from './pieces.js';
import { presenceClaims } from './presence.js';
import { measureResidual, residualIssues, suggestedThresholds } from './residual.js';
import { shareOut } from './share-out.js';
import { weigh } from './weights.js';

const said: Said = {
  'weights by peak': () => weigh({ kind: 'peak', of: 'site' }, pieces, [], october, { peaks }),
  'weights by own peak': () => weigh({ kind: 'peak', of: 'own' }, pieces, [], october, { peaks }),
  'weights by no peak': () => weigh({ kind: 'peak', of: 'own' }, pieces, [], october),
  'peaks of two units': () =>
    weigh({ kind: 'peak', of: 'site' }, pieces, [], october, {
      peaks: [...peaks, peak('site', '1', 'lund', '1', 'm3')],
    }),
  'weights by use': () =>
    weigh(
      metered() as never,
      pieces,
      [...basis.uses, use('2', null, '5'), use('1', 'rosa', '1', { band: 'night' })],
      october,
    ),
  'weights by all use': () =>
    weigh(
      metered({ band: null }) as never,
      pieces,
      [use('1', 'rosa', '1', { band: 'night' }), use('1', 'rosa', '10', { deducted: d('2') })],
      october,
    ),
  'a use of who is not there': () => weigh(metered() as never, pieces, [use('1', 'bela', '1')], october),
  'a use of nobody': () => weigh(metered() as never, pieces, [use('9', null, '1')], october),
  'uses of two units': () =>
    weigh(metered() as never, pieces, [use('1', 'rosa', '1'), use('1', 'lund', '1', { unit: 'm3' })], october),
  'weights by floor': () =>
    weigh(
      { kind: 'area' },
      occupancyPieces(
        [space('1', { weights: [{ weight: d('2'), from: '2026-10-05', to: '2026-10-08' }] })],
        stays,
        october,
      ),
      [],
      october,
    ),
  'weights by days': () => weigh({ kind: 'equal' }, pieces, [], october),
  'weights by agreement': () =>
    weigh(
      fixed([rosa, '40'], [stall, '30'], [{ kind: 'space', spaceId: '9' }, '20'], [{ kind: 'common' }, '10']) as never,
      pieces,
      [],
      october,
    ),
  'weights by bookings': () =>
    weigh({ kind: 'bookings', resourceId: 'kiln', by: 'minutes' }, pieces, [], october, {
      zone,
      bookings: [booking('b'), booking('a', { from: '2026-10-02T09:00:00Z', to: '2026-10-02T10:00:00Z' })],
    }),
  'weights by no bookings': () =>
    weigh({ kind: 'bookings', resourceId: 'kiln', by: 'minutes' }, pieces, [], october, { zone }),
  'weights by heads': () =>
    weigh(
      { kind: 'headcount' },
      headedPieces.filter(({ memberId, days }) => memberId === null || days.from === '2026-10-05'),
      [],
      october,
    ),
  'claims by presence': () =>
    (['occupied-days', 'occupied-hours', 'members'] as const).map((kind) =>
      presenceClaims(
        kind,
        pieces,
        [booking('a', { spaceId: '2' }), booking('b', { spaceId: '1', memberId: 'bela' })],
        zone,
      ),
    ),
  'weights by presence': () =>
    (['occupied-days', 'occupied-hours', 'members'] as const).map((kind) =>
      weigh({ kind }, pieces, [], october, { zone }),
    ),
  'shares of a residual': () =>
    apportion(
      cost,
      weigh(metered() as never, pieces, basis.uses, october),
      { quantity: d('3'), weights: weigh({ kind: 'area' }, pieces, [], october) },
      october,
    ),
  ...Object.fromEntries(
    (
      [
        ['negative', '30'],
        ['high', '50'],
        ['notable', '33.2'],
        ['small', '32.1'],
      ] as const
    ).flatMap(([name, supplied]) =>
      [null, 'day'].map((band) => [
        `a ${name} residual${band === null ? '' : ' of a band'}`,
        () =>
          residualIssues(
            measureResidual(band, [{ band: 'day', quantity: d(supplied), unit: 'kWh' }], basis.uses, pieces)!,
            suggestedThresholds,
            { ...subject, label: 'The site' },
            october,
          ),
      ]),
    ),
  ),
  'a residual of nothing': () => measureResidual('night', basis.sources, basis.uses, pieces),
  'sharing by use': () => shareOut(cost, metered(), basis),
  'sharing by use without a source': () => shareOut(cost, metered(), { ...basis, sources: [] }),
  'sharing by all use without a source': () => shareOut(cost, metered({ band: null }), { ...basis, sources: [] }),
  'sharing by more than was supplied': () =>
    shareOut(cost, metered(), { ...basis, sources: [{ band: 'day', quantity: d('3'), unit: 'kWh' }] }),
  'sharing by nothing': () =>
    shareOut(cost, metered(), { ...basis, uses: [], sources: [{ band: 'day', quantity: d('0'), unit: 'kWh' }] }),
  'sharing nothing by nothing': () =>
    shareOut({ ...cost, amount: d('0') }, metered(), {
      ...basis,
      uses: [],
      sources: [{ band: 'day', quantity: d('0'), unit: 'kWh' }],
    }),
  'sharing what nobody bears': () => shareOut(cost, metered(), { ...basis, uses: [] }),
  'sharing to the common': () =>
    shareOut(cost, metered({ residual: { policy: 'to-common', key: { kind: 'area' } } }), basis),
  'sharing to heads that nobody counted': () =>
    shareOut(cost, metered({ residual: { policy: 'to-common', key: { kind: 'headcount' } } }), basis),
  'sharing by peaks': () => shareOut(cost, { kind: 'peak', of: 'site' }, { ...basis, peaks }),
  'sharing by peaks of others': () =>
    shareOut(cost, { kind: 'peak', of: 'own' }, { ...basis, peaks: peaks.slice(0, 3) }),
  'sharing by no peaks': () => shareOut(cost, { kind: 'peak', of: 'own' }, basis),
  'sharing by bookings without a price': () =>
    shareOut(
      cost,
      { kind: 'bookings', resourceId: 'kiln', by: 'price' },
      { ...basis, bookings: [booking('a', { price: null }), booking('b')] },
    ),
  'sharing by minutes without a price': () =>
    shareOut(
      cost,
      { kind: 'bookings', resourceId: 'kiln', by: 'minutes' },
      { ...basis, bookings: [booking('a', { price: null })] },
    ),
  'sharing by no bookings': () => shareOut(cost, { kind: 'bookings', resourceId: 'kiln', by: 'price' }, basis),
  'sharing with floors above the cost': () => shareOut(cost, limited(null, per('share', '60')), basis),
  'sharing with a cap': () => shareOut(cost, limited(per('share', '20'), null), basis),
  'sharing with a cap and a floor by use': () =>
    shareOut(cost, limited(per('share', '40'), per('share', '20'), metered()), basis),
  'sharing in parts': () => shareOut(cost, composite(['70', metered()], ['30', { kind: 'area' }]), basis),
  'sharing in parts of which one cannot': () =>
    shareOut(cost, composite(['70', metered()], ['30', { kind: 'headcount' }]), basis),
  'sharing what is deducted': () =>
    shareOut(cost, metered({ deducted: true }), { ...basis, deductions: [deduction('1', 'rosa', '3')] as never }),
  'sharing with more deducted than used': () =>
    shareOut(cost, metered({ deducted: true }), { ...basis, deductions: [deduction('1', 'rosa', '11')] as never }),
  deductions: () =>
    withoutDeducted(basis, [
      ...[deduction('1', 'rosa', '3'), deduction('1', 'rosa', '1'), deduction('1', 'rosa', '1', { band: 'night' })],
      ...[
        deduction('1', 'rosa', '1', { unit: 'm3' }),
        deduction('1', 'bela', '2'),
        deduction('9', null, '0'),
        deduction(null, null, '1'),
      ],
    ] as never),
  'deductions above the source': () => withoutDeducted(basis, [deduction(null, null, '40')] as never),
};

it('says what was read and kept', () => expectTold('apportionment-sharing', said));
