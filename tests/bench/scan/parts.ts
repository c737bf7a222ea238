// What `npm run bench -- scan` measures, in one bundle.
export { compileScanner } from '../../../src/main/ingest/scanner.ts'
export { SymbolTable } from '../../../src/main/ingest/symbol-table.ts'
export { venues } from '../../../src/main/venues/index.ts'
export { Prints } from '../../../src/shared/domain/prints.ts'
