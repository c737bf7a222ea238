import type { Database, Statement } from 'better-sqlite3'
import type { PackedMarket } from './packed-batch.ts'
import type { MarketScale } from './trade-row.ts'

/**
 * The markets of a database with their fixed scales. A market keeps the scale it was first stored
 * with; values that need a finer one are kept exactly in their rows.
 */
export class MarketTable {
  readonly #known = new Map<string, MarketScale>()
  readonly #insert: Statement<[string, number, number, number]>
  readonly #select: Statement<[string], MarketScale>

  constructor(db: Database) {
    this.#insert = db.prepare(
      'INSERT INTO market (name, price_scale, qty_scale, inverse) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#select = db.prepare(
      'SELECT id, price_scale AS priceScale, qty_scale AS qtyScale, inverse FROM market WHERE name = ?',
    )
  }

  find(name: string): MarketScale | undefined {
    return this.#known.get(name) ?? this.#remember(name)
  }

  /** The market's row, made when it is new. Part of the transaction under way. */
  ensure(market: PackedMarket): MarketScale {
    const known = this.#known.get(market.name)
    if (known !== undefined) return known
    this.#insert.run(market.name, market.priceScale, market.qtyScale, market.inverse ? 1 : 0)
    const made = this.#remember(market.name)
    if (made === undefined) throw new Error(`market ${market.name} is not there after its insert`)
    return made
  }

  /** After a rollback: rows that were remembered may not exist. */
  forget(): void {
    this.#known.clear()
  }

  #remember(name: string): MarketScale | undefined {
    const row = this.#select.get(name)
    if (row !== undefined) this.#known.set(name, row)
    return row
  }
}
