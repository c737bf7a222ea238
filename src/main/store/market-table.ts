import type { Database, Statement } from 'better-sqlite3'
import type { PackedMarket } from './packed-batch.ts'

/** A market as the table `market` has it. */
export interface MarketRow {
  readonly id: number
  /** 1: quantities are in quote units. */
  readonly inverse: number
}

/** The markets of a database. */
export class MarketTable {
  readonly #known = new Map<string, MarketRow>()
  readonly #insert: Statement<[string, number, number, number]>
  readonly #select: Statement<[string], MarketRow>

  constructor(db: Database) {
    this.#insert = db.prepare(
      'INSERT INTO market (name, price_scale, qty_scale, inverse) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#select = db.prepare('SELECT id, inverse FROM market WHERE name = ?')
  }

  find(name: string): MarketRow | undefined {
    return this.#known.get(name) ?? this.#remember(name)
  }

  /** The market's row, made when it is new. Part of the transaction under way. */
  ensure(market: PackedMarket): MarketRow {
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

  #remember(name: string): MarketRow | undefined {
    const row = this.#select.get(name)
    if (row !== undefined) this.#known.set(name, row)
    return row
  }
}
