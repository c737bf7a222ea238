import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import type {
  NativeImage,
  NotificationConstructorOptions,
  Menu as RealMenu,
  Notification as RealNotification,
  Tray as RealTray,
} from 'electron'
import { built } from './menu.ts'
import { record } from './record.ts'
import { type Same, strict } from './strict.ts'

/** Like Electron, an image of a file that is not there is empty; a tray with one is a mistake here. */
export const nativeImage = strict('nativeImage', {
  createFromPath: (path: string) => strict('image', { isEmpty: () => !existsSync(path) }),
}) satisfies { createFromPath: (path: string) => Same<NativeImage, 'isEmpty'> }

export class Tray extends EventEmitter {
  constructor(image: { isEmpty(): boolean }) {
    super()
    if (image.isEmpty()) throw new Error('electron double: the tray has no image')
    record.tray = ''
  }
  setToolTip(tip: string): void {
    record.tray = tip
  }
  setContextMenu(menu: RealMenu | null): void {
    record.trayMenu = (menu === null ? undefined : built.get(menu)) ?? []
  }
}
Tray.prototype satisfies Same<RealTray, 'setContextMenu' | 'setToolTip'>

export class Notification extends EventEmitter {
  static readonly isSupported = (): boolean => true
  private readonly options: NotificationConstructorOptions

  constructor(options: NotificationConstructorOptions = {}) {
    super()
    this.options = options
  }
  show(): void {
    const { title = '', body = '', silent = false } = this.options
    record.notifications.push({ title, body, silent })
    this.emit('show')
  }
}
Notification.prototype satisfies Same<RealNotification, 'show'>
