/**
 * Defaults for the rules that know scanners by what they say of themselves. Each entry was seen
 * in public captures or is the default of a public tool. What real phones and gateways also send
 * stays out, however often scanners borrow it: Asterisk PBX, FPBX, Linksys, eyeBeam, CSipSimple,
 * PortSIP, Ozeki, Cisco-SIPGateway, xlite, and short words like x, PBX, voip, system.
 */
export const SCANNER_AGENTS: readonly string[] = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'svmap',
  'svwar',
  'svcrack',
  'sippts',
  'pplsip',
  'sipptk',
  'sipcli/',
  'sip-scan',
  'sipscan',
  'sipsak',
  'sundayddr',
  'sundayaddr',
  'siparmyknife',
  'voiphopper',
  'sivus',
  'iWar',
  'VaxSIPUserAgent',
  'VaxIPUserAgent',
  'SimpleSIP',
  'VoIPSec',
  'Conaito',
  'UsaAirport',
  'Nmap NSE',
  'Asterix PBX',
  'FourCats',
  'zxcvfdf11',
  'fdgddfg546df4g8d5f',
  'fgfdhgfxjfhyjhkj',
];

/**
 * From users of scanners. `anonymous` and an empty one stay out: RFC 3323 makes a caller who
 * withholds the number look like that.
 */
export const JUNK_NUMBERS: readonly string[] = [
  '10',
  '11',
  '100',
  '101',
  '102',
  '201',
  '300',
  '1000',
  '1001',
  '1002',
  '6001',
  'admin',
  'administrator',
  'root',
  'test',
  'netadmin',
  'sipvicious',
];

/** Display names of scanners. */
export const JUNK_NAMES: readonly string[] = ['sipvicious', 'friendly-scanner', "'or''='"];

/**
 * Hosts in From that stand in tools and textbooks: the default of SIPVicious, and the examples of
 * RFC 3261, which some tools send as they are. No phone and no carrier has them.
 */
export const EXAMPLE_HOSTS: readonly string[] = [
  '1.1.1.1',
  'atlanta.com',
  'biloxi.com',
  'chicago.com',
  'pc33.atlanta.com',
  'server10.biloxi.com',
  'bigbox3.site3.atlanta.com',
  'bobspc.biloxi.com',
  'bell-telephone.com',
  'erlang.bell-telephone.com',
];

/**
 * Ways of writing a number that only somebody takes who guesses how to get a line: more zeros or
 * plus signs than any numbering plan has (ITU-T E.164), an outside line and an exit code in one,
 * and what would be code to a careless script. Numbers of no country stand here: they have honest
 * callers.
 */
export const DIALLED_PATTERNS: readonly string[] = [
  '^[+]?000+[1-9][0-9]{7,}',
  '^[+][+0]',
  '^9+[+]?(00|011|0?810)[1-9][0-9]{8,}$',
  '[\'"`;<>|${}]',
];
