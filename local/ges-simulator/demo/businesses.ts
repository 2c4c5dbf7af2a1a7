/** A demo customer; what is not named is empty. `address`: line1, line2, city, county, postcode. `sites`: the same. */
export interface DemoCustomer {
  readonly name: string;
  readonly person?: readonly [firstName: string, lastName: string];
  readonly email?: string;
  readonly phone?: string;
  readonly mobile?: string;
  readonly address?: DemoAddress;
  readonly vatNumber?: string;
  readonly archived?: boolean;
  readonly sites?: readonly DemoAddress[];
}

export type DemoAddress = readonly [line1: string, line2: string, city: string, county: string, postcode: string];

const WEST_YORKSHIRE = 'West Yorkshire';

/**
 * A gas engineer's customers in and around Leeds, with everything that makes customer data hard: several sites, the same
 * name twice, odd characters, double spaces, missing and wrong e-mails. Only reserved domains
 * (RFC 2606) and Ofcom's numbers for drama (0113 496 0xxx, 07700 900xxx).
 */
export const DEMO_CUSTOMERS: readonly DemoCustomer[] = [
  {
    name: 'Hartley Lettings Ltd',
    person: ['Priya', 'Nair'],
    email: 'accounts@hartley.example',
    phone: '0113 496 0000',
    mobile: '07700 900123',
    address: ['4 Mill Row', '', 'Leeds', WEST_YORKSHIRE, 'LS1 4AB'],
    sites: [
      ['9 Oak Street', '', 'Leeds', WEST_YORKSHIRE, 'LS6 2QN'],
      ['Flat 3, 22 Chapel Lane', 'Headingley', 'Leeds', WEST_YORKSHIRE, 'LS6 3BW'],
      ['17 Burley Road', '', 'Leeds', WEST_YORKSHIRE, 'LS3 1JB'],
    ],
  },
  {
    name: 'John Smith',
    person: ['John', 'Smith'],
    email: 'john.smith@mail.example',
    mobile: '07700 900201',
    address: ['12 Victoria Road', 'Headingley', 'Leeds', WEST_YORKSHIRE, 'LS6 1DR'],
    sites: [['12 Victoria Road', 'Headingley', 'Leeds', WEST_YORKSHIRE, 'LS6 1DR']],
  },
  {
    name: 'John Smith',
    person: ['John', 'Smith'],
    phone: '0113 496 0114',
    address: ['58 Town Street', 'Horsforth', 'Leeds', WEST_YORKSHIRE, 'LS18 4AP'],
    sites: [['58 Town Street', 'Horsforth', 'Leeds', WEST_YORKSHIRE, 'LS18 4AP']],
  },
  {
    name: "Siobhan O'Brien",
    person: ['Siobhan', "O'Brien"],
    email: 'siobhan@obrien.example',
    mobile: '07700 900214',
    address: ['Flat 2', '31 Otley Road', 'Leeds', WEST_YORKSHIRE, 'LS6 3AA'],
  },
  {
    name: "Zoë's Café",
    person: ['Zoë', 'Lambert'],
    email: 'hello@zoes-cafe.example',
    phone: '0113 496 0127',
    address: ['7 Street Lane', '', 'Leeds', WEST_YORKSHIRE, 'LS8 1AP'],
    sites: [['7 Street Lane', '', 'Leeds', WEST_YORKSHIRE, 'LS8 1AP']],
  },
  {
    name: 'Patel & Daughters <Heating>',
    person: ['Meera', 'Patel'],
    email: 'office@pateldaughters.example',
    phone: '0113 496 0131',
    address: ['Unit 5, Kirkstall Trading Estate', 'Kirkstall Road', 'Leeds', WEST_YORKSHIRE, 'LS4 2AZ'],
    vatNumber: 'GB999999973',
  },
  { name: 'Okafor and Sons' },
  {
    name: 'Aire Valley Housing Association',
    person: ['Denise', 'Whitaker'],
    email: 'purchase.ledger@airevalleyha.example',
    phone: '0113 496 0140',
    address: ['Canal House', '2 Wharf Street', 'Shipley', WEST_YORKSHIRE, 'BD17 7DW'],
    vatNumber: 'GB999999981',
    sites: [
      ['1 Moorview Court', '', 'Shipley', WEST_YORKSHIRE, 'BD18 3AB'],
      ['2 Moorview Court', '', 'Shipley', WEST_YORKSHIRE, 'BD18 3AB'],
      ['3 Moorview Court', '', 'Shipley', WEST_YORKSHIRE, 'BD18 3AB'],
      ['14 Bolton Terrace', '', 'Bradford', WEST_YORKSHIRE, 'BD2 4LE'],
      ['Community Centre, 40 Leeds Road', '', 'Shipley', WEST_YORKSHIRE, 'BD18 1BX'],
    ],
  },
  {
    name: 'Northern  Lights  Property  Management',
    person: ['Craig', 'Dunn'],
    email: 'craig@northernlights.example',
    phone: '0113 496 0152',
    address: ['3rd Floor, 18 Park Place', '', 'Leeds', WEST_YORKSHIRE, 'LS1 2SJ'],
    sites: [
      ['Apartment 12, The Foundry', '', 'Leeds', WEST_YORKSHIRE, 'LS11 5QP'],
      ['Apartment 31, The Foundry', '', 'Leeds', WEST_YORKSHIRE, 'LS11 5QP'],
    ],
  },
  {
    name: 'Margaret Thwaite',
    person: ['Margaret', 'Thwaite'],
    phone: '0113 496 0163',
    address: ['Rose Cottage', 'Church Lane', 'Bardsey', WEST_YORKSHIRE, 'LS17 9DJ'],
  },
  {
    name: 'Gurpreet Singh',
    person: ['Gurpreet', 'Singh'],
    email: 'gurpreet.singh(at)mail.example',
    mobile: '07700 900238',
    address: ['86 Roundhay Road', '', 'Leeds', WEST_YORKSHIRE, 'LS8 5AJ'],
  },
  {
    name: 'Bełchatowska Bakery',
    person: ['Agnieszka', 'Wójcik'],
    email: 'aga@belchatowska.example',
    phone: '0113 496 0175',
    address: ['112 Harehills Lane', '', 'Leeds', WEST_YORKSHIRE, 'LS8 5BS'],
  },
  {
    name: 'Redfern Lettings & Estates Limited',
    person: ['Tom', 'Redfern'],
    email: 'lettings@redfern.example',
    phone: '0113 496 0188',
    mobile: '07700 900245',
    address: ['201 Harrogate Road', 'Chapel Allerton', 'Leeds', WEST_YORKSHIRE, 'LS7 3PT'],
    vatNumber: 'GB999999992',
    sites: [
      ['5 Gledhow Avenue', '', 'Leeds', WEST_YORKSHIRE, 'LS8 1LD'],
      ['19 Regent Street', '', 'Leeds', WEST_YORKSHIRE, 'LS7 4PE'],
      ['8A Scott Hall Road', '', 'Leeds', WEST_YORKSHIRE, 'LS7 3DT'],
      ['44 Potternewton Lane', '', 'Leeds', WEST_YORKSHIRE, 'LS7 2EL'],
    ],
  },
  {
    name: 'Hannah & Lewis Armitage',
    person: ['Hannah', 'Armitage'],
    email: 'armitages@mail.example',
    mobile: '07700 900252',
    address: ['27 Aberford Road', 'Garforth', 'Leeds', WEST_YORKSHIRE, 'LS25 2HG'],
  },
  {
    name: 'St Aidan’s Primary School',
    person: ['Ruth', 'Calder'],
    email: 'finance@staidans.example',
    phone: '0113 496 0199',
    address: ['Elland Way', 'Beeston', 'Leeds', WEST_YORKSHIRE, 'LS11 0EY'],
    sites: [['Boiler House, Elland Way', 'Beeston', 'Leeds', WEST_YORKSHIRE, 'LS11 0EY']],
  },
  {
    name: 'Dr Amara Eze',
    person: ['Amara', 'Eze'],
    email: 'amara.eze@mail.example',
    mobile: '07700 900266',
    address: ['5 Weetwood Lane', '', 'Leeds', WEST_YORKSHIRE, 'LS16 5LT'],
  },
  {
    name: 'Brook & Vale Construction Ltd',
    person: ['Steve', 'Vale'],
    email: 'subbies@brookvale.example',
    phone: '0113 496 0205',
    address: ['Vale Yard', 'Gelderd Road', 'Leeds', WEST_YORKSHIRE, 'LS12 6LT'],
    vatNumber: 'GB999999940',
    sites: [
      ['Plot 4, Swallow Rise', '', 'Morley', WEST_YORKSHIRE, 'LS27 9TZ'],
      ['Plot 5, Swallow Rise', '', 'Morley', WEST_YORKSHIRE, 'LS27 9TZ'],
    ],
  },
  {
    name: 'Kellett Homes (Yorkshire) Ltd',
    person: ['Joanne', 'Kellett'],
    email: 'accounts@kelletthomes.example',
    phone: '0113 496 0216',
    address: ['Kellett House', '9 Stanningley Road', 'Pudsey', WEST_YORKSHIRE, 'LS28 6NB'],
    vatNumber: 'GB999999959',
  },
  { name: 'Mrs Edith Clough', phone: '0113 496 0222', address: ['3 Almshouse Row', '', 'Wetherby', WEST_YORKSHIRE, 'LS22 6PU'] },
  {
    name: 'The Fox & Hounds, Bramhope',
    person: ['Ellie', 'Marsden'],
    email: 'bar@foxbramhope.example',
    phone: '0113 496 0233',
    address: ['1 Leeds Road', 'Bramhope', 'Leeds', WEST_YORKSHIRE, 'LS16 9BN'],
  },
  {
    name: 'Ibrahim Yusuf',
    person: ['Ibrahim', 'Yusuf'],
    email: 'ibrahim.yusuf@mail.example',
    phone: '+44 7700 900271',
    address: ['63 Dewsbury Road', '', 'Leeds', WEST_YORKSHIRE, 'ls11 5jf'],
  },
  {
    name: 'Wharfedale Veterinary Practice',
    email: 'surgery@wharfedalevets.example',
    phone: '0113 496 0244',
    address: ['30 Boroughgate', '', 'Otley', WEST_YORKSHIRE, 'LS21 1AE'],
  },
  {
    name: 'Chloé Dubois-Hargreaves',
    person: ['Chloé', 'Dubois-Hargreaves'],
    email: 'chloe@dh-studio.example',
    mobile: '07700 900289',
    address: ['Studio 8, Sunny Bank Mills', 'Farsley', 'Leeds', WEST_YORKSHIRE, 'LS28 5UJ'],
  },
  {
    name: 'Metro Property Investments',
    person: ['Daniel', 'Roth'],
    email: 'daniel@metroprop.example',
    phone: '0113 496 0255',
    address: ['44 Wellington Street', '', 'Leeds', WEST_YORKSHIRE, 'LS1 2DE'],
    sites: [
      ['Flat 1, 9 Brudenell Grove', '', 'Leeds', WEST_YORKSHIRE, 'LS6 1HP'],
      ['Flat 2, 9 Brudenell Grove', '', 'Leeds', WEST_YORKSHIRE, 'LS6 1HP'],
      ['Flat 3, 9 Brudenell Grove', '', 'Leeds', WEST_YORKSHIRE, 'LS6 1HP'],
    ],
  },
  {
    name: 'Albion Mill Residents Association',
    person: ['Peter', 'Lund'],
    email: 'treasurer@albionmill.example',
    address: ['Albion Mill', 'Pollard Street', 'Bradford', WEST_YORKSHIRE, 'BD3 0AB'],
    sites: [['Plant room, Albion Mill', 'Pollard Street', 'Bradford', WEST_YORKSHIRE, 'BD3 0AB']],
  },
];

/** The second business: just enough to prove that tenants are kept apart. One customer has the same name in both. */
export const SECOND_CUSTOMERS: readonly DemoCustomer[] = [
  {
    name: 'Hartley Lettings Ltd',
    person: ['Priya', 'Nair'],
    email: 'accounts@hartley.example',
    phone: '0113 496 0000',
    address: ['4 Mill Row', '', 'Leeds', WEST_YORKSHIRE, 'LS1 4AB'],
  },
  {
    name: 'Pennine Boarding Kennels',
    person: ['Lorna', 'Hirst'],
    email: 'lorna@penninekennels.example',
    mobile: '07700 900305',
    address: ['Moor Top Farm', 'Cold Edge Road', 'Halifax', WEST_YORKSHIRE, 'HX2 9TA'],
  },
];
