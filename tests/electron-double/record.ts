/** What happened to the outside world, for a test to look at. Plain data. */
export interface DoubleRecord {
  /** Addresses that were opened outside, folders that were shown. */
  readonly opened: string[]
  readonly dialogs: { readonly kind: string; readonly text: string }[]
  /** Errors of the page and of the preload. */
  readonly errors: string[]
  /** Requests of the page that are served by nobody. */
  readonly blocked: string[]
  /** Attempts to leave the page: `open <url> deny`, `navigate <url> prevented`. */
  readonly attempts: string[]
  readonly windows: { readonly id: number; readonly visible: boolean; readonly focused: number }[]
  /** Addresses whose proxy was asked for. */
  readonly proxiesAsked: string[]
  readonly menu: readonly string[]
  readonly about: Readonly<Record<string, unknown>>
  readonly badge: number
  /** What the icon in the tray says; null: there is none. */
  readonly tray: string | null
  readonly trayMenu: readonly string[]
  readonly notifications: {
    readonly title: string
    readonly body: string
    readonly silent: boolean
  }[]
}

export const record: {
  -readonly [Name in keyof Omit<DoubleRecord, 'windows'>]: DoubleRecord[Name]
} = {
  opened: [],
  dialogs: [],
  errors: [],
  blocked: [],
  attempts: [],
  proxiesAsked: [],
  menu: [],
  about: {},
  badge: 0,
  tray: null,
  trayMenu: [],
  notifications: [],
}
