/** What the demo business bills. `kind` decides VAT, CIS and prices of an invoice. */
export interface Job {
  readonly title: string;
  readonly lines: readonly JobLine[];
}
export interface JobLine {
  readonly description: string;
  readonly unitPrice: string;
  readonly quantity?: string;
  readonly discountPercent?: string;
  readonly vat?: string;
  readonly cis?: 'labour' | 'materials';
}

export const STANDARD_JOBS: readonly Job[] = [
  { title: 'Boiler service', lines: [{ description: 'Annual boiler service', unitPrice: '85.00' }] },
  { title: 'Gas safety record', lines: [{ description: 'Landlord gas safety record (CP12), up to 3 appliances', unitPrice: '65.00' }] },
  {
    title: 'Boiler breakdown',
    lines: [
      { description: 'Call-out, first hour', unitPrice: '96.50' },
      { description: 'Labour, further hours', unitPrice: '48.00', quantity: '1.75' },
      { description: 'Diverter valve', unitPrice: '132.43' },
    ],
  },
  {
    title: 'System flush and filter',
    lines: [
      { description: 'Power flush, up to 8 radiators', unitPrice: '395.00' },
      { description: 'Magnetic filter, supplied and fitted', unitPrice: '148.33', discountPercent: '10' },
    ],
  },
  {
    title: 'Radiator valves',
    lines: [
      { description: 'Thermostatic radiator valve', unitPrice: '24.95', quantity: '7' },
      { description: 'Labour', unitPrice: '48.00', quantity: '2.5' },
    ],
  },
  {
    title: 'New boiler',
    lines: [
      { description: 'Combi boiler 30 kW with 10-year warranty', unitPrice: '1289.00' },
      { description: 'Installation, two engineers, one day', unitPrice: '780.00' },
      { description: 'Flue kit and fittings', unitPrice: '164.79', discountPercent: '7.5' },
    ],
  },
  {
    title: 'Service and alarm',
    lines: [
      { description: 'Annual boiler service', unitPrice: '85.00' },
      { description: 'Carbon monoxide alarm', unitPrice: '27.99', quantity: '2' },
    ],
  },
];

export const REDUCED_JOBS: readonly Job[] = [
  {
    title: 'Heating controls (resident over 60)',
    lines: [
      { description: 'Room thermostat and programmer, supplied and fitted', unitPrice: '211.45', vat: 'reduced' },
      { description: 'Thermostatic radiator valve', unitPrice: '24.95', quantity: '5', vat: 'reduced' },
    ],
  },
];

export const ZERO_JOBS: readonly Job[] = [
  {
    title: 'Heat pump installation',
    lines: [{ description: 'Air source heat pump 8 kW, supplied and installed', unitPrice: '6850.00', vat: 'zero' }],
  },
];

export const EXEMPT_JOBS: readonly Job[] = [
  { title: 'Training', lines: [{ description: 'Gas safety awareness course, half a day', unitPrice: '240.00', vat: 'exempt' }] },
];

export const OUTSIDE_JOBS: readonly Job[] = [
  {
    title: 'Registration fees',
    lines: [{ description: 'Building control notification, paid on your behalf', unitPrice: '3.10', quantity: '3', vat: 'outside' }],
  },
];

export const MIXED_JOBS: readonly Job[] = [
  {
    title: 'Boiler, controls and notification',
    lines: [
      { description: 'Annual boiler service', unitPrice: '85.00' },
      { description: 'Heating controls, supplied and fitted', unitPrice: '173.27', vat: 'reduced' },
      { description: 'Loft insulation, per square metre', unitPrice: '8.15', quantity: '31.5', vat: 'zero' },
      { description: 'Building control notification', unitPrice: '3.10', vat: 'outside' },
    ],
  },
];

/** Fractions that end in half a penny, where rounding rules differ. */
export const FRACTION_JOBS: readonly Job[] = [
  {
    title: 'Pipework, measured',
    lines: [
      { description: 'Copper pipe 22 mm, per metre', unitPrice: '9.4735', quantity: '12.35' },
      { description: 'Labour, by the minute', unitPrice: '0.8125', quantity: '137' },
      { description: 'Fittings', unitPrice: '0.63', quantity: '17', discountPercent: '12.5' },
    ],
  },
];

export const INCLUSIVE_JOBS: readonly Job[] = [
  {
    title: 'Fixed-price service',
    lines: [
      { description: 'Boiler service, price including VAT', unitPrice: '99.00' },
      { description: 'Gas fire service, price including VAT', unitPrice: '55.00' },
    ],
  },
  { title: 'Fixed-price repair', lines: [{ description: 'Fan replacement, price including VAT', unitPrice: '249.99' }] },
];

export const REVERSE_CHARGE_JOBS: readonly Job[] = [
  {
    title: 'First-fix gas pipework',
    lines: [{ description: 'First-fix pipework, plot 4', unitPrice: '1480.00', vat: 'reverse-charge-standard' }],
  },
  {
    title: 'Heating in conversion',
    lines: [{ description: 'Heating in a house conversion', unitPrice: '2265.50', vat: 'reverse-charge-reduced' }],
  },
];

export const CIS_JOBS: readonly Job[] = [
  {
    title: 'Second-fix heating',
    lines: [
      { description: 'Second-fix labour, plot 5', unitPrice: '260.00', quantity: '4', vat: 'reverse-charge-standard', cis: 'labour' },
      { description: 'Radiators and valves', unitPrice: '612.80', vat: 'reverse-charge-standard', cis: 'materials' },
    ],
  },
  {
    title: 'Gas carcass, site office',
    lines: [
      { description: 'Labour', unitPrice: '245.00', quantity: '1.5', cis: 'labour' },
      { description: 'Pipe and fittings', unitPrice: '118.66', cis: 'materials' },
    ],
  },
];
