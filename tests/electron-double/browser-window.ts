import { EventEmitter } from 'node:events'
import type { BrowserWindowConstructorOptions, BrowserWindow as Real } from 'electron'
import { app, closing } from './app.ts'
import { type Same, strict } from './strict.ts'
import { createWebContents, type WebContentsDouble } from './web-contents.ts'

const open = new Set<BrowserWindow>()

/** A window is a tab of the browser; what the app asks of it is kept for a test to look at. */
export class BrowserWindow extends EventEmitter {
  static readonly getAllWindows = (): BrowserWindow[] => [...open]
  static readonly fromWebContents = (contents: { readonly id: number }): BrowserWindow | null =>
    [...open].find((window) => window.id === contents.id) ?? null

  readonly id: number
  readonly webContents: WebContentsDouble
  readonly options: BrowserWindowConstructorOptions
  focused = 0
  private visible: boolean
  private minimized = false

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super()
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    this.options = options
    this.visible = options.show !== false
    const size = { width: options.width ?? 800, height: options.height ?? 600 }
    this.webContents = createWebContents(checkedPreload(options), size) as WebContentsDouble
    this.id = this.webContents.id
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    this.webContents.on('tab-closed', () => this.close())
    const self = strict('BrowserWindow', this)
    open.add(self)
    app.emit('browser-window-created', {}, self)
    app.emit('web-contents-created', {}, this.webContents)
    // biome-ignore lint/correctness/noConstructorReturn: the stand-in is the strict one, everywhere
    return self
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(url)
  }
  show(): void {
    this.visible = true
    this.emit('show')
  }
  hide(): void {
    this.visible = false
    this.emit('hide')
  }
  focus(): void {
    this.focused += 1
    this.emit('focus')
  }
  restore(): void {
    this.minimized = false
  }
  isVisible(): boolean {
    return this.visible
  }
  isMinimized(): boolean {
    return this.minimized
  }
  isDestroyed(): boolean {
    return BrowserWindow.fromWebContents(this.webContents) === null
  }
  close(): void {
    let prevented = false
    this.emit('close', {
      preventDefault: () => {
        prevented = true
      },
    })
    if (!prevented) this.destroy()
  }
  destroy(): void {
    const self = BrowserWindow.fromWebContents(this.webContents)
    if (self === null) return
    open.delete(self)
    void this.webContents.destroy()
    this.emit('closed')
    if (open.size > 0) return
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
    else app.quit()
  }
}

/** The double has no unsafe mode to offer: a window that asks for one is refused. */
function checkedPreload({ webPreferences = {} }: BrowserWindowConstructorOptions): string {
  const { sandbox, contextIsolation, nodeIntegration, webSecurity, preload } = webPreferences
  if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false)
    throw new Error('electron double: the window is not sandboxed and isolated')
  if (webSecurity === false) throw new Error('electron double: web security is off')
  if (preload === undefined) throw new Error('electron double: the window has no preload')
  return preload
}

BrowserWindow satisfies Same<typeof Real, 'getAllWindows'> &
  (new (
    options?: BrowserWindowConstructorOptions,
  ) => Same<
    Real,
    | 'close'
    | 'destroy'
    | 'focus'
    | 'hide'
    | 'id'
    | 'isDestroyed'
    | 'isMinimized'
    | 'isVisible'
    | 'loadURL'
    | 'restore'
    | 'show'
  >)

closing.closeAll = () => {
  for (const window of [...open]) window.destroy()
}
