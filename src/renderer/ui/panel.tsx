import { type ReactNode, useId } from 'react'

export interface PanelProps {
  readonly title: string
  readonly tools?: ReactNode
  /** Beside the title: a count, a badge. */
  readonly aside?: ReactNode
  /** Figures that nobody updates any more are dimmed. */
  readonly old?: boolean
  readonly children: ReactNode
}

/** A region of the window with its name on top. */
export function Panel({ title, tools, aside, old = false, children }: PanelProps) {
  const id = useId()
  return (
    <section className="panel" aria-labelledby={id} data-old={old}>
      <header className="panel-head">
        <h2 className="panel-title" id={id}>
          {title}
        </h2>
        {aside}
        <div className="panel-tools">{tools}</div>
      </header>
      <div className="panel-body">{children}</div>
    </section>
  )
}
