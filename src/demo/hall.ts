/**
 * Old Market Hall as data: who is where, what is metered, and what a month costs. The figures are those of the month that is
 * ready to run; other months follow from them by season (readings.ts). Names are invented, addresses and accounts are test values.
 */

/** One meter of a stall: kWh of the model month by band. */
export interface DemoMeter {
  readonly code: string;
  readonly name: string;
  readonly day: string;
  readonly night: string;
}

export interface DemoStall {
  readonly no: number;
  /** Square metres. */
  readonly area: string;
  readonly member: {
    readonly code: string;
    readonly name: string;
    readonly contact: string;
    readonly trade: string;
  } | null;
  readonly meters: readonly DemoMeter[];
}

const stall = (
  no: number,
  code: string,
  name: string,
  contact: string,
  trade: string,
  area: string,
  day: string,
  night: string,
  second?: DemoMeter,
): DemoStall => ({
  no,
  area,
  member: { code, name, contact, trade },
  meters: [{ code: `M-${code}`, name: `Stall ${no}`, day, night }, ...(second ? [second] : [])],
});

const second = (code: string, name: string, day: string, night: string): DemoMeter => ({ code, name, day, night });

/** Twenty-four stalls, 412 m², of which one is vacant. Their meters come to 5,640.0 kWh by day and 1,680.0 by night. */
export const stalls: readonly DemoStall[] = [
  stall(
    1,
    '0701',
    'Dale & Daughters Fishmonger',
    'Ivy Dale',
    'fishmonger',
    '24',
    '202.0',
    '80.5',
    second('M-0701B', 'Cold room, stall 1', '210.0', '280.0'),
  ),
  stall(2, '0702', 'Calder Greengrocer', 'Sam Calder', 'greengrocer', '26', '198.5', '66.5'),
  stall(
    3,
    '0703',
    'Hollins Butcher',
    'Ruth Hollins',
    'butcher',
    '24',
    '201.0',
    '98.0',
    second('M-0703B', 'Cold store, stall 3', '190.0', '190.0'),
  ),
  stall(4, '0704', 'Pennine Cheese', 'Olu Adeyemi', 'cheesemonger', '14', '224.0', '150.0'),
  stall(
    5,
    '0705',
    'Canal Café',
    'Mina Patel',
    'café',
    '32',
    '267.0',
    '38.0',
    second('M-0705B', 'Kitchen, stall 5', '320.0', '50.0'),
  ),
  stall(6, '0706', 'Bobbin Haberdashery', 'Joan Firth', 'haberdashery', '16', '82.0', '9.5'),
  stall(7, '0711', 'Rosa’s Bakery', 'Rosa Hartley', 'bakery', '18', '431.0', '92.5'),
  stall(8, '0708', 'Threadbare Repairs', 'Kit Marsh', 'clothing repair', '12', '90.5', '8.8'),
  stall(9, '0709', 'Page Turner Books', 'Helen Booth', 'bookshop', '22', '96.0', '13.2'),
  stall(10, '0710', 'Wild Yeast Brewery Tap', 'Tom Ogden', 'brewer', '20', '338.5', '219.0'),
  stall(11, '0713', 'Stoodley Coffee Roasters', 'Ana Lima', 'coffee roaster', '14', '448.0', '30.5'),
  stall(12, '0714', 'Cliviger Cycles', 'Dev Singh', 'bicycle workshop', '20', '131.0', '16.5'),
  stall(13, '0715', 'Green Lane Florist', 'Bea Nowak', 'florist', '12', '154.5', '72.0'),
  stall(14, '0716', 'Market Barber', 'Yusuf Khan', 'barber', '12', '183.0', '11.0'),
  stall(15, '0717', 'Second Spin Records', 'Lou Barker', 'record shop', '14', '116.0', '12.0'),
  stall(16, '0718', 'Ribblesdale Soap', 'Nell Greenwood', 'soap maker', '10', '127.5', '14.0'),
  stall(17, '0719', 'Kiln & Co Pottery', 'Jo Ashworth', 'potter', '24', '474.0', '61.0'),
  stall(18, '0720', 'Noodle Corner', 'Wei Zhang', 'kitchen', '16', '461.5', '90.5'),
  { no: 19, area: '14', member: null, meters: [{ code: 'M-0721', name: 'Stall 19', day: '6.0', night: '3.0' }] },
  stall(20, '0722', 'Old Hall Watchmaker', 'Peter Lund', 'watchmaker', '8', '61.0', '7.0'),
  stall(21, '0723', 'Dial Tone Phone Repair', 'Amir Haddad', 'phone repair', '10', '112.0', '15.0'),
  stall(22, '0724', 'Sunday Toys', 'Grace Okafor', 'toy shop', '18', '89.0', '8.5'),
  stall(23, '0725', 'Tod Print Works', 'Carl Weiss', 'printer', '20', '298.0', '23.0'),
  stall(24, '0726', 'Moorland Honey', 'Sue Crabtree', 'honey and jam', '12', '128.0', '20.0'),
];

/** The phone repairer leaves stall 21 for the empty stall 19 on the 16th of the model month, and takes its use along. */
export const move = {
  member: '0723',
  dayOfMonth: 16,
  from: { stall: 21, meter: 'M-0723' },
  to: { stall: 19, meter: 'M-0721' },
} as const;

/** Sold candles in stall 19 until the model month began. Its use there is what stall 19 uses with nobody in it: a lamp and a till. */
export const leaver = {
  stall: 19,
  member: {
    code: '0712',
    name: 'Hebden Candles',
    contact: 'Fay Sutcliffe',
    trade: 'candle maker',
  },
} as const;

/** The display of this meter has five digits before the point. It starts again in the month before the model month. */
export const rolling = { meter: 'M-0714', capacity: '100000' } as const;

/** A plug whose counter starts again at zero after a power cut. */
export const restarting = 'M-0718';

/**
 * The cold room has a logger that sends what was used in each half-hour and has no display. In the model month its door stood open for an hour, and
 * in one night the logger itself had no power.
 */
export const coldRoom = {
  meter: 'M-0701B',
  open: { day: 9, from: '18:30', to: '19:30' },
  silent: { day: 18, from: '01:00', to: '06:00' },
} as const;

/** Meters of the shared parts: 420.0 kWh by day, 140.0 by night. */
export const commonMeters: readonly (DemoMeter & { readonly space: string; readonly area: string })[] = [
  { code: 'M-0790', name: 'Lights in the aisles', space: 'AISLES', area: '96', day: '262.0', night: '58.0' },
  { code: 'M-0791', name: 'Goods lift', space: 'LIFT', area: '9', day: '74.0', night: '4.0' },
  { code: 'M-0792', name: 'Wash rooms', space: 'WASH', area: '21', day: '84.0', night: '78.0' },
];

/** The supplier's meter sees all of it, and what the cables keep: 60.0 kWh by day, 20.0 by night in the model month. */
export const sourceMeter = { code: 'M-0001', name: 'Supply to the hall', lossDay: '60.0', lossNight: '20.0' } as const;

/** Who pays while a stall is empty. */
export const landlord = {
  code: '0800',
  name: 'Todmorden Hall Trust',
  contact: 'Estates office',
  trade: 'landlord',
} as const;

/** Northgrid Energy's prices, pounds: per kWh by band, per kWh of levy, per month. So the model month costs 1,919.19 in any month. */
export const supplier = {
  name: 'Northgrid Energy',
  day: '0.246',
  night: '0.159',
  levy: '0.00801',
  standingPerMonth: '57.35',
  taxRate: '0.2',
} as const;

/** Parts of the year against the model month, in thousandths, January first. */
export const season: readonly number[] = [1090, 1060, 1010, 960, 930, 905, 915, 925, 950, 1000, 1045, 1085];
