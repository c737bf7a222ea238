import {
  EmbeddedActionsParser,
  type IParserErrorMessageProvider,
  type IToken,
  type ParserMethod,
  type TokenType,
} from 'chevrotain'
import * as words from './words.ts'

/** What the grammar recognises, still as tokens: meaning and bounds are for reading.ts. */
export type Phrase =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Phrase[] }
  | { readonly kind: 'gap'; readonly market: IToken }
  | {
      readonly kind: 'verdict'
      readonly market: IToken
      readonly word: IToken
      readonly above: IToken | null
    }
  | {
      readonly kind: 'compare'
      /** One, of a spread two or more. */
      readonly markets: readonly IToken[]
      readonly subject: Subject
      readonly op: readonly IToken[]
      readonly threshold: IToken
    }

export interface Subject {
  /** The words that name the measure: `price`, `trade size`, `deviation sma`, `volume zscore`. */
  readonly words: readonly IToken[]
  /** Its parameters in order. */
  readonly given: readonly IToken[]
}

/** Labels of what would have fitted, joined: the message of a chevrotain error, for expected.ts. */
const SEPARATOR = '\n'
const labels = (types: readonly (TokenType | undefined)[]): string =>
  [...new Set(types.map((type) => (type === undefined ? '' : (type.LABEL ?? type.name))))].join(
    SEPARATOR,
  )
const firsts = (paths: readonly (readonly TokenType[])[]): (TokenType | undefined)[] =>
  paths.map(([first]) => first)

const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => labels([expected]),
  buildNotAllInputParsedMessage: () => labels([words.And, words.Or]),
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => labels(firsts(expectedPathsPerAlt.flat())),
  buildEarlyExitMessage: ({ expectedIterationPaths }) => labels(firsts(expectedIterationPaths)),
}

/** The labels in an error of this grammar. */
export const expectedOf = (message: string): readonly string[] => message.split(SEPARATOR)

/** The grammar. Rules return phrases and compute nothing: chevrotain runs them once to learn them. */
export class AlertGrammar extends EmbeddedActionsParser {
  readonly expression: ParserMethod<[], Phrase> = this.RULE('expression', () =>
    this.SUBRULE(this.either),
  )

  private readonly either: ParserMethod<[], Phrase> = this.RULE('either', () => {
    const of = [this.SUBRULE(this.both)]
    this.MANY(() => {
      this.CONSUME(words.Or)
      of.push(this.SUBRULE2(this.both))
    })
    return joined('any', of)
  })

  private readonly both: ParserMethod<[], Phrase> = this.RULE('both', () => {
    const of = [this.SUBRULE(this.term)]
    this.MANY(() => {
      this.CONSUME(words.And)
      of.push(this.SUBRULE2(this.term))
    })
    return joined('all', of)
  })

  private readonly term: ParserMethod<[], Phrase> = this.RULE('term', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.nested) },
      { ALT: () => this.SUBRULE(this.spread) },
      { ALT: () => this.SUBRULE(this.ofMarket) },
    ]),
  )

  private readonly nested: ParserMethod<[], Phrase> = this.RULE('nested', () => {
    this.CONSUME(words.Open)
    const inner = this.SUBRULE(this.either)
    this.CONSUME(words.Close)
    return inner
  })

  private readonly market: ParserMethod<[], IToken> = this.RULE('market', () =>
    this.OR([{ ALT: () => this.CONSUME(words.Bare) }, { ALT: () => this.CONSUME(words.Quoted) }]),
  )

  private readonly spread: ParserMethod<[], Phrase> = this.RULE('spread', () => {
    const word = this.CONSUME(words.Spread)
    this.CONSUME(words.Open)
    const markets = [this.SUBRULE(this.market)]
    this.AT_LEAST_ONE(() => {
      this.CONSUME(words.Comma)
      markets.push(this.SUBRULE2(this.market))
    })
    this.CONSUME(words.Close)
    const comparison = this.SUBRULE(this.comparison)
    return {
      kind: 'compare' as const,
      markets,
      subject: { words: [word], given: [] },
      ...comparison,
    }
  })

  private readonly ofMarket: ParserMethod<[], Phrase> = this.RULE('ofMarket', () => {
    const market = this.SUBRULE(this.market)
    return this.OR([
      { ALT: () => this.gapOf(market) },
      { ALT: () => this.SUBRULE(this.verdict, { ARGS: [market] }) },
      {
        ALT: () => {
          const subject = this.SUBRULE(this.subject)
          const comparison = this.SUBRULE(this.comparison)
          return { kind: 'compare' as const, markets: [market], subject, ...comparison }
        },
      },
    ])
  })

  private gapOf(market: IToken): Phrase {
    this.CONSUME(words.Gap)
    return { kind: 'gap', market }
  }

  private readonly verdict: ParserMethod<[IToken], Phrase> = this.RULE(
    'verdict',
    (market: IToken) => {
      this.CONSUME(words.Ai)
      const word = this.CONSUME(words.Word)
      const above = this.OPTION(() => {
        this.CONSUME(words.More)
        return this.CONSUME(words.Numeral)
      })
      return { kind: 'verdict' as const, market, word, above: above ?? null }
    },
  )

  private readonly subject: ParserMethod<[], Subject> = this.RULE('subject', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.plain) },
      { ALT: () => this.SUBRULE(this.windowed) },
      { ALT: () => this.SUBRULE(this.burst) },
      { ALT: () => this.SUBRULE(this.trade) },
      { ALT: () => this.SUBRULE(this.rsi) },
      { ALT: () => this.SUBRULE(this.deviation) },
    ]),
  )

  private readonly plain: ParserMethod<[], Subject> = this.RULE('plain', () => {
    const word = this.OR([
      { ALT: () => this.CONSUME(words.Price) },
      { ALT: () => this.CONSUME(words.Latency) },
      { ALT: () => this.CONSUME(words.Stale) },
      { ALT: () => this.CONSUME(words.Silent) },
    ])
    return { words: [word], given: [] }
  })

  private readonly windowed: ParserMethod<[], Subject> = this.RULE('windowed', () => {
    const word = this.OR([
      { ALT: () => this.CONSUME(words.Move) },
      { ALT: () => this.CONSUME(words.Imbalance) },
      { ALT: () => this.CONSUME(words.Cvd) },
    ])
    return { words: [word], given: [this.CONSUME(words.Duration)] }
  })

  private readonly burst: ParserMethod<[], Subject> = this.RULE('burst', () => {
    const word = this.OR([
      { ALT: () => this.CONSUME(words.Volume) },
      { ALT: () => this.CONSUME(words.Trades) },
    ])
    const given = [this.CONSUME(words.Duration)]
    const named = [word]
    this.OPTION(() => {
      named.push(this.CONSUME(words.ZScore))
      given.push(this.CONSUME2(words.Duration))
    })
    return { words: named, given }
  })

  private readonly trade: ParserMethod<[], Subject> = this.RULE('trade', () => {
    const word = this.CONSUME(words.Trade)
    const which = this.OR([
      { ALT: () => this.CONSUME(words.Size) },
      { ALT: () => this.CONSUME(words.Value) },
    ])
    return { words: [word, which], given: [] }
  })

  private readonly rsi: ParserMethod<[], Subject> = this.RULE('rsi', () => {
    const word = this.CONSUME(words.Rsi)
    const given = this.OR([
      { ALT: () => [this.CONSUME(words.Duration)] },
      { ALT: () => this.SUBRULE(this.periods) },
    ])
    return { words: [word], given }
  })

  private readonly periods: ParserMethod<[], IToken[]> = this.RULE('periods', () => {
    this.CONSUME(words.Open)
    const count = this.CONSUME(words.Numeral)
    this.CONSUME(words.Comma)
    const bar = this.CONSUME(words.Duration)
    this.CONSUME(words.Close)
    return [count, bar]
  })

  private readonly deviation: ParserMethod<[], Subject> = this.RULE('deviation', () => {
    const word = this.CONSUME(words.Deviation)
    return this.OR([
      {
        ALT: () => {
          const average = this.CONSUME(words.Sma)
          return { words: [word, average], given: this.SUBRULE(this.periods) }
        },
      },
      {
        ALT: () => {
          const average = this.CONSUME(words.Vwap)
          this.CONSUME(words.Open)
          const window = this.CONSUME(words.Duration)
          this.CONSUME(words.Close)
          return { words: [word, average], given: [window] }
        },
      },
    ])
  })

  private readonly comparison: ParserMethod<
    [],
    { readonly op: readonly IToken[]; readonly threshold: IToken }
  > = this.RULE('comparison', () => {
    const op = this.OR([
      { ALT: () => [this.CONSUME(words.More)] },
      { ALT: () => [this.CONSUME(words.AtLeast)] },
      { ALT: () => [this.CONSUME(words.Less)] },
      { ALT: () => [this.CONSUME(words.AtMost)] },
      { ALT: () => [this.CONSUME(words.Above)] },
      { ALT: () => [this.CONSUME(words.Below)] },
      { ALT: () => [this.CONSUME(words.Beyond)] },
      { ALT: () => this.SUBRULE(this.crossing) },
    ])
    const threshold = this.OR2([
      { ALT: () => this.CONSUME(words.Numeral) },
      { ALT: () => this.CONSUME(words.Percent) },
      { ALT: () => this.CONSUME(words.Duration) },
    ])
    return { op, threshold }
  })

  private readonly crossing: ParserMethod<[], IToken[]> = this.RULE('crossing', () => {
    const op = [this.CONSUME(words.Crosses)]
    this.OPTION(() => {
      op.push(
        this.OR([
          { ALT: () => this.CONSUME2(words.Above) },
          { ALT: () => this.CONSUME2(words.Below) },
        ]),
      )
    })
    return op
  })

  constructor() {
    super(words.tokens, { maxLookahead: 2, errorMessageProvider: expectations })
    this.performSelfAnalysis()
  }
}

const joined = (kind: 'all' | 'any', of: readonly Phrase[]): Phrase => {
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind, of }
}
