/** How this page can tell somebody who looks elsewhere. A desktop shell notifies by itself. */
export interface PageNotifier {
  /** `none`: this page cannot. `ask`: the person has not been asked yet. */
  state(): NotifierState
  /** Asks the person; only from a click of theirs. */
  ask(): Promise<NotifierState>
  /** One message; another with the same tag replaces it. */
  show(message: PageMessage): void
}

export type NotifierState = 'none' | 'ask' | 'granted' | 'denied'

export interface PageMessage {
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly onClick: () => void
}

const STATES = { default: 'ask', granted: 'granted', denied: 'denied' } as const

/** The browser's notifications; they need a page that was opened over https or from this machine. */
export function browserNotifier(host: Window & typeof globalThis): PageNotifier {
  const state = (): NotifierState =>
    'Notification' in host && host.isSecureContext ? STATES[host.Notification.permission] : 'none'
  return {
    state,
    ask: async () => {
      if (state() === 'ask') await host.Notification.requestPermission()
      return state()
    },
    show: ({ title, body, tag, onClick }) => {
      if (state() !== 'granted') return
      const shown = new host.Notification(title, { body, tag })
      shown.onclick = () => {
        host.focus()
        shown.close()
        onClick()
      }
    },
  }
}
