import { EventEmitter } from 'node:events'
import type { WebContents } from 'electron'
import { decode, encode } from './codec.ts'
import { ipcMain } from './ipc-main.ts'
import { openPage, type PageHost } from './page-host.ts'
import { record } from './record.ts'
import { type Same, strict } from './strict.ts'

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]

const originOf = (address: string): string => {
  const url = URL.parse(address)
  return url === null ? 'null' : `${url.protocol}//${url.host}`
}

let lastId = 0

/** The page in a window. A crashed page is replaced by a new tab, as Electron gives a new process. */
export class WebContentsDouble extends EventEmitter {
  readonly id = ++lastId
  readonly mainFrame = { url: '', origin: 'null', parent: null, frameTreeNodeId: 1 }
  private readonly preload: string
  private readonly size: { width: number; height: number }
  private host: Promise<PageHost>
  private openHandler: OpenHandler | null = null
  private crashed = false
  private gone = false
  private tab = 0

  constructor(preload: string, size: { width: number; height: number }) {
    super()
    this.preload = preload
    this.size = size
    this.host = this.openTab()
  }

  readonly setWindowOpenHandler = (handler: OpenHandler): void => {
    this.openHandler = handler
  }
  readonly isDestroyed = (): boolean => this.gone
  readonly isCrashed = (): boolean => this.crashed
  readonly send = (channel: string, ...values: unknown[]): void => {
    structuredClone(values) // throws where Electron would
    const text = JSON.stringify({ channel, values: values.map(encode) })
    void this.host.then((host) => host.deliver(text))
  }
  readonly reload = (): void => {
    this.reloadTab().catch((error: unknown) => {
      if (!this.gone) record.errors.push(String(error))
    })
  }

  async load(url: string): Promise<void> {
    this.mainFrame.url = url
    await (await this.host).load(url)
  }
  async crash(): Promise<void> {
    await (await this.host).crash()
  }
  async destroy(): Promise<void> {
    if (this.gone) return
    this.gone = true
    this.emit('destroyed')
    await (await this.host).close()
  }

  private async reloadTab(): Promise<void> {
    const old = await this.host
    if (!this.crashed) return old.reload()
    const url = this.mainFrame.url
    this.crashed = false
    this.host = this.openTab()
    const fresh = await this.host
    await old.close()
    await fresh.load(url)
  }

  private openTab(): Promise<PageHost> {
    this.tab += 1
    const { tab } = this
    return openPage(this.preload, this.size, {
      message: (channel, values) => {
        const event = { type: 'frame', sender: this, senderFrame: this.mainFrame, ports: [] }
        if (!this.gone) ipcMain.emit(channel, event, ...values.map(decode))
      },
      preloadFailed: (message) => {
        record.errors.push(message)
        this.emit('preload-error', {}, this.preload, new Error(message))
      },
      leave: (how, url) => this.leave(how, url),
      navigated: (url) => {
        this.mainFrame.url = url
        this.mainFrame.origin = originOf(url)
      },
      loaded: () => this.emit('did-finish-load'),
      crashed: () => {
        this.crashed = true
        this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 })
      },
      closed: () => {
        if (tab === this.tab && !this.gone && !this.crashed) this.emit('tab-closed')
      },
    })
  }

  private leave(how: 'open' | 'navigate', url: string): void {
    if (how === 'open') {
      const details = { url, frameName: '', features: '', disposition: 'foreground-tab' }
      const { action } = this.openHandler?.(details as never) ?? { action: 'allow' }
      record.attempts.push(`open ${url} ${action}`)
      return
    }
    let prevented = false
    this.emit('will-navigate', { url, isMainFrame: true, preventDefault: () => (prevented = true) })
    record.attempts.push(`navigate ${url} ${prevented ? 'prevented' : 'allowed'}`)
  }
}

export const createWebContents = (preload: string, size: { width: number; height: number }) =>
  strict('webContents', new WebContentsDouble(preload, size)) satisfies Same<
    WebContents,
    'id' | 'isCrashed' | 'isDestroyed' | 'reload' | 'send' | 'setWindowOpenHandler'
  >
