import { stripTypeScriptTypes } from 'node:module'

// Threads that tests start load TypeScript, which Node strips of its types with a WebAssembly module. Where the thread
// that ended last was the only one to use it, V8 frees the module's code, and the next thread's may crash the process
// (SIGSEGV in WasmEngine::FreeDeadCode, Node 24.21, about once in 150 threads started one after the other). Used here,
// the module lives as long as the process, and threads start a quarter sooner. The build has no types to strip.
stripTypeScriptTypes('const kept: boolean = true')
