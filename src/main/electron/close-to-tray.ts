export interface CloseToTrayParts {
  /** Whether the person was told that the app goes on; kept for ever. */
  readonly wasTold: () => boolean
  readonly rememberTold: () => void
  readonly tell: () => void
  readonly hide: () => void
}

/**
 * What the close button does: the window is hidden and recording goes on, which is told once. When the app is on its way
 * out it closes.
 */
export class CloseToTray {
  #leaving = false
  readonly #parts: CloseToTrayParts

  constructor(parts: CloseToTrayParts) {
    this.#parts = parts
  }

  /** From now on windows close. */
  leave(): void {
    this.#leaving = true
  }

  closing(event: { preventDefault(): void }): void {
    if (this.#leaving) return
    event.preventDefault()
    const { wasTold, rememberTold, tell, hide } = this.#parts
    hide()
    if (wasTold()) return
    rememberTold()
    tell()
  }
}
