/** What a room may know, besides itself. Paths below `src`, a folder with its slash at the end. */
export interface Room {
  readonly at: string
  /** Rooms whose code it may use. */
  readonly uses?: readonly string[]
  /** Rooms of which it may know the types only. */
  readonly types?: readonly string[]
  /** What to do instead of an import that is not allowed. */
  readonly instead: string
}

const DOMAIN = 'shared/domain/'
const CONTRACT = 'shared/contract/'
const RPC = 'shared/rpc/'
/** The language of alerts: the page shows and checks it, the engine evaluates what it says. */
const LANGUAGE = 'shared/alerts/'
const PORTS = 'main/ports.ts'
const VENUE = 'main/venues/venue.ts'
/** Kinds of files and the page's policy: the same in both shells. */
const PAGE = 'main/platform/page.ts'

const BELOW_SERVICES = [PORTS, VENUE, 'main/ingest/', 'main/jobs/', 'main/store/']
const SCREEN = ['renderer/state/', 'renderer/ui/', 'renderer/binding/', 'renderer/i18n/']
const SHELL = 'Take it as an argument; main/index.ts and main/headless.ts put the parts together.'
const CAPABILITY =
  'Take what you need as an argument of the service; main/app.ts knows them all and joins them.'

/**
 * The rooms of ARCHITECTURE.md as a table. `*` stands for one folder or file: what it names are
 * rooms of their own, strangers to each other. The longest match is a file's room.
 */
export const rooms: readonly Room[] = [
  { at: DOMAIN, instead: 'The nouns stand on nothing: move the code to the room that needs it.' },
  { at: CONTRACT, uses: [DOMAIN], instead: 'The contract says nouns only; put code elsewhere.' },
  { at: RPC, uses: [DOMAIN], types: [CONTRACT], instead: 'Transports come in as a Port.' },
  {
    at: LANGUAGE,
    uses: [DOMAIN],
    instead:
      'The language reads and prints conditions; what a condition does is in pipeline/alerts.',
  },
  { at: 'shared/universal.d.ts', instead: 'Ambient types only.' },

  {
    at: 'main/venues/',
    uses: [DOMAIN],
    instead: 'A venue is data: widen StreamSpec or RestSpec in venue.ts for all venues.',
  },
  {
    at: 'main/ingest/',
    uses: [DOMAIN],
    types: [VENUE, PORTS, CONTRACT],
    instead: 'A session gets its venue as a value of type Venue and its batches a sink to go to.',
  },
  {
    at: 'main/pipeline/',
    uses: [DOMAIN, LANGUAGE],
    types: [CONTRACT],
    instead: 'Pure folds: no clock, no files, no sockets. Take values, return values.',
  },
  {
    at: 'main/store/',
    uses: [DOMAIN, 'main/platform/entry-url.ts'],
    types: [PORTS, CONTRACT],
    instead: 'The store knows trades and disks; who writes and who reads is for services.',
  },
  {
    at: 'main/jobs/',
    uses: [
      DOMAIN,
      'main/platform/entry-url.ts',
      'main/platform/system-clock.ts',
      'main/pipeline/',
      'main/store/',
      'main/services/export/',
      'main/services/import/',
      'main/services/sql-output.ts',
    ],
    types: [PORTS, CONTRACT],
    instead: 'A task is plain data and reads the tape through the store; who asks for it is above.',
  },
  {
    at: 'main/services/*',
    uses: [DOMAIN, CONTRACT, LANGUAGE, 'main/pipeline/', 'main/services/topic.ts'],
    types: BELOW_SERVICES,
    instead: CAPABILITY,
  },
  { at: 'main/services/topic.ts', types: [RPC], instead: CAPABILITY },
  {
    at: 'main/services/config.ts',
    uses: [DOMAIN, 'main/services/config-schema.ts'],
    types: [...BELOW_SERVICES, 'main/services/engine-config.ts'],
    instead: CAPABILITY,
  },
  {
    at: 'main/services/settings.ts',
    uses: [DOMAIN, CONTRACT, 'main/services/analysis-defaults.ts'],
    types: BELOW_SERVICES,
    instead: CAPABILITY,
  },
  { at: PORTS, types: [DOMAIN], instead: 'Ports are types.' },
  {
    at: 'main/platform/',
    uses: [DOMAIN],
    types: [PORTS],
    instead: 'An adapter implements a port and knows nothing of who uses it.',
  },
  {
    at: 'main/app.ts',
    uses: [DOMAIN, CONTRACT, 'main/services/', 'main/pipeline/', 'main/app-commands.ts'],
    types: [RPC, ...BELOW_SERVICES],
    instead: 'createApp gets sockets, disks and clocks from the engine as ports.',
  },
  {
    at: 'main/app-commands.ts',
    uses: [DOMAIN, CONTRACT, 'main/services/'],
    types: BELOW_SERVICES,
    instead: 'A command calls a service.',
  },
  {
    at: 'main/engine/',
    uses: [
      DOMAIN,
      RPC,
      'main/app.ts',
      'main/jobs/',
      'main/platform/',
      'main/store/',
      'main/ingest/',
      'main/venues/',
      'main/services/',
      'main/simulator/simulator-worker.ts',
    ],
    types: [PORTS, CONTRACT, 'main/simulator/simulator.ts'],
    instead: 'The engine knows no shell: clients reach it as ports.',
  },
  {
    at: 'main/cli/',
    uses: [DOMAIN, 'main/http/', 'main/platform/', 'main/services/', 'main/simulator/'],
    types: [
      ...[PORTS, CONTRACT, VENUE, LANGUAGE],
      ...['main/engine/', 'main/jobs/', 'main/pipeline/', 'main/store/'],
    ],
    instead: 'What is heavy comes through Rooms in cli/command.ts, so that --help stays quick.',
  },
  {
    at: 'main/electron/',
    uses: [DOMAIN, CONTRACT, RPC, PAGE],
    types: [PORTS, 'main/engine/host.ts'],
    instead: SHELL,
  },
  { at: 'main/http/', uses: [DOMAIN, CONTRACT, PAGE], types: [PORTS, RPC], instead: SHELL },
  {
    at: 'main/simulator/',
    uses: [DOMAIN],
    instead:
      'The simulator and the venues are strangers, else one misreading is in both and tests stay green: write the dialect from docs/venues.',
  },
  {
    at: 'main/index.ts',
    uses: [
      DOMAIN,
      'main/electron/',
      'main/engine/',
      'main/platform/',
      'main/services/',
      'main/venues/index.ts',
    ],
    instead: 'The entry only puts parts together.',
  },
  {
    at: 'main/headless.ts',
    uses: [
      DOMAIN,
      'main/cli/',
      'main/engine/',
      'main/http/',
      'main/jobs/',
      'main/pipeline/',
      'main/platform/',
      'main/simulator/',
      'main/store/',
      'main/venues/index.ts',
    ],
    instead: 'The entry only puts parts together; electron/ is for main/index.ts.',
  },
  {
    at: 'preload/',
    uses: ['shared/contract/channels.ts'],
    instead: 'The preload hands one port through; what it carries is for others.',
  },

  {
    at: 'renderer/connection/',
    uses: [DOMAIN, CONTRACT, RPC],
    instead: 'The connection carries; what it carries is kept in state/.',
  },
  {
    at: 'renderer/state/',
    uses: [DOMAIN, CONTRACT],
    types: ['renderer/connection/'],
    instead: 'State lives outside React and gets its Api as an argument (state/desk.ts).',
  },
  {
    at: 'renderer/i18n/',
    uses: [DOMAIN],
    types: ['renderer/state/'],
    instead: 'Words and formats take values and give text.',
  },
  {
    at: 'renderer/binding/',
    uses: [DOMAIN, CONTRACT, 'renderer/state/', 'renderer/i18n/'],
    instead: 'The binding joins state to React; what is shown belongs to features.',
  },
  { at: 'renderer/ui/', instead: 'The kit knows no trade: take words and numbers as props.' },
  { at: 'renderer/styles/', instead: 'Tokens stand alone.' },
  {
    at: 'renderer/charts/',
    uses: [DOMAIN, 'renderer/ui/'],
    instead: 'A chart draws what it is given; the feature that shows it fetches and words it.',
  },
  {
    at: 'renderer/features/*/',
    uses: [DOMAIN, CONTRACT, LANGUAGE, ...SCREEN, 'renderer/charts/'],
    instead: 'Share through state/ or ui/; panels meet in layout/ only. Calls go through the desk.',
  },
  {
    at: 'renderer/layout/',
    uses: ['renderer/features/', ...SCREEN],
    instead: 'The layout places panels.',
  },
  {
    at: 'renderer/app.tsx',
    uses: ['renderer/features/', 'renderer/layout/', 'renderer/styles/', ...SCREEN],
    instead: 'The page is layout and dialogs.',
  },
  {
    at: 'renderer/main.tsx',
    uses: ['renderer/app.tsx', 'renderer/connection/', 'renderer/styles/', ...SCREEN],
    instead: 'The entry only puts parts together.',
  },
]

export interface PackageRule {
  /** Packages, `node:*` for all of that kind. */
  readonly packages: readonly string[]
  /** The only places that may import them. */
  readonly only: readonly string[]
  readonly instead: string
}

export const packageRules: readonly PackageRule[] = [
  {
    packages: ['electron'],
    only: ['main/electron/', 'main/index.ts', 'preload/'],
    instead: 'The headless build has no Electron: declare a port and hand in an adapter.',
  },
  {
    packages: ['better-sqlite3'],
    only: ['main/store/'],
    instead: 'Ask the store (store/store.ts) for what you need.',
  },
  {
    packages: ['chevrotain'],
    only: [LANGUAGE],
    instead: 'Ask shared/alerts/parse.ts.',
  },
  {
    packages: ['piscina'],
    only: ['main/jobs/'],
    instead: 'Make it a task (jobs/task.ts) and run it through Jobs.',
  },
  {
    packages: ['hyparquet-writer', 'hyparquet'],
    only: ['main/services/export/', 'main/services/import/'],
    instead: 'Write Parquet through services/export, read it through services/import.',
  },
  {
    packages: ['https-proxy-agent', 'socks-proxy-agent', 'proxy-from-env'],
    only: ['main/platform/'],
    instead: 'Sessions and REST calls take an agent (FeedNetwork.agentFor) and know no proxy.',
  },
  {
    packages: ['@napi-rs/keyring'],
    only: ['main/platform/'],
    instead: 'Ask for a secret through a port.',
  },
  {
    packages: ['lightweight-charts', 'recharts'],
    only: ['renderer/charts/'],
    instead: 'Add to or use a component of renderer/charts.',
  },
  {
    packages: ['react', 'react-dom', 'react-i18next', 'radix-ui', 'zustand', 'i18next'],
    only: ['renderer/'],
    instead: 'That is for the screen.',
  },
  {
    packages: ['openai'],
    only: ['main/platform/'],
    instead: 'Ask a model through the port AiProvider.',
  },
  {
    packages: ['trading-signals'],
    only: ['main/pipeline/analysis/'],
    instead: 'Take the figures of a snapshot.',
  },
  {
    packages: ['zod'],
    only: [
      'main/',
      'shared/contract/schemas.ts',
      'shared/contract/alert-schemas.ts',
      'shared/contract/analysis-schemas.ts',
      'shared/contract/market-text.ts',
    ],
    instead: 'Input is checked in the engine; the page and the preload stay small.',
  },
  {
    packages: ['ws', 'node:*'],
    only: ['main/'],
    instead: 'Shared code and the page run in a browser too: reach the engine through a port.',
  },
]

/** The packages by which a build would grow or break that must not have them, found by reach. */
export const closureRules = [
  {
    entry: 'main/headless.ts',
    never: /^(?:electron(?:$|\/)|main\/electron\/)/,
    instead: 'Electron is reached from main/index.ts only; hand the part in from there.',
  },
  {
    entry: 'renderer/main.tsx',
    never: /^(?:zod$|node:|electron$|ws$|main\/|preload\/)/,
    instead: 'Import the types of it only; schemas and sockets are for the engine.',
  },
  {
    entry: 'preload/index.ts',
    never: /^(?!preload\/|shared\/contract\/channels\.ts$|electron$)/,
    instead: 'A sandboxed preload has electron and the names of the channels, nothing else.',
  },
] as const
