import { type IpcMainEvent, ipcMain, type WebContents } from 'electron'
import { IPC_CLOSED, IPC_MESSAGE, IPC_OPEN } from '../../shared/contract/channels.ts'
import type { Port } from '../../shared/rpc/port.ts'
import type { Logger } from '../ports.ts'
import { type PageEnd, PortTable } from './port-table.ts'
import { senderRefusal } from './sender.ts'

export interface IpcPortOptions {
  /** The only origin that is listened to: `app://tapedeck`. */
  readonly origin: string
  /** Is this a window that the app opened? */
  readonly isKnown: (contents: WebContents) => boolean
  /** Called with a fresh port for each page load. */
  readonly attach: (port: Port) => void
  readonly logger: Logger
}

/** Longest id that a page may choose for its port. */
const LONGEST_ID = 64

/**
 * Turns Electron's IPC into ports. The only place that touches `ipcMain` and `webContents.send`:
 * whatever does not come from the main frame of the app's own page is refused and logged.
 */
export function listenForPages({ origin, isKnown, attach, logger }: IpcPortOptions): void {
  const table = new PortTable(attach)
  const followed = new WeakSet<WebContents>()

  const follow = (contents: WebContents): void => {
    if (followed.has(contents)) return
    followed.add(contents)
    const { id } = contents
    contents.on('render-process-gone', () => table.gone(id))
    contents.once('destroyed', () => table.gone(id))
  }
  const on = (
    channel: string,
    take: (contents: WebContents, id: string, value: unknown) => void,
  ): void => {
    ipcMain.on(channel, (event: IpcMainEvent, id: unknown, value: unknown) => {
      const refusal = refusalOf(event, id)
      if (refusal === undefined) take(event.sender, id as string, value)
      else logger.warn('ipc-refused', { channel, reason: refusal, window: event.sender.id })
    })
  }
  const refusalOf = (event: IpcMainEvent, id: unknown): string | undefined => {
    if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) return 'no port id'
    const { sender } = event
    const mainFrameId = sender.isDestroyed() ? undefined : sender.mainFrame.frameTreeNodeId
    return senderRefusal(
      { knownWindow: isKnown(sender), frame: event.senderFrame, mainFrameId },
      origin,
    )
  }

  on(IPC_OPEN, (contents, id) => {
    follow(contents)
    table.opened(pageEnd(contents), id)
  })
  on(IPC_MESSAGE, (contents, id, value) => {
    if (!table.message(contents.id, id, value)) contents.send(IPC_CLOSED, id)
  })
  on(IPC_CLOSED, (contents, id) => table.closed(contents.id, id))
}

function pageEnd(contents: WebContents): PageEnd {
  return {
    window: contents.id,
    send: (channel, ...values) => {
      // A crashed page is reloaded; what was meant for the old one must not wait for the new one.
      if (!contents.isDestroyed() && !contents.isCrashed()) contents.send(channel, ...values)
    },
  }
}
