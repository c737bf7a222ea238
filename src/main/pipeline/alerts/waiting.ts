import type { Firing } from './firing.ts'
import type { Rule } from './rule.ts'

/** Rules that have something to do: judged because a leaf changed, or woken when a cooldown ends. */
export class Waiting {
  readonly queue: Rule[] = []
  private pending: Rule[] = []
  /** When some pending rule is to be woken. */
  wakeAt = Number.POSITIVE_INFINITY

  isDue(at: number): boolean {
    return this.queue.length > 0 || at >= this.wakeAt
  }

  /** Judges and wakes what is due, in the order in which the rules were added. */
  judge(at: number, row: number, out: (firing: Firing) => void): void {
    const due = this.queue.splice(0)
    if (at >= this.wakeAt) {
      const queued = new Set(due)
      due.push(...this.pending.filter((rule) => !queued.has(rule)))
    }
    if (due.length > 1) due.sort((a, b) => a.order - b.order)
    for (const rule of due) {
      const firing = rule.judge(at, row)
      if (firing !== null) out(firing)
      this.follow(rule)
    }
    this.plan(at)
  }

  /** A rule that was restored may be pending. */
  resume(rule: Rule): void {
    this.follow(rule)
    if (rule.isPending) this.wakeAt = Number.NEGATIVE_INFINITY
  }

  remove(rule: Rule): void {
    this.pending = this.pending.filter((each) => each !== rule)
    const index = this.queue.indexOf(rule)
    if (index >= 0) this.queue.splice(index, 1)
  }

  private follow(rule: Rule): void {
    if (rule.isPending === this.pending.includes(rule)) return
    this.pending = rule.isPending
      ? [...this.pending, rule]
      : this.pending.filter((each) => each !== rule)
  }

  private plan(at: number): void {
    this.wakeAt = Number.POSITIVE_INFINITY
    for (const rule of this.pending) this.wakeAt = Math.min(this.wakeAt, rule.wakesAt(at))
  }
}
