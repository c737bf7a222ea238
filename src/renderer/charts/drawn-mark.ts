import type { IPrimitivePaneView, ISeriesPrimitive, Time } from 'lightweight-charts'

/** Says on an element (`data-drawn`) what a chart last put on its canvas: set while it draws, in the same frame. */
export class DrawnMark implements ISeriesPrimitive<Time> {
  readonly #views: readonly IPrimitivePaneView[]

  constructor(host: HTMLElement, what: () => string) {
    const draw = (): void => {
      const drawn = what()
      if (host.dataset.drawn !== drawn) host.dataset.drawn = drawn
    }
    this.#views = [{ zOrder: () => 'top', renderer: () => ({ draw }) }]
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views
  }
}
